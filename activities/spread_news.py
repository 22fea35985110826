"""Passing on what trusts announce (recalls, closed studies, suspensions) to each pathway it concerns."""

import asyncio
import logging
from typing import Protocol

from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""News waits at most this long before the first pathway hears of it."""


class Teller(Protocol):
    async def once(self) -> int:
        """Tells some of the pathways that have not heard yet, and returns how many; 0 when all have."""
        ...


async def keep_spreading(news: Teller) -> None:
    """Until cancelled. PostgreSQL being away is logged: what is owed stays owed, and the next round tells it."""
    while True:
        try:
            told = await news.once()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("news was not passed on", extra={"error": type(error).__name__})
            told = 0
        if not told:
            await asyncio.sleep(PAUSE_S)
