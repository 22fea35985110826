"""The turn of one request: taken as soon as the desk knows whose request it is, over as soon as its answer is made."""

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.turns import CrowdedError, Place, Turns

WAIT_S = 3.0
"""With what the ledger may take besides, an answer still comes while somebody waits for it."""


class GoneError(Exception):
    """Whoever asked went away before it was their turn: nothing was done, and nobody is to be told."""


class Turn:
    """One request's. While it waits it listens, so that who goes away is not worked for."""

    def __init__(self, turns: Turns, receive: Receive) -> None:
        self._turns = turns
        self._from_outside = receive
        self._arrived: deque[Message] = deque()
        self._place: Place | None = None

    async def take(self, lane: str) -> None:
        """Waits for a turn, once for each request. Raises CrowdedError, and GoneError."""
        if self._place is not None:
            return
        self._place = self._turns.join(lane)
        if not self._place.called.is_set():
            await self._wait_for(self._place)

    def over(self) -> None:
        """Gives the turn to the next, for good: the answer is made, or made elsewhere than in this process."""
        if self._place is not None:
            self._turns.leave(self._place)

    async def receive(self) -> Message:
        """What has come from outside, in its order."""
        return self._arrived.popleft() if self._arrived else await self._from_outside()

    async def _wait_for(self, place: Place) -> None:
        called, gone = asyncio.create_task(place.called.wait()), asyncio.create_task(self._until_gone())
        try:
            await asyncio.wait({called, gone}, timeout=WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            called.cancel()
            gone.cancel()
        if place.called.is_set():
            return
        self.over()
        if gone.done():
            gone.result()  # a body that is too large is told so
            raise GoneError
        raise CrowdedError

    async def _until_gone(self) -> None:
        while True:
            message = await self._from_outside()
            self._arrived.append(message)
            if message["type"] == "http.disconnect":
                return


def turn_of(request: Request) -> Turn | None:
    """None where everybody is worked for at once."""
    found: Turn | None = getattr(request.state, "turn", None)
    return found


class InTurn:
    """ASGI middleware, inside the limits of bodies: what waits is kept no longer than it may be.

    It takes no turn itself: whoever knows whose request it is does (`turn_of`). So files, probes, streams and the way
    in take none, and nobody holds one while the issuer or the session's row is looked for.
    """

    def __init__(self, app: ASGIApp, turns: Callable[[Scope], Turns | None]) -> None:
        self._app = app
        self._turns = turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        turns = self._turns(scope) if scope["type"] == "http" else None
        if turns is None:
            await self._app(scope, receive, send)
            return
        turn = scope.setdefault("state", {})["turn"] = Turn(turns, receive)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                turn.over()  # a browser that reads slowly keeps nobody waiting
            await send(message)

        try:
            await self._app(scope, turn.receive, sending)
        except GoneError:
            return
        finally:
            turn.over()
