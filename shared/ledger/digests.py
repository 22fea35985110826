"""A trust's week in counts, for its governance (IPG651 1.2, YR3): told once for each ISO week."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.contracts.digests import Digest
from shared.evidence.sealing import anchor_line
from shared.ledger.trust_notices import NOTE, TOLD, TRUST
from shared.ledger.visit import Connection
from shared.pathway.civil_time import civil
from shared.pathway.governance import LADDER
from shared.policy import Policy
from shared.wiring.clock import Clock

TRUSTS = "SELECT trust FROM trust ORDER BY trust"
# A training pathway has a clock of its own, `ahead` of the server's.
COUNTS = """
SELECT
    (SELECT count(DISTINCT (pathway_id, number)) FROM notice WHERE acknowledged_at IS NULL) AS unread_notices,
    (SELECT count(*) FROM (SELECT FROM notice GROUP BY pathway_id, number
        HAVING bool_and(acknowledged_at IS NULL AND delivered_at IS NULL)) AS silent) AS undelivered_notices,
    (SELECT count(*) FROM task LEFT JOIN pathway_clock USING (pathway_id)
        WHERE task.state = 'open' AND task.due_at < $1::timestamptz + coalesce(ahead, interval '0')) AS overdue_tasks,
    (SELECT count(*) FROM task WHERE kind = 'break_glass_review' AND state = 'open') AS broken_gates,
    (SELECT count(*) FROM suspension WHERE lifted_at IS NULL) AS suspensions,
    (SELECT count(*) FROM authorisation WHERE trust = $4 AND status <> 'expired' AND review_by BETWEEN $2 AND $3)
    + (SELECT count(*) FROM (SELECT DISTINCT ON (scope, subject) action, review_by FROM authorisation_event
            WHERE scope <> 'procedure' ORDER BY scope, subject, at DESC, id) AS newest
        WHERE action = 'approved' AND review_by BETWEEN $2 AND $3) AS ending
"""
RECIPIENTS = "SELECT role, address, channel FROM told_today ORDER BY role, address"


class Digests:
    """The worker's view of every trust's week. `clock` is the server's."""

    def __init__(self, pool: asyncpg.Pool, policy: Policy, clock: Clock) -> None:
        self._pool = pool
        self._policy = policy
        self._clock = clock

    async def trusts(self) -> tuple[str, ...]:
        """Every trust of this installation. Only the worker's role may ask."""
        async with self._of("*") as connection:
            return tuple(row["trust"] for row in await connection.fetch(TRUSTS))

    async def digest(self, trust: str, week: str) -> Digest | None:
        """How the trust stands now; None when this week was told already."""
        now = self._clock.now()
        last = civil(now).toordinal() + max(self._policy.authorisation_warning_days)
        async with self._of(trust) as connection:
            if await connection.fetchval(TOLD, _key(week)):
                return None
            counts = await connection.fetchrow(COUNTS, now, civil(now), civil(now).fromordinal(last), trust)
            told = await connection.fetch(RECIPIENTS)
        assert counts is not None  # noqa: S101 -- a question for counts always has its one row
        roles = {row["role"] for row in told}
        first = next((role.value for role in LADDER if role.value in roles), None)
        whom = [row for row in told if row["role"] == first]
        return Digest(
            trust,
            week,
            **dict(counts),
            without_anybody=tuple(role.value for role in LADDER if role.value not in roles),
            addresses=tuple(row["address"] for row in whom),
            channels=tuple(row["channel"] for row in whom),
            evidence=await anchor_line(self._pool, trust),
        )

    async def note_sent(self, digest: Digest, recipients: int) -> None:
        now = self._clock.now()
        async with self._of(digest.trust) as connection:
            await connection.execute(NOTE, digest.trust, _key(digest.week), now, now, recipients)

    @asynccontextmanager
    async def _of(self, trust: str) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            yield connection


def _key(week: str) -> str:
    return f"digest/{week}"
