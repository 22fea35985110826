"""GET /meeting/live: the patients of the MDT meeting, each time somebody has signed, or one was added."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.identity import Acting
from services.pages.live.stream import stream
from services.pages.meeting.agenda import LIVE, asked, mark, read
from shared.pathway.roles import MEETING
from shared.web.pages.environment import draw_part

router = APIRouter(include_in_schema=False)


@router.get(LIVE)
async def listen(request: Request) -> StreamingResponse:
    """The agenda of the reader's trust."""
    return stream(request, MEETING, lambda session: _Meeting(request, session.acting))


@dataclass(frozen=True, slots=True)
class _Meeting:
    request: Request
    acting: Acting

    async def mark(self) -> str:
        return mark(await asked(self.request, self.acting))

    async def drawn(self) -> tuple[str, str]:
        places = await asked(self.request, self.acting)
        patients = await read(self.request, self.acting, places)
        return mark(places), draw_part("work/meeting_rows.jinja", patients=patients)
