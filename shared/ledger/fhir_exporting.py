"""Making the exports that were asked for: one snapshot each, begun anew when a worker was interrupted (see 0042).

Snapshot, parts and the audit of every pathway are one transaction: an attempt that comes to nothing leaves nothing. How
far it is, and that the worker is alive, is told beside it, where everybody sees it at once.
"""

import gzip
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from shared.contracts.patience import EXPORT_ATTEMPTS, EXPORT_KEPT_S, EXPORT_SILENT_S
from shared.fhir.elements import Json
from shared.ledger.fhir_snapshot import TRUST, NotAllowedError, Snapshot
from shared.ledger.visit import Connection, LedgerDamagedError
from shared.pathway.people import Role, Signature
from shared.policy import Policy
from shared.wiring.clock import Clock

log = logging.getLogger(__name__)

PART_BYTES = 4_000_000
"""Lines of one part, before they are compressed: what a reader, and this process, has in memory at once."""

CLEARED = "SELECT trust, id FROM fhir_export WHERE expires_at <= $1"
CLEAR = "DELETE FROM fhir_export WHERE id = $1"
CLEAR_PARTS = "DELETE FROM fhir_export_part WHERE export_id = $1"
WANTED = """
SELECT trust, id, by_person, by_role, attempts FROM fhir_export
WHERE state = 'waiting' OR (state = 'running' AND heard_at < $1) ORDER BY asked_at LIMIT 1
"""
# Two workers may want the same one: the number of the attempt says who has it.
TAKE = """
UPDATE fhir_export SET state = 'running', attempts = attempts + 1, heard_at = $3, told = 0, pathways = NULL
WHERE id = $1 AND attempts = $2 AND state IN ('waiting', 'running')
"""
HEARD = """
UPDATE fhir_export SET heard_at = $3, told = $4, pathways = $5 WHERE id = $1 AND attempts = $2 AND state = 'running'
"""
ORDER = "SELECT id, patient_id FROM fhir_export_order($1, $2)"
KEEP = """
INSERT INTO fhir_export_part (trust, export_id, attempt, kind, number, resources, content)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
FINISH = """
UPDATE fhir_export SET state = $3, snapshot_at = $4, expires_at = $5
WHERE id = $1 AND attempts = $2 AND state = 'running'
"""
OTHERS = "DELETE FROM fhir_export_part WHERE export_id = $1 AND attempt <> $2"
OWN = "DELETE FROM fhir_export_part WHERE export_id = $1 AND attempt = $2"


class LostError(Exception):
    """It was cancelled, or another worker has taken it up: this attempt is undone."""


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt at one export."""

    trust: str
    id: UUID
    by: Signature
    attempt: int


@dataclass(slots=True)
class Lines:
    """Resources of each type as lines, kept as a part whenever there are enough of them."""

    connection: Connection
    order: Order
    waiting: dict[str, list[bytes]] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    async def write(self, resource: Json) -> None:
        kind = resource["resourceType"]
        line = json.dumps(resource, separators=(",", ":")).encode() + b"\n"
        self.waiting.setdefault(kind, []).append(line)
        self.size[kind] = self.size.get(kind, 0) + len(line)
        if self.size[kind] >= PART_BYTES:
            await self._keep(kind)

    async def close(self) -> None:
        for kind in [each for each, lines in self.waiting.items() if lines]:
            await self._keep(kind)

    async def _keep(self, kind: str) -> None:
        lines = self.waiting.pop(kind)
        self.size[kind] = 0
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        told = (self.order.trust, self.order.id, self.order.attempt, kind, self.numbers[kind], len(lines))
        await self.connection.execute(KEEP, *told, gzip.compress(b"".join(lines)))


class Exporting:
    """Whoever may make them: the worker. `clock` is the server's."""

    def __init__(self, pool: asyncpg.Pool, policy: Policy, clock: Clock) -> None:
        self._pool = pool
        self._policy = policy
        self._clock = clock

    async def once(self) -> int:
        """Clears away what has expired, and makes the export that waits longest. 0: there was none to make."""
        await self._clear()
        order = await self._taken()
        if order is None:
            return 0
        if order.attempt > EXPORT_ATTEMPTS:
            log.error("an export was given up", extra={"trust": order.trust, "attempts": EXPORT_ATTEMPTS})
            await self._finish(order, "failed", None)
            return 1
        await self._attempt(order)
        return 1

    async def _attempt(self, order: Order) -> None:
        try:
            at = await self._made(order)
        except LostError:
            log.info("an export was cancelled, or taken up elsewhere", extra={"trust": order.trust})
        except NotAllowedError:
            log.warning("who asked for an export is the trust's auditor no more", extra={"trust": order.trust})
            await self._finish(order, "failed", None)
        except LedgerDamagedError:
            log.exception("an export could not be made: the entries of a pathway are damaged")
            await self._finish(order, "failed", None)
        else:
            await self._finish(order, "done", at)

    async def _made(self, order: Order) -> datetime:
        """The instant of its snapshot, with all of its parts kept. Raises LostError, and has kept nothing then."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            snapshot = await Snapshot.opened(connection, order.trust, order.by, ORDER, order.id, order.attempt)
            lines = Lines(connection, order)
            await self._heard(order, 0, snapshot.pathways)
            async for done, some in snapshot.told(self._policy):
                for resource in some:
                    await lines.write(resource)
                await self._heard(order, done, snapshot.pathways)
            await lines.close()
            await snapshot.written_down()
        return snapshot.at

    async def _taken(self) -> Order | None:
        now = self._clock.now()
        row = await self._pool.fetchrow(WANTED, now - timedelta(seconds=EXPORT_SILENT_S))
        if row is None:
            return None
        async with self._of(row["trust"]) as connection:
            status: str = await connection.execute(TAKE, row["id"], row["attempts"], now)
        if status.endswith(" 0"):
            return None  # another worker was quicker
        return Order(row["trust"], row["id"], Signature(row["by_person"], Role(row["by_role"])), row["attempts"] + 1)

    async def _heard(self, order: Order, told: int, pathways: int) -> None:
        async with self._of(order.trust) as connection:
            said = (order.id, order.attempt, self._clock.now(), told, pathways)
            status: str = await connection.execute(HEARD, *said)
        if status.endswith(" 0"):
            raise LostError

    async def _finish(self, order: Order, state: str, snapshot_at: datetime | None) -> None:
        """Lets it be fetched from now on, or says that it failed. What was cancelled meanwhile stays so."""
        expires_at = self._clock.now() + timedelta(seconds=EXPORT_KEPT_S)
        async with self._of(order.trust) as connection:
            said = (order.id, order.attempt, state, snapshot_at, expires_at)
            status: str = await connection.execute(FINISH, *said)
            await connection.execute(OTHERS if status.endswith(" 1") else OWN, order.id, order.attempt)

    async def _clear(self) -> None:
        for row in await self._pool.fetch(CLEARED, self._clock.now()):
            async with self._of(row["trust"]) as connection:
                await connection.execute(CLEAR, row["id"])
                await connection.execute(CLEAR_PARTS, row["id"])

    @asynccontextmanager
    async def _of(self, trust: str) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            yield connection
