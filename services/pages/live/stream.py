"""A list as server-sent events: its lines each time they have changed, for the page that is left open.

The session is looked up again before anything is sent, and listening does not keep it alive.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request
from fastapi.responses import StreamingResponse

from services.identity import Acting
from services.pages.live.bell import Bell, bell_of
from services.sessions import Session, reception_of
from shared.ledger.worklist import PlaceUnreadableError
from shared.pathway.people import Role
from shared.wiring.postgres import is_outage

LOOK_AGAIN_S = 45.0
STREAM = "text/event-stream"
BEGIN = "retry: 3000\n\n"
ENDED = "event: ended\ndata:\n\n"
STILL_HERE = ": still here\n\n"


class Watched(Protocol):
    """A list that somebody has open."""

    async def mark(self) -> str:
        """The same as long as the list would look the same. Nobody is shown anything, so nothing is audited."""
        ...

    async def drawn(self) -> tuple[str, str]:
        """The mark and the lines as HTML, audited like the page itself."""
        ...


def stream(request: Request, roles: Collection[Role], watch: Callable[[Session], Watched]) -> StreamingResponse:
    """The stream for one of `roles`. Anybody else is told that it has ended, and nothing else: the page stays."""
    session: Session | None = request.state.session
    bell = bell_of(request)
    if session is None or bell is None or session.role not in roles:
        return StreamingResponse(iter((ENDED,)), media_type=STREAM)
    listener = _Listener(request, session.acting, watch(session), request.query_params.get("seen", ""))
    return StreamingResponse(_told(listener, bell), media_type=STREAM)


@dataclass(slots=True)
class _Listener:
    """One browser's stream: who listens to which list, and which state of it the browser has."""

    request: Request
    acting: Acting
    watched: Watched
    seen: str

    async def still_theirs(self) -> bool:
        """Whether the session still counts, in the same post."""
        reception = reception_of(self.request)
        found = await reception.sessions.find(self.request.cookies.get(reception.cookie.name), seen=False)
        return found is not None and found.live and found.session.post == self.acting.post

    async def news(self) -> str:
        """The lines as an event, "" when the browser has them already. Who patients are is read only for news."""
        if await self.watched.mark() == self.seen:
            return ""
        self.seen, drawn = await self.watched.drawn()
        return "".join(f"data: {line}\n" for line in drawn.splitlines()) + "\n"


async def _told(listener: _Listener, bell: Bell) -> AsyncIterator[str]:
    yield BEGIN
    with bell.waiting(listener.acting.trust) as rung:
        while True:
            await bell.listening()
            rung.clear()
            try:
                if not await listener.still_theirs():
                    yield ENDED
                    return
                yield await listener.news() or STILL_HERE
            except PlaceUnreadableError:
                yield ENDED
                return
            except Exception as error:
                if not is_outage(error):
                    raise
                return  # the browser comes back, later and later
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_AGAIN_S)
