"""GET /my-work/live: the lines of the worklist, each time they have changed."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.identity import Acting
from services.pages.live.stream import stream
from services.pages.my_work.address import LIVE, Asked, asked
from services.pages.my_work.listing import find, lines, mark
from services.reading import READERS
from shared.web.pages.environment import draw_part

router = APIRouter(include_in_schema=False)


@router.get(LIVE)
async def listen(request: Request) -> StreamingResponse:
    """The list as it is filtered and sorted on the page that listens."""
    wanted = asked(request.query_params)
    return stream(request, READERS, lambda session: _MyWork(request, session.acting, wanted))


@dataclass(frozen=True, slots=True)
class _MyWork:
    request: Request
    acting: Acting
    asked: Asked

    async def mark(self) -> str:
        return mark(await find(self.request, self.acting, self.asked, audited=False))

    async def drawn(self) -> tuple[str, str]:
        found = await find(self.request, self.acting, self.asked)
        shown = await lines(self.request, self.acting, self.asked, found)
        return mark(found), draw_part("work/rows.jinja", **shown)
