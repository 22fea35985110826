"""Telling every pathway the news that concerns it, one after the other, however often the teller is interrupted.

First the pathways are found and written down as owed; then each is told, and only then crossed off. The entry's key
names news and pathway, so that being told twice leaves one entry.
"""

import logging
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from shared.ledger.acts import Act, NotAllowed
from shared.ledger.ledger import Ledger
from shared.ledger.visit import LedgerDamagedError
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.record import Record
from shared.pathway.stages import KINDS
from shared.wiring.clock import Clock

log = logging.getLogger(__name__)

TRUST = "SELECT set_config('patency.trust', $1, true)"
UNSPREAD = "SELECT id, trust, kind, needle, pathway_id FROM announcement WHERE spread_at IS NULL ORDER BY at LIMIT 1"
HOLD = "SELECT id FROM announcement WHERE id = $1 AND spread_at IS NULL FOR UPDATE"
FIND = """
INSERT INTO announcement_owed (announcement_id, pathway_id, trust)
SELECT $1::uuid, id, $2::text FROM concerned($3, $4) AS id WHERE $5::uuid IS NULL
UNION SELECT $1::uuid, $5::uuid, $2::text WHERE $5::uuid IS NOT NULL
ON CONFLICT DO NOTHING
"""
SPREAD = "UPDATE announcement SET spread_at = $2, found = $3 WHERE id = $1"
OWED = """
SELECT owed.pathway_id, told.id, told.trust, told.kind, told.record::text AS record, told.by_person, told.by_role,
    told.traceparent
FROM announcement_owed AS owed JOIN announcement AS told ON told.id = owed.announcement_id
ORDER BY told.at, owed.pathway_id LIMIT $1
"""
CROSS_OFF = "DELETE FROM announcement_owed WHERE announcement_id = $1 AND pathway_id = $2"
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One pathway to be told one piece of news."""

    news: UUID
    pathway_id: UUID
    trust: str
    record: Record
    by: Signature
    traceparent: str | None

    @property
    def act(self) -> Act:
        return Act(
            trust=self.trust,
            pathway_id=str(self.pathway_id),
            record=self.record,
            by=self.by,
            key=f"news-{self.news}-{self.pathway_id}",
            body_hash=self.news.bytes,
            traceparent=self.traceparent,
        )


class Spreading:
    """Whoever may enter what trusts announce: the worker."""

    def __init__(self, pool: asyncpg.Pool, ledger: Ledger, clock: Clock) -> None:
        self._pool = pool
        self._ledger = ledger
        self._clock = clock

    async def once(self) -> int:
        """Finds whom waiting news concerns, tells some of them, and returns how many were told. 0: nobody waits."""
        while await self._find_concerned():
            pass
        owed = [_told(row) for row in await self._pool.fetch(OWED, AT_ONCE)]
        return sum([await self._told_or_damaged(each) for each in owed])

    async def _told_or_damaged(self, told: Told) -> bool:
        """Whether it was told. A damaged pathway stays owed, and holds up nobody else."""
        try:
            await self._tell(told)
        except LedgerDamagedError:
            log.exception("a pathway could not be told the news: its entries are damaged")
            return False
        return True

    async def _find_concerned(self) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(UNSPREAD)
            if row is None:
                return False
            await connection.execute(TRUST, row["trust"])
            if await connection.fetchval(HOLD, row["id"]) is not None:
                news = (row["id"], row["trust"], row["kind"], row["needle"], row["pathway_id"])
                status: str = await connection.execute(FIND, *news)
                found = int(status.rpartition(" ")[2])
                await connection.execute(SPREAD, row["id"], self._clock.now(), found)
        return True

    async def _tell(self, told: Told) -> None:
        """A refusal is an answer: such a pathway (closed meanwhile, or told by hand) needs to hear it no more."""
        answer = await self._ledger.enter(told.act)
        if isinstance(answer, NotAllowed):  # whoever announced it has lost the role since: the system passes it on
            await self._ledger.enter(replace(told.act, by=PATENCY))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, told.trust)
            await connection.execute(CROSS_OFF, told.news, told.pathway_id)


def _told(row: asyncpg.Record) -> Told:
    record = KINDS[row["kind"]].record.model_validate_json(row["record"])
    by = Signature(row["by_person"], Role(row["by_role"]))
    return Told(row["id"], row["pathway_id"], row["trust"], record, by, row["traceparent"])
