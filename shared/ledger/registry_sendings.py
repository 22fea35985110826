"""What was handed over to the registry under which key, and when: submitted until it answers (R-REG-3; IPG651 1.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.contracts.looks import Errand
from shared.wiring.clock import Clock

TRUST = "SELECT set_config('patency.trust', $1, true)"
NOTE = """
INSERT INTO registry_sending (pathway_id, trust, key, first_at, last_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (pathway_id, key) DO UPDATE SET last_at = excluded.last_at, times = registry_sending.times + 1
"""
OF = "SELECT key, first_at, last_at, times FROM registry_sending WHERE pathway_id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Sending:
    """One dataset version on its way. `times` is how often it was tried."""

    key: str
    first_at: datetime
    last_at: datetime
    times: int


class RegistrySendings:
    """Written by the worker before it calls; the registry desk reads it (registry_book)."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def note(self, errand: Errand) -> None:
        """It is about to be handed over, the first time or again."""
        ref = errand.ref
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, ref.trust)
            await connection.execute(NOTE, UUID(ref.pathway_id), ref.trust, errand.key, self._clock.now())
