"""Sealing and anchoring as the worker does it: rows a moment after their click, anchors a minute after a change.

Never seals anew: where the chain disagrees with the newest anchor, nothing is anchored until a restore is told
(`python -m deploy.evidence --restored`).
"""

import logging
from datetime import datetime
from pathlib import Path

import asyncpg

from shared.evidence.anchor_file import AnchorFileDamagedError, AnchorFiles
from shared.evidence.anchors import Anchor, Said, read, signed
from shared.evidence.canonical import instant
from shared.evidence.keys import Signing
from shared.ledger.visit import Connection
from shared.wiring.clock import Clock

log = logging.getLogger(__name__)

BATCH = 1000
"""Rows sealed in one transaction: some tenths of a second."""

HOUR = len("2026-03-09T09")
"""A chain that has not changed is anchored in each hour: it says that nothing was added in between."""

TRUST = "SELECT set_config('patency.trust', $1, true)"
SEAL = "SELECT seal_rows($1)"
HEADS = "SELECT trust, number, link FROM seal_heads()"
LINK = "SELECT seal_link($1, $2)"
COPY = """
INSERT INTO anchor (trust, sha256, kind, count, at, statement) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
"""
NEWEST = "SELECT statement FROM anchor ORDER BY at DESC, count DESC LIMIT 1"


class Sealing:
    """The worker's hold on every trust's chain. `clock` is the server's."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def seal(self) -> int:
        """Seals everything that is committed, and returns how many audit rows that were."""
        sealed = 0
        while True:
            found: int = await self._pool.fetchval(SEAL, BATCH)
            sealed += found
            if found < BATCH:
                return sealed

    async def anchor(self, folder: Path, key: Signing) -> tuple[Anchor, ...]:
        """Seals, then anchors every trust whose chain has grown, or was anchored an hour ago. Returns the new anchors.

        An anchor is in its file, on the disk, before its copy is in the database. A trust whose chain does not agree
        with its newest anchor gets none, and an error in the log.
        """
        at = instant(self._clock.now())
        await self.seal()
        added = []
        for row in await self._pool.fetch(HEADS):
            found = await self._anchor_one(AnchorFiles(folder), key, row, at)
            if found is not None:
                added.append(found)
        return tuple(added)

    async def _anchor_one(self, files: AnchorFiles, key: Signing, head: asyncpg.Record, at: str) -> Anchor | None:
        trust = head["trust"]
        try:
            with files.adding(trust) as end:
                newest = end.newest()
                if newest is not None and not await self._continues(newest):
                    log.error("a chain disagrees with its newest anchor: it is not anchored", extra={"trust": trust})
                    return None
                if newest is not None and not self._news(newest, head["number"], at):
                    return None
                said = Said(trust=trust, count=head["number"], head=head["link"], at=at, previous=newest)
                anchor = signed(said, key)
                end.add(anchor)
        except AnchorFileDamagedError:
            log.error("the end of an anchor file is damaged: nothing is added", extra={"trust": trust})  # noqa: TRY400 -- the type says it all
            return None
        await self._keep_copies(trust, (newest, anchor) if newest else (anchor,))
        return anchor

    async def _continues(self, newest: Anchor) -> bool:
        """Whether the chain still has, at the anchor's count, the link that was signed."""
        link: bytes | None = await self._pool.fetchval(LINK, newest.trust, newest.count)
        return link is not None and link.hex() == newest.head

    @staticmethod
    def _news(newest: Anchor, number: int, at: str) -> bool:
        return number > newest.count or at[:HOUR] != newest.at[:HOUR]

    async def _keep_copies(self, trust: str, anchors: tuple[Anchor, ...]) -> None:
        """The one before as well: its copy may have been lost with a connection."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            for each in anchors:
                await keep_copy(connection, each)


async def keep_copy(connection: "asyncpg.Connection | Connection", anchor: Anchor) -> None:
    """A copy of an anchor in the database, for showing. Inside a transaction of its trust."""
    at = datetime.fromisoformat(anchor.at)
    await connection.execute(COPY, anchor.trust, anchor.sha256, anchor.kind, anchor.count, at, anchor.statement())


async def anchor_line(pool: asyncpg.Pool, trust: str) -> str | None:
    """The newest anchor of a trust on one line, for the weekly digest; None before the first.

    It names nobody. `python -m deploy.evidence --verify --line "..."` checks the chain against it. `pool` is of a login
    role that may read anchors: the worker, the governance desk, the front door.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(TRUST, trust)
        statement: str | None = await connection.fetchval(NEWEST)
    found = read(statement) if statement else None
    return found.in_short() if found else None
