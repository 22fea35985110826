"""Hears on one connection that a trust's work changed, and rings for everybody who waits for that trust."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import asyncpg
from fastapi import Request

from services.sessions.reception import Listening, reception_of
from shared.wiring.postgres import is_outage

CHANNEL = "work"

log = logging.getLogger(__name__)


class Bell:
    """One per desk. `listen` opens a connection outside any pool; it is opened when somebody first waits.

    A word may be lost while the connection is: whoever waits looks again after a while in any case.
    """

    def __init__(self, listen: Listening) -> None:
        self._listen = listen
        self._connection: asyncpg.Connection | None = None
        self._opening = asyncio.Lock()
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def listening(self) -> bool:
        """Sees to it that the connection is there. False while the database is away."""
        async with self._opening:
            if self._connection is not None and not self._connection.is_closed():
                return True
            try:
                self._connection = await self._listen()
                await self._connection.add_listener(CHANNEL, self._heard)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("nobody listens for changes of work: %s", type(error).__name__)
                return False
            self._connection.add_termination_listener(self._lost)
            return True

    @contextmanager
    def waiting(self, trust: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the trust's work may have changed."""
        rung = asyncio.Event()
        self._waiting[trust].add(rung)
        try:
            yield rung
        finally:
            self._waiting[trust].discard(rung)

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(asyncpg.InterfaceError):
                await self._connection.close()

    def _heard(self, _connection: object, _pid: int, _channel: str, trust: object) -> None:
        for rung in self._waiting.get(str(trust), ()):
            rung.set()

    def _lost(self, _connection: object) -> None:
        for everyone in self._waiting.values():
            for rung in everyone:
                rung.set()


def bell_of(request: Request) -> Bell | None:
    """This desk's bell; None where pages do not change by themselves."""
    state, listen = request.app.state, reception_of(request).listen
    if listen is None:
        return None
    if getattr(state, "bell", None) is None:
        state.bell = Bell(listen)
    found: Bell = state.bell
    return found
