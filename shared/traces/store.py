"""The spans in PostgreSQL: put in whole batches at a time, read for one trust, dropped by the day.

Its pool has the role `desk_operations`, which can read no table of a pathway.
"""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from shared.ledger.keeping import Note, audit
from shared.pathway.people import Signature
from shared.traces.otlp import MOST_SPANS
from shared.traces.span import NS_PER_MS, Span, nanoseconds
from shared.wiring.clock import Clock

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

MOST_TRACES = 50
KEEP_DAYS = 14
EARLY = timedelta(hours=24)  # an exporter that was cut off sends what it still has
LATE = timedelta(minutes=30)  # a clock that is fast

INSERT = """
INSERT INTO traces.span (trace_id, span_id, parent_id, service, name, kind, start_ns, end_ns, failed, attributes,
    errors, links, pathway_id, trust)
SELECT trace_id, span_id, parent_id, service, name, kind, start_ns, end_ns, failed, attributes::jsonb,
    ARRAY(SELECT json_array_elements_text(errors::json)),
    ARRAY(SELECT decode(json_array_elements_text(links::json), 'hex')), pathway_id, trust
FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::boolean[], $10::text[], $11::text[], $12::text[], $13::uuid[], $14::text[]) AS new (trace_id, span_id,
    parent_id, service, name, kind, start_ns, end_ns, failed, attributes, errors, links, pathway_id, trust)
ON CONFLICT DO NOTHING
"""
# Whom the spans of a trace speak of: row-level security gives those that name nobody to them (0041_whose_spans.sql).
ABOUT = """
INSERT INTO traces.about (trace_id, trust, pathway_id)
SELECT DISTINCT trace_id, trust, pathway_id FROM unnest($1::bytea[], $2::text[], $3::uuid[]) AS new (trace_id, trust,
    pathway_id) ORDER BY trace_id, trust, pathway_id
ON CONFLICT DO NOTHING
"""
SPANS = "SELECT * FROM traces.span WHERE trace_id = $1 ORDER BY start_ns LIMIT $2"
# A trace as one line: by its first span, with what the others add.
LINES = """
SELECT first.trace_id, first.service, first.name, first.start_ns, first.end_ns, first.pathway_id,
    first.attributes ->> 'pmt.record' AS record, first.attributes ->> 'pmt.step.outcome' AS outcome,
    others.spans, others.services, others.failed, others.last_ns
FROM ({first}) AS first CROSS JOIN LATERAL (
    SELECT count(*) AS spans, array_agg(DISTINCT service ORDER BY service) AS services, bool_or(failed) AS failed,
        max(end_ns) AS last_ns FROM traces.span WHERE span.trace_id = first.trace_id
) AS others
WHERE (NOT $1 OR others.failed) ORDER BY first.start_ns DESC LIMIT $2
"""
RECENT = """
SELECT * FROM traces.span WHERE parent_id IS NULL AND start_ns >= $3 AND ($4 = '' OR service = $4)
    AND end_ns - start_ns >= $5::bigint AND (NOT $6 OR pathway_id IS NOT NULL)
    AND (NOT $7 OR attributes ? 'pmt.record') ORDER BY start_ns DESC LIMIT {most}
"""
# The first span here of every trace that touches the pathway, also when the trace's very first one is lost.
OF_PATHWAY = """
SELECT DISTINCT ON (trace_id) * FROM traces.span
WHERE trace_id IN (SELECT trace_id FROM traces.span WHERE pathway_id = $3)
ORDER BY trace_id, parent_id IS NOT NULL, start_ns
"""
SERVICES = "SELECT DISTINCT service FROM traces.span WHERE start_ns >= $1 ORDER BY service"
CALLS = """
SELECT caller.service AS caller, called.service AS called, count(*) AS calls,
    count(*) FILTER (WHERE called.failed) AS failed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY called.end_ns - called.start_ns) AS median_ns
FROM traces.span AS called JOIN traces.span AS caller
    ON (caller.trace_id, caller.span_id) = (called.trace_id, called.parent_id)
WHERE called.start_ns >= $1 AND caller.start_ns >= $1 AND caller.service <> called.service
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One trace as a list shows it. `took_ms` is how long its first span took: for a click, until the answer."""

    trace_id: str
    service: str
    name: str
    start_ns: int
    took_ms: float
    whole_ms: float
    pathway_id: UUID | None
    record: str
    outcome: str
    spans: int
    services: tuple[str, ...]
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which traces a list shows: `slower_than_ms` counts for the first span, `writing` means that a record was sent."""

    service: str = ""
    failed: bool = False
    slower_than_ms: int = 0
    of_pathways: bool = False
    writing: bool = False
    hours: int = 24


@dataclass(frozen=True, slots=True)
class Call:
    """How often one service caused work in another, and how long that took there (median)."""

    caller: str
    called: str
    calls: int
    failed: int
    median_ms: float


class TraceStore:
    """Spans of this installation. Whoever reads says for which trust: row-level security leaves out the others'.

    A span without a trust belongs to its pathway's, else to those of its trace; what nobody claims is shown to nobody.
    """

    def __init__(self, pool: asyncpg.Pool, clock: Clock, *, keep_days: int = KEEP_DAYS) -> None:
        self._pool = pool
        self._clock = clock
        self._keep_days = keep_days
        self._room_on: date | None = None

    @property
    def keep_days(self) -> int:
        return self._keep_days

    def taken_between(self) -> tuple[int, int]:
        """When a span may have begun to be taken now, in nanoseconds: from the earlier up to, not with, the later."""
        now = self._clock.now()
        return nanoseconds(now - EARLY), nanoseconds(now + LATE)

    async def make_room(self) -> int | None:
        """Makes the partitions of these days, and drops those that are too old; None when that was done today."""
        today = self._clock.now().date()
        if self._room_on == today:
            return None
        dropped: int = await self._pool.fetchval("SELECT traces.make_room($1, $2)", today, self._keep_days)
        self._room_on = today
        return dropped

    async def put(self, spans: Iterable[Span]) -> int:
        """Keeps them, each once however often it comes; returns how many were new."""
        await self.make_room()
        spans = tuple(spans)
        if not spans:
            return 0
        async with self._pool.acquire() as connection, connection.transaction():
            done: str = await connection.execute(INSERT, *zip(*map(_row, spans), strict=True))
            if about := [_about(each) for each in spans if each.trust or each.pathway_id]:
                await connection.execute(ABOUT, *zip(*about, strict=True))
        return int(done.rpartition(" ")[2])

    async def trace(self, trust: str, trace_id: str) -> tuple[Span, ...]:
        """Its spans by their beginning; none when it is not here."""
        async with self._reading(trust) as connection:
            rows = await connection.fetch(SPANS, bytes.fromhex(trace_id), MOST_SPANS)
        return tuple(_span(row) for row in rows)

    async def recent(self, trust: str, wanted: Wanted) -> tuple[TraceLine, ...]:
        """The newest traces that are wanted, at most MOST_TRACES."""
        since = nanoseconds(self._clock.now() - timedelta(hours=wanted.hours))
        within = MOST_TRACES * 40 if wanted.failed else MOST_TRACES
        question = LINES.format(first=RECENT.format(most=within))
        slower_ns = wanted.slower_than_ms * NS_PER_MS
        given = (wanted.failed, MOST_TRACES, since, wanted.service, slower_ns, wanted.of_pathways, wanted.writing)
        return await self._lines(trust, question, *given)

    async def of_pathway(self, trust: str, pathway_id: UUID, by: Signature) -> tuple[TraceLine, ...]:
        """Every trace that touches the pathway, the newest first. That somebody looked is written down."""
        async with self._reading(trust) as connection:
            await audit(connection, Note(trust, by, "searched", pathway_id, kind="traces"))
            rows = await connection.fetch(LINES.format(first=OF_PATHWAY), False, 4 * MOST_TRACES, pathway_id)  # noqa: FBT003 -- a value of the question
        return tuple(_line(row) for row in rows)

    async def services(self, trust: str, *, hours: int) -> tuple[str, ...]:
        """Who has sent spans in the last hours."""
        async with self._reading(trust) as connection:
            rows = await connection.fetch(SERVICES, self._since(hours))
        return tuple(row["service"] for row in rows)

    async def calls(self, trust: str, *, hours: int) -> tuple[Call, ...]:
        """Which service caused work in which other one in the last hours."""
        async with self._reading(trust) as connection:
            rows = await connection.fetch(CALLS, self._since(hours))
        return tuple(
            Call(row["caller"], row["called"], row["calls"], row["failed"], row["median_ns"] / NS_PER_MS)
            for row in rows
        )

    def _since(self, hours: int) -> int:
        return nanoseconds(self._clock.now() - timedelta(hours=hours))

    async def _lines(self, trust: str, question: str, *given: object) -> tuple[TraceLine, ...]:
        async with self._reading(trust) as connection:
            rows = await connection.fetch(question, *given)
        return tuple(_line(row) for row in rows)

    @asynccontextmanager
    async def _reading(self, trust: str) -> "AsyncIterator[PoolConnectionProxy[asyncpg.Record]]":
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            yield connection


def _row(span: Span) -> tuple[object, ...]:
    return (
        bytes.fromhex(span.trace_id),
        bytes.fromhex(span.span_id),
        bytes.fromhex(span.parent_id) or None,
        span.service,
        span.name,
        span.kind,
        span.start_ns,
        span.end_ns,
        span.failed,
        json.dumps(dict(span.attributes)),
        json.dumps(span.errors),
        json.dumps(span.links),
        span.pathway_id,
        span.trust,
    )


def _about(span: Span) -> tuple[object, ...]:
    """Its trust; without one its pathway, whose trust the record knows."""
    return bytes.fromhex(span.trace_id), span.trust, None if span.trust else span.pathway_id


def _span(row: asyncpg.Record) -> Span:
    return Span(
        trace_id=row["trace_id"].hex(),
        span_id=row["span_id"].hex(),
        parent_id=(row["parent_id"] or b"").hex(),
        service=row["service"],
        name=row["name"],
        kind=row["kind"],
        start_ns=row["start_ns"],
        end_ns=row["end_ns"],
        failed=row["failed"],
        attributes=json.loads(row["attributes"]),
        errors=tuple(row["errors"]),
        links=tuple(each.hex() for each in row["links"]),
        pathway_id=row["pathway_id"],
        trust=row["trust"],
    )


def _line(row: asyncpg.Record) -> TraceLine:
    return TraceLine(
        trace_id=row["trace_id"].hex(),
        service=row["service"],
        name=row["name"],
        start_ns=row["start_ns"],
        took_ms=(row["end_ns"] - row["start_ns"]) / NS_PER_MS,
        whole_ms=(row["last_ns"] - row["start_ns"]) / NS_PER_MS,
        pathway_id=row["pathway_id"],
        record=row["record"] or "",
        outcome=row["outcome"] or "",
        spans=row["spans"],
        services=tuple(row["services"]),
        failed=row["failed"],
    )
