"""The training inbox: a page and JSON of the mail that went out, and the controls that scenarios use."""

import html
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, status
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict

from deploy.local.outside.mailroom import Letter, Mailroom, Outcome
from deploy.local.outside.postman import MailFault, Postman

PathwayRef = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Key = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Training inbox</title></head>
<body>
<h1>Training inbox</h1>
<p>Mail that the training world sent. None of it left this machine.</p>
<table>
<caption>{count} letters, newest first</caption>
<thead><tr><th>Received</th><th>To</th><th>Subject</th><th>Times delivered</th><th>Reported</th></tr></thead>
<tbody>{rows}</tbody>
</table>
</body>
</html>
"""


class Release(BaseModel):
    """With which outcome a pathway's letters are reported from now on."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome


class Faults(BaseModel):
    """How the mail server fails; null works."""

    model_config = ConfigDict(extra="forbid")

    smtp: MailFault | None


def inbox(mailroom: Mailroom, postman: Postman, news: Callable[[], None]) -> FastAPI:
    """The application. `news` is called when there may be something to report."""
    app = FastAPI(title="Training inbox", docs_url=None, redoc_url=None)

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        letters = _newest_first(mailroom)
        return PAGE.format(count=len(letters), rows="".join(_row(letter) for letter in letters))

    @app.get("/messages")
    async def messages(pathway_ref: str | None = None) -> list[dict[str, Any]]:
        letters = _newest_first(mailroom)
        return [_shown(letter) for letter in letters if pathway_ref in {None, letter.pathway_ref}]

    @app.get("/messages/{key}", response_class=PlainTextResponse)
    async def message(key: Key) -> str:
        raw = mailroom.text(key)
        if raw is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        return raw.decode("utf-8", "replace")

    @app.put("/holds/{pathway}", status_code=status.HTTP_204_NO_CONTENT)
    async def hold(pathway: PathwayRef) -> None:
        mailroom.hold(pathway)

    @app.post("/releases/{pathway}")
    async def release(pathway: PathwayRef, order: Release) -> dict[str, int]:
        waiting = mailroom.release(pathway, order.outcome)
        news()
        return {"released": waiting}

    @app.put("/faults", status_code=status.HTTP_204_NO_CONTENT)
    async def faults(asked: Faults) -> None:
        await postman.fail_with(asked.smtp)

    return app


def _newest_first(mailroom: Mailroom) -> list[Letter]:
    return sorted(mailroom.letters.values(), key=lambda letter: letter.at, reverse=True)


def _shown(letter: Letter) -> dict[str, Any]:
    return {"key": letter.key, **asdict(letter)}


def _row(letter: Letter) -> str:
    cells = (
        letter.at[:19],
        ", ".join(letter.to),
        letter.subject,
        str(letter.deliveries),
        letter.reported or "not yet",
    )
    texts = [html.escape(cell) for cell in cells]
    texts[2] = f'<a href="/messages/{letter.key}">{texts[2] or "(no subject)"}</a>'
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"
