"""What governance has to be told about its trust: the authorisation ends (T-AUTH; IPG651 YR3). Once for each rung."""

from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from shared.pathway.authorisation import authorisation_timers
from shared.pathway.facts import Authorisation
from shared.pathway.governance import LADDER
from shared.policy import Policy
from shared.wiring.clock import Clock

TRUST = "SELECT set_config('patency.trust', $1, true)"
ALL = "SELECT trust, status, review_by FROM authorisation ORDER BY trust"
TOLD = "SELECT EXISTS (SELECT FROM trust_notice WHERE key = $1)"
ADDRESSES = "SELECT role, address, channel FROM told_today ORDER BY role, address"
NOTE = """
INSERT INTO trust_notice (trust, key, due_at, sent_at, recipients) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class TrustNotice:
    """A notice that is owed to the governance of a trust. `key` is the same for every attempt."""

    trust: str
    key: str
    due_at: datetime
    addresses: tuple[str, ...]
    channels: tuple[str, ...]


class TrustNotices:
    """The worker's view of every trust's authorisation. `clock` is the server's: this is about no patient's time."""

    def __init__(self, pool: asyncpg.Pool, policy: Policy, clock: Clock) -> None:
        self._pool = pool
        self._policy = policy
        self._clock = clock

    async def owed(self) -> tuple[TrustNotice, ...]:
        """One notice for each trust at most: that of the newest rung reached, unless it was sent."""
        found = []
        for row in await self._pool.fetch(ALL):
            reached = self._reached(row["status"], row["review_by"])
            if reached is not None and (notice := await self._unsent(row["trust"], *reached)) is not None:
                found.append(notice)
        return tuple(found)

    async def note_sent(self, notice: TrustNotice, recipients: int) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, notice.trust)
            sent = (notice.trust, notice.key, notice.due_at, self._clock.now(), recipients)
            await connection.execute(NOTE, *sent)

    def _reached(self, status: str, review_by: date) -> tuple[str, datetime] | None:
        permit = Authorisation(status=status, review_by=review_by, device_models=frozenset(), operators=frozenset())
        ripe = [each for each in authorisation_timers(permit, self._policy) if each.due_at <= self._clock.now()]
        newest = max(ripe, key=lambda each: each.due_at, default=None)
        return (newest.key, newest.due_at) if newest else None

    async def _unsent(self, trust: str, key: str, due_at: datetime) -> TrustNotice | None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            if await connection.fetchval(TOLD, key):
                return None
            rows = await connection.fetch(ADDRESSES)
        told = _first_in_line(rows)
        addresses, channels = (tuple(row[name] for row in told) for name in ("address", "channel"))
        return TrustNotice(trust, key, due_at, addresses, channels)


def _first_in_line(rows: list[asyncpg.Record]) -> list[asyncpg.Record]:
    """The leads; where the trust has none who is still there, the next in line (R-GOV-3)."""
    for role in LADDER:
        if found := [row for row in rows if row["role"] == role.value]:
            return found
    return []
