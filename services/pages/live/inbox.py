"""GET /inbox/live: the governance notices, each time one was made, sent, delivered, returned or acknowledged.

IPG651 1.2. Nothing here says who a patient is.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.pages.inbox.notices import LIVE, asked, lines, mark
from services.pages.live.stream import stream
from services.sessions import Session
from shared.pathway.roles import GOVERNANCE
from shared.web.pages.environment import draw_part
from shared.web.pages.house import house_of

router = APIRouter(include_in_schema=False)


@router.get(LIVE)
async def listen(request: Request) -> StreamingResponse:
    """The inbox of the reader's trust."""
    return stream(request, GOVERNANCE, lambda session: _Inbox(request, session))


@dataclass(frozen=True, slots=True)
class _Inbox:
    request: Request
    session: Session

    async def mark(self) -> str:
        return mark(await asked(self.request, self.session.acting, audited=False))

    async def drawn(self) -> tuple[str, str]:
        found = await asked(self.request, self.session.acting)
        around = {"house": house_of(self.request), "csrf": self.session.csrf}
        return mark(found), draw_part("work/inbox_lines.jinja", **around, **lines(found))
