"""Exports that auditors ask for and fetch: one under way for each trust, seen by who asked for it, until it expires."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import asyncpg

from shared.ledger.acts import NotAllowed
from shared.ledger.fhir_snapshot import HOLDS, KIND, TRUST
from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection
from shared.pathway.people import Signature
from shared.wiring.clock import Clock

ONE_AT_A_TIME = "fhir_export_under_way"
ASK = """
INSERT INTO fhir_export (trust, by_person, by_role, asked_at) VALUES ($1, $2, $3, $4) RETURNING id::text
"""
# What has expired, or was cancelled, is not there: whether or not it has been cleared away yet.
FIND = """
SELECT id::text AS id, state, attempts, told, pathways, asked_at, snapshot_at, expires_at FROM fhir_export
WHERE id = $1::uuid AND by_person = $2 AND state <> 'cancelled' AND (expires_at IS NULL OR expires_at > $3)
"""
PARTS = """
SELECT kind, number, resources FROM fhir_export_part WHERE export_id = $1::uuid AND attempt = $2 ORDER BY kind, number
"""
CONTENT = """
SELECT content FROM fhir_export_part WHERE export_id = $1::uuid AND attempt = $2 AND kind = $3 AND number = $4
"""
CANCEL = """
UPDATE fhir_export SET state = 'cancelled', expires_at = $4
WHERE id = $1::uuid AND by_person = $2 AND state <> 'cancelled' AND (expires_at IS NULL OR expires_at > $3)
"""


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one type of resource."""

    kind: str
    number: int
    resources: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One export as it stands. `parts` are there when it is done; `pathways` once a worker has begun."""

    id: str
    state: State
    attempts: int
    told: int
    pathways: int | None
    asked_at: datetime
    snapshot_at: datetime | None
    expires_at: datetime | None
    parts: tuple[Part, ...] = ()


class UnderWay:
    """The trust has an export that is not finished."""


class Exports:
    """As the front door's role may ask for and fetch them. `clock` is the server's. What expires does so by it."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def ask(self, trust: str, by: Signature) -> str | UnderWay | NotAllowed:
        """The id of a new export, which a worker takes up from here. Asked again while one is under way it is not."""
        try:
            async with self._of(trust) as connection:
                if not await connection.fetchval(HOLDS, trust, by.person, by.role.value):
                    await audit(connection, Note(trust, by, "denied", kind=KIND))
                    return NotAllowed()
                export_id = await connection.fetchval(ASK, trust, by.person, by.role.value, self._clock.now())
                await audit(connection, Note(trust, by, "searched", kind=KIND, rules=(export_id,)))
                return str(export_id)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != ONE_AT_A_TIME:
                raise
            return UnderWay()

    async def look(self, trust: str, by: Signature, export_id: str) -> Asked | None:
        """How far it is. None: there is none, it has expired, or somebody else asked for it."""
        async with self._of(trust) as connection:
            found = await self._found(connection, by, export_id)
            if found is None or found.state is not State.DONE:
                return found
            rows = await connection.fetch(PARTS, found.id, found.attempts)
        return replace(found, parts=tuple(Part(**dict(row)) for row in rows))

    async def part(self, trust: str, by: Signature, export_id: str, kind: str, number: int) -> bytes | None:
        """The compressed lines of one part, audited; None when there is no such part."""
        async with self._of(trust) as connection:
            found = await self._found(connection, by, export_id)
            if found is None or found.state is not State.DONE:
                return None
            content: bytes | None = await connection.fetchval(CONTENT, found.id, found.attempts, kind, number)
            if content is not None:
                await audit(connection, Note(trust, by, "read", kind=KIND, rules=(found.id, f"{kind}.{number}")))
        return content

    async def cancel(self, trust: str, by: Signature, export_id: str) -> bool:
        """Ends it, and takes away what it made. False: there is none. A worker that is at it stops within seconds."""
        now = self._clock.now()
        async with self._of(trust) as connection:
            status: str = await connection.execute(CANCEL, export_id, by.person, now, now)
            if status.endswith(" 1"):
                await audit(connection, Note(trust, by, "released", kind=KIND, rules=(export_id,)))
        return status.endswith(" 1")

    async def _found(self, connection: Connection, by: Signature, export_id: str) -> Asked | None:
        row = await connection.fetchrow(FIND, export_id, by.person, self._clock.now())
        return replace(Asked(**dict(row)), state=State(row["state"])) if row else None

    @asynccontextmanager
    async def _of(self, trust: str) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            yield connection
