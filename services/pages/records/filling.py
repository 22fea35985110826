"""One person filling in one paper: what they sent, what they left as a draft, and where its pages are."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from fastapi import Request

from services.identity import Acting
from services.pages.records.paper import CHECK, Paper, restored
from services.pages.records.people import NOBODY, Directory, directory_for
from services.sessions import reception_of
from shared.ledger.drafts import Whose
from shared.web.forms.posting import posted
from shared.web.forms.raw import EMPTY, RawForm
from shared.web.limits import LARGEST_BODY_BYTES

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION = re.compile(r"[0-9]{1,9}")


def new_key() -> str:
    """An idempotency key nobody has used."""
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written so far, for which version, under which key. `kept_at` is set for a draft."""

    raw: RawForm = EMPTY
    version: int = 0
    key: str = field(default_factory=new_key)
    kept_at: datetime | None = None

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Everything written, as hidden inputs."""
        return tuple((name, text) for name, texts in self.raw.texts.items() for text in texts)

    def with_raw(self, raw: RawForm) -> "Sheet":
        return replace(self, raw=raw)


@dataclass(frozen=True, slots=True)
class Filling:
    """`pathway_id` is None while the paper would open one. `directory` is whom the paper may name."""

    request: Request
    acting: Acting
    paper: Paper
    pathway_id: str | None
    directory: Directory = NOBODY

    @property
    def address(self) -> str:
        """The address of the paper; its leaves are below it."""
        return f"/pathways/{self.pathway_id}/{self.paper.kind.name}" if self.pathway_id else "/referrals/new"

    @property
    def check(self) -> str:
        return f"{self.address}/{CHECK}"

    @property
    def front_door(self) -> str:
        return reception_of(self.request).front_door

    @property
    def case(self) -> str:
        """Where this paper belongs: the case, or the worklist as long as there is none."""
        return f"{self.front_door}/pathways/{self.pathway_id}" if self.pathway_id else f"{self.front_door}/my-work"

    @property
    def _whose(self) -> Whose:
        return Whose(self.acting.trust, self.acting.person, self.pathway_id, self.paper.kind.name)

    async def draft(self) -> Sheet | None:
        found = await reception_of(self.request).drafts.load(self._whose)
        if found is None:
            return None
        raw = self.paper.gathered((name, text) for name, texts in restored(found.raw).texts.items() for text in texts)
        return Sheet(raw, found.version, kept_at=found.updated_at)

    async def save(self, sheet: Sheet, slug: str) -> None:
        raw = {name: list(texts) for name, texts in sheet.raw.texts.items()}
        await reception_of(self.request).drafts.save(self._whose, page=slug, raw=raw, version=sheet.version)

    async def drop(self) -> None:
        await reception_of(self.request).drafts.drop(self._whose)


@dataclass(frozen=True, slots=True)
class Sent:
    """A posted page: the sheet, and what else was pressed or answered (`rows`, `go`, `side_again`, `warned`).

    `too_much`: there is more text than is kept, and it has to be shortened first.
    """

    sheet: Sheet
    besides: dict[str, str]
    too_much: bool = False


async def in_the_trust(filling: Filling) -> Filling:
    """The same with the directory of the writer's trust, where the paper names somebody."""
    found = await directory_for(reception_of(filling.request), filling.acting, filling.paper)
    return replace(filling, directory=found)


async def sent(filling: Filling) -> Sent:
    """What was posted. Raises ProblemError for what is no form of ours."""
    given = await posted(filling.request)
    besides = dict(given)
    key, version = besides.get("key", ""), besides.get("version", "")
    sheet = Sheet(
        filling.paper.gathered(given),
        int(version) if _VERSION.fullmatch(version) else 0,
        key if _KEY.fullmatch(key) else new_key(),
    )
    return Sent(sheet, besides, sum(len(text.encode()) for _name, text in given) > LARGEST_BODY_BYTES)
