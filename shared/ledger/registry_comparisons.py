"""Comparing a trust's procedures with their registry entries, and keeping what was found (R-REG-4; IPG651 1.3)."""

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.registry_lists import Begun, Comparison, Difference, Found, Held, Recorded
from shared.ledger import registry_count
from shared.ledger.acts import Act, Kept
from shared.ledger.ledger import Ledger
from shared.ledger.visit import Connection
from shared.pathway import registry_compared
from shared.pathway.civil_time import civil
from shared.pathway.people import PATENCY
from shared.pathway.question import Moment
from shared.pathway.registry_compared import RegistryCompared
from shared.pathway.registry_comparison import by_state, differences, recorded
from shared.wiring.clock import Clock

log = logging.getLogger(__name__)

TRUST = "SELECT set_config('patency.trust', $1, true)"
TRUSTS = "SELECT trust FROM trust ORDER BY trust"
KEEP = """
INSERT INTO registry_comparison (trust, at, started, held, states) VALUES ($1, $2, $3, $4, $5::jsonb) RETURNING id
"""
KEEP_FOUND = """
INSERT INTO registry_difference (comparison_id, trust, procedure_id, what, pathway_id, started_on, days, ours, theirs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
NEWEST = "SELECT id, at, started, held, states::text AS states FROM registry_comparison ORDER BY at DESC LIMIT 1"
FOUND = """
SELECT procedure_id, what, pathway_id::text AS pathway_id, started_on, days, ours, theirs FROM registry_difference
WHERE comparison_id = $1 ORDER BY days DESC NULLS LAST, procedure_id, what
"""
ADDRESSES = "SELECT address FROM governance_recipient WHERE role = 'governance_lead' ORDER BY address"


class RegistryComparisons:
    """What the worker compares, and desks look at. `clock` is the server's: no patient's time moves it."""

    def __init__(self, pool: asyncpg.Pool, ledger: Ledger, clock: Clock) -> None:
        self._pool = pool
        self._ledger = ledger
        self._clock = clock

    async def trusts(self) -> tuple[str, ...]:
        """Every trust of this installation. Only the worker's role may ask."""
        async with self._of("*") as connection:
            return tuple(row["trust"] for row in await connection.fetch(TRUSTS))

    async def compare(self, trust: str, held: tuple[Held, ...]) -> Comparison:
        """Compares with what the registry says it holds of this trust, and keeps the result."""
        async with self._of(trust) as connection:
            begun, entered = await registry_count.begun(connection), await registry_count.entered(connection)
        ours, told = list[Recorded](), dict[str, frozenset[Difference]]()
        async for moment in self._moments(trust, begun, entered):
            ours += recorded(moment)
            told |= registry_compared.told(moment)
        now = self._clock.now()
        accepted = sum(each.receipt is not None for each in held)
        found = differences(begun, ours, held, today=civil(now))
        comparison = Comparison(now, len(begun), accepted, by_state(ours), found)
        async with self._of(trust) as connection:
            await _keep(connection, trust, comparison)
        await self._tell(trust, comparison, ours, told)
        return comparison

    async def newest(self, trust: str) -> Comparison | None:
        """The last comparison of this trust; None before the first."""
        async with self._of(trust) as connection:
            return await newest_of(connection)

    async def leads(self, trust: str) -> tuple[str, ...]:
        """The addresses of the trust's governance leads."""
        async with self._of(trust) as connection:
            return tuple(row["address"] for row in await connection.fetch(ADDRESSES))

    async def _tell(
        self, trust: str, made: Comparison, ours: list[Recorded], told: Mapping[str, frozenset[Difference]]
    ) -> None:
        """Enters on each pathway what it has not been told yet: something differs, something else, or nothing more."""
        for each in ours:
            found = {one.what for one in made.found if one.procedure_id == each.procedure_id} & registry_compared.FOUND
            if each.procedure_id in told and found != told[each.procedure_id]:
                record = RegistryCompared(procedure_id=each.procedure_id, found=frozenset(found))
                await self._enter(trust, each.pathway_id, record, made.at)

    async def _enter(self, trust: str, pathway_id: str, record: RegistryCompared, at: datetime) -> None:
        key = f"{record.kind}/{record.procedure_id}/{at.isoformat()}"
        act = Act(
            trust=trust,
            pathway_id=pathway_id,
            record=record,
            by=PATENCY,
            key=key,
            body_hash=hashlib.sha256(key.encode()).digest(),
        )
        answer = await self._ledger.enter(act)
        if not isinstance(answer, Kept):  # overtaken meanwhile: the next comparison tells it
            log.warning("%s was not kept: %s", record.kind, type(answer).__name__)

    async def _moments(self, trust: str, begun: tuple[Begun, ...], entered: frozenset[str]) -> AsyncIterator[Moment]:
        for pathway in sorted({each.pathway_id for each in begun} | entered):
            moment = await self._ledger.look(trust, pathway)
            if moment is not None:
                yield moment

    @asynccontextmanager
    async def _of(self, trust: str) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            yield connection


async def newest_of(connection: Connection) -> Comparison | None:
    """The last comparison of the trust whose transaction this is."""
    row = await connection.fetchrow(NEWEST)
    if row is None:
        return None
    found = tuple(_found(dict(each)) for each in await connection.fetch(FOUND, row["id"]))
    return Comparison(row["at"], row["started"], row["held"], json.loads(row["states"]), found)


async def _keep(connection: Connection, trust: str, made: Comparison) -> None:
    states = json.dumps(dict(made.states))
    comparison_id = await connection.fetchval(KEEP, trust, made.at, made.started, made.held, states)
    rows = [
        (
            comparison_id,
            trust,
            each.procedure_id,
            each.what.value,
            UUID(each.pathway_id) if each.pathway_id else None,
            each.started_on,
            each.days,
            each.ours,
            each.theirs,
        )
        for each in made.found
    ]
    await connection.executemany(KEEP_FOUND, rows)


def _found(row: Mapping[str, Any]) -> Found:
    return Found(**{**row, "what": Difference(row["what"])})
