"""How the pathways of a trust are, for operations: what is not as it should be, how many, how old. No patient in it.

The figures come from PostgreSQL and not from spans: spans get lost, a deadline must not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from shared.wiring.clock import Clock

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

MOST_OF_A_KIND = 50
RETRYING_HOURS = 24
TROUBLES = """
SELECT what, pathway_id, detail, since, age, of_its_kind FROM (
    SELECT *, count(*) OVER (PARTITION BY what) AS of_its_kind,
        row_number() OVER (PARTITION BY what ORDER BY age DESC) AS place FROM traces.troubles()
) AS found WHERE place <= $1 ORDER BY age DESC
"""
STANDING = "SELECT * FROM traces.standing()"
# An errand that failed, and has not succeeded since: the newest attempt of each pathway says so.
RETRYING = """
SELECT 'registry_retrying' AS what, pathway_id, '' AS detail, to_timestamp(start_ns / 1e9) AS since,
    now() - to_timestamp(start_ns / 1e9) AS age, count(*) OVER () AS of_its_kind
FROM (
    SELECT DISTINCT ON (pathway_id) pathway_id, start_ns, failed FROM traces.span
    WHERE service = 'worker' AND name = 'enter_in_registry' AND start_ns >= $1 AND pathway_id IS NOT NULL
    ORDER BY pathway_id, start_ns DESC
) AS newest WHERE failed ORDER BY start_ns LIMIT $2
"""
DRIFT = "SELECT at, pathways + filters AS missing FROM traces.reconciliation ORDER BY at DESC LIMIT 1"
COURSE = "SELECT * FROM traces.course($1)"
REFERRED_TO = "SELECT * FROM traces.referred_to($1) AS pathway_id"


class What(StrEnum):
    """What may be wrong with a pathway, in the order in which somebody should look."""

    NOTICE_UNDELIVERED = "notice_undelivered"
    TIMER_OVERDUE = "timer_overdue"
    NOT_FOLLOWED = "not_followed"
    REGISTRY_RETRYING = "registry_retrying"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is not as it should be. `detail` is a timer's name, or a notice's number; `age` how old it is."""

    what: What
    pathway_id: UUID
    detail: str
    since: datetime
    age: timedelta


@dataclass(frozen=True, slots=True)
class Compared:
    """The newest comparison of the record with Temporal: when, and how many were missing there."""

    at: datetime
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayHealth:
    """`troubles` are the oldest of each kind, `counts` say how many there are."""

    open_pathways: int
    outbox_rows: int
    outbox_oldest: timedelta | None
    troubles: tuple[Trouble, ...]
    counts: dict[What, int]
    compared: Compared | None


@dataclass(frozen=True, slots=True)
class Kept:
    """That an entry of this kind was kept: when really, and when on the pathway's own clock."""

    seq: int
    kind: str
    at: datetime
    recorded_at: datetime


class PathwaysHealth:
    """Asks for one trust, with the rights of the operations desk: functions, and no table of a pathway."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def of(self, trust: str) -> PathwayHealth:
        """Everything the home page shows, read at one moment."""
        since = int((self._clock.now() - timedelta(hours=RETRYING_HOURS)).timestamp() * 1e9)
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            await _as_trust(connection, trust)
            rows = await connection.fetch(TROUBLES, MOST_OF_A_KIND)
            rows += await connection.fetch(RETRYING, since, MOST_OF_A_KIND)
            (standing,) = await connection.fetch(STANDING)
            compared = await connection.fetchrow(DRIFT)
        return PathwayHealth(
            open_pathways=standing["open_pathways"],
            outbox_rows=standing["outbox_rows"],
            outbox_oldest=standing["outbox_oldest"],
            troubles=tuple(_trouble(row) for row in rows),
            counts={What(row["what"]): row["of_its_kind"] for row in rows},
            compared=Compared(compared["at"], compared["missing"]) if compared else None,
        )

    async def course(self, trust: str, pathway_id: UUID) -> tuple[Kept, ...]:
        """What was kept of a pathway, by kind and time; nothing for a pathway that is not this trust's."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _as_trust(connection, trust)
            rows = await connection.fetch(COURSE, pathway_id)
        return tuple(Kept(row["seq"], row["kind"], row["at"], row["recorded_at"]) for row in rows)

    async def referred_to(self, trust: str, reference: str) -> tuple[UUID, ...]:
        """The pathways of this trust whose id begins so (eight hexadecimal digits or more, small, without hyphens)."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _as_trust(connection, trust)
            rows = await connection.fetch(REFERRED_TO, reference)
        return tuple(row["pathway_id"] for row in rows)


def own_clock(course: Iterable[Kept], at: datetime) -> datetime | None:
    """What the pathway's own clock said last before `at` on the server's; None before it was opened.

    They differ in training alone, where months pass in a click.
    """
    before = [each.at for each in course if each.recorded_at <= at]
    return before[-1] if before else None


def _trouble(row: asyncpg.Record) -> Trouble:
    return Trouble(What(row["what"]), row["pathway_id"], row["detail"], row["since"], row["age"])


async def _as_trust(connection: "PoolConnectionProxy[asyncpg.Record]", trust: str) -> None:
    await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
