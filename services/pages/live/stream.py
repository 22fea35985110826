"""GET /my-work/live: the lines of the list as server-sent events, each time they have changed.

The session is looked up again before anything is sent, and listening does not keep it alive.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.identity import Acting
from services.pages.live.bell import Bell, bell_of
from services.pages.my_work.address import LIVE, Asked, asked
from services.pages.my_work.listing import find, lines, mark
from services.reading import READERS
from services.sessions import Session, reception_of
from shared.ledger.worklist import PlaceUnreadableError
from shared.web.pages.environment import draw_part
from shared.wiring.postgres import is_outage

LOOK_AGAIN_S = 45.0
STREAM = "text/event-stream"
BEGIN = "retry: 3000\n\n"
ENDED = "event: ended\ndata:\n\n"
STILL_HERE = ": still here\n\n"

router = APIRouter(include_in_schema=False)


@router.get(LIVE)
async def listen(request: Request) -> StreamingResponse:
    """The stream. To who is signed out it says that it has ended, and nothing else: the page then stays as it is."""
    session: Session | None = request.state.session
    bell = bell_of(request)
    if session is None or bell is None or session.role not in READERS:
        return StreamingResponse(iter((ENDED,)), media_type=STREAM)
    watch = _Watch(request, session.acting, asked(request.query_params), request.query_params.get("seen", ""))
    return StreamingResponse(_told(watch, bell), media_type=STREAM)


@dataclass(slots=True)
class _Watch:
    """One browser's stream: who listens to which list, and which state of it the browser has."""

    request: Request
    acting: Acting
    asked: Asked
    seen: str

    async def still_theirs(self) -> bool:
        """Whether the session still counts, in the same post."""
        reception = reception_of(self.request)
        found = await reception.sessions.find(self.request.cookies.get(reception.cookie.name), seen=False)
        return found is not None and found.live and found.session.post == self.acting.post

    async def news(self) -> str:
        """The lines as an event, "" when the browser has them already. Who patients are is read only for news."""
        found = await find(self.request, self.acting, self.asked, audited=False)
        if mark(found) == self.seen:
            return ""
        found = await find(self.request, self.acting, self.asked)
        self.seen = mark(found)
        drawn = draw_part("work/rows.jinja", **lines(self.request, self.acting, found))
        return "".join(f"data: {line}\n" for line in drawn.splitlines()) + "\n"


async def _told(watch: _Watch, bell: Bell) -> AsyncIterator[str]:
    yield BEGIN
    with bell.waiting(watch.acting.trust) as rung:
        while True:
            await bell.listening()
            rung.clear()
            try:
                if not await watch.still_theirs():
                    yield ENDED
                    return
                yield await watch.news() or STILL_HERE
            except PlaceUnreadableError:
                yield ENDED
                return
            except Exception as error:
                if not is_outage(error):
                    raise
                return  # the browser comes back, later and later
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_AGAIN_S)
