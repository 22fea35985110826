"""The outbox as PostgreSQL keeps it: rows that stay until they are passed on, and a knock when one comes."""

import asyncio
import logging
from contextlib import suppress

import asyncpg

from activities.outbox import PAUSE_S, Waiting
from shared.contracts.identifiers import FilterRef, PathwayRef
from shared.wiring.postgres import is_outage, open_alone
from shared.wiring.settings import RelaySettings

log = logging.getLogger(__name__)

ROLE = "patency_relay"
WAITING = """
    SELECT o.pathway_id, o.trust, o.version, o.traceparent, o.since, p.origin
    FROM outbox o JOIN pathway p ON p.id = o.pathway_id WHERE o.at_leisure = $2 ORDER BY o.since LIMIT $1"""
DEPTH = """
    SELECT count(*) AS many, coalesce(extract(epoch FROM now() - min(since)), 0)::float8 AS oldest_s FROM outbox"""
PASSED_ON = "DELETE FROM outbox WHERE pathway_id = $1 AND since = $2"
OPEN = """
    SELECT p.id, p.trust, p.version, p.origin FROM pathway p
    WHERE (p.closed_at IS NULL OR p.next_due_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.pathway_id = p.id)"""
FILTERS = """
    SELECT t.pathway_id, t.trust, t.key, p.origin FROM task t JOIN pathway p ON p.id = t.pathway_id
    WHERE t.kind = 'filter_retrieval' AND t.state = 'open'"""
PUT_BACK = """
    INSERT INTO outbox (pathway_id, trust, version, at_leisure)
    SELECT $1, $2, $3, coalesce(next_due_at > now() + interval '1 hour', true) FROM pathway WHERE id = $1
    ON CONFLICT (pathway_id) DO NOTHING"""


class PostgresOutbox:
    def __init__(self, pool: asyncpg.Pool, settings: RelaySettings) -> None:
        self._pool = pool
        self._settings = settings
        self._knock = asyncio.Event()

    async def waiting(self, most: int, *, at_leisure: bool = False) -> list[Waiting]:
        return [
            Waiting(
                PathwayRef(str(row["pathway_id"]), row["trust"], row["origin"]),
                row["version"],
                row["traceparent"],
                row["since"],
            )
            for row in await self._pool.fetch(WAITING, most, at_leisure)
        ]

    async def passed_on(self, waiting: Waiting) -> None:
        await self._pool.execute(PASSED_ON, waiting.ref.pathway_id, waiting.since)

    async def depth(self) -> tuple[int, float]:
        """How many rows wait, and the age of the oldest in seconds."""
        row = await self._pool.fetchrow(DEPTH)
        assert row is not None  # noqa: S101 -- an aggregate always has its one row
        return row["many"], row["oldest_s"]

    async def open_pathways(self) -> list[Waiting]:
        """Every open pathway of which Temporal should have heard, for reconciling."""
        rows = await self._pool.fetch(OPEN)
        return [
            Waiting(PathwayRef(str(row["id"]), row["trust"], row["origin"]), row["version"], None, None) for row in rows
        ]

    async def filters_inside(self) -> list[FilterRef]:
        """Every filter that is inside a patient: whoever has one is owed its retrieval, an open task."""
        rows = await self._pool.fetch(FILTERS)
        return [
            FilterRef(PathwayRef(str(row["pathway_id"]), row["trust"], row["origin"]), int(row["key"])) for row in rows
        ]

    async def put_back(self, pathway: Waiting) -> None:
        """Let Temporal hear of it again: at once where something falls due within the hour, else after all clicks."""
        await self._pool.execute(PUT_BACK, pathway.ref.pathway_id, pathway.ref.trust, pathway.version)

    async def note_reconciliation(self, pathways: int, filters: int) -> None:
        """Write down how many a comparison found missing in Temporal."""
        await self._pool.execute("SELECT traces.note_reconciliation($1, $2)", pathways, filters)

    async def knocked(self) -> None:
        """Returns when something was put into the outbox, and after a pause at the latest."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._knock.wait(), PAUSE_S)
        self._knock.clear()

    async def listen(self) -> None:
        """Listen for knocks, on a connection of its own, until cancelled; while PostgreSQL is away, wait for it."""
        while True:
            try:
                await self._listen_until_lost()
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("not listening to the outbox", extra={"error": type(error).__name__})
            await asyncio.sleep(PAUSE_S)

    async def _listen_until_lost(self) -> None:
        lost = asyncio.Event()
        connection = await open_alone(self._settings, ROLE)
        try:
            connection.add_termination_listener(lambda *_: lost.set())
            await connection.add_listener("outbox", lambda *_: self._knock.set())
            await lost.wait()
        finally:
            await connection.close(timeout=1)
