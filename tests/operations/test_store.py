"""Spans in PostgreSQL: each once, by the day, of one trust alone, by a role that can read no table of a pathway."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from typing_extensions import override

from shared.pathway.people import Role, Signature
from shared.traces.span import NS_PER_MS, NS_PER_S, Span
from shared.traces.store import TraceStore, Wanted
from shared.wiring.clock import Clock
from tests.operations.sent import new_span, new_trace, now_ns

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPERATOR = Signature("rxx-ops-1", Role.OPS)


def span(trace_id: str, parent: str = "", *, after_ms: int = 0, ms: int = 10, **other: Any) -> Span:
    start_ns = now_ns() - 60 * NS_PER_S + after_ms * NS_PER_MS
    made = Span(
        trace_id=trace_id,
        span_id=new_span().hex(),
        parent_id=parent,
        service="consent",
        name="POST /x",
        kind="server",
        start_ns=start_ns,
        end_ns=start_ns + ms * NS_PER_MS,
    )
    return replace(made, **other)


def click(pathway_id: UUID | None = None, *, trust: str = "RXX", service: str = "consent") -> tuple[Span, Span]:
    """What a click and the relay leave behind."""
    trace_id = new_trace().hex()
    about = {"pmt.record": "consent"}
    first = span(trace_id, pathway_id=pathway_id, trust=trust, attributes=about, service=service)
    return first, span(trace_id, first.span_id, after_ms=15, service="relay", pathway_id=pathway_id, trust=trust)


async def test_what_is_put_in_comes_back_the_same(store: TraceStore) -> None:
    first, second = click(uuid4())
    whole = replace(second, failed=True, errors=("x.BrokenError",), links=(new_trace().hex(),))
    await store.put((first, whole))
    assert await store.trace("RXX", first.trace_id) == (first, whole)


async def test_a_batch_that_comes_again_is_kept_once_also_side_by_side(store: TraceStore) -> None:
    spans = click()
    new = await asyncio.gather(*(store.put(spans) for _ in range(6)))
    assert sum(new) == 2
    assert len(await store.trace("RXX", spans[0].trace_id)) == 2


async def test_another_trusts_traces_are_not_there(store: TraceStore) -> None:
    pathway_id = uuid4()
    spans = click(pathway_id, trust="RYY")
    await store.put(spans)
    assert await store.trace("RXX", spans[0].trace_id) == ()
    assert await store.of_pathway("RXX", pathway_id, OPERATOR) == ()
    assert spans[0].trace_id not in {each.trace_id for each in await store.recent("RXX", Wanted())}
    assert len(await store.trace("RYY", spans[0].trace_id)) == 2


async def test_all_traces_of_a_pathway_are_found_the_newest_first(store: TraceStore) -> None:
    pathway_id = uuid4()
    clicks = [click(pathway_id) for _ in range(3)]
    for each in clicks:
        await store.put(each)
    found = await store.of_pathway("RXX", pathway_id, OPERATOR)
    assert [line.trace_id for line in found] == [
        each[0].trace_id for each in sorted(clicks, key=lambda spans: -spans[0].start_ns)
    ]
    assert {(line.record, line.spans, line.services) for line in found} == {("consent", 2, ("consent", "relay"))}


async def test_a_trace_whose_first_span_was_lost_is_still_one_of_its_pathway(store: TraceStore) -> None:
    pathway_id = uuid4()
    _lost, second = click(pathway_id)
    await store.put((second,))
    assert [line.service for line in await store.of_pathway("RXX", pathway_id, OPERATOR)] == ["relay"]


async def test_who_looked_for_a_pathways_traces_is_written_down(
    store: TraceStore, anything: asyncpg.Connection
) -> None:
    pathway_id = uuid4()
    await store.of_pathway("RXX", pathway_id, OPERATOR)
    row = await anything.fetchrow("SELECT person, action, kind FROM audit WHERE pathway_id = $1", pathway_id)
    assert tuple(row or ()) == ("rxx-ops-1", "searched", "traces")


async def test_slow_and_failed_traces_of_one_service_are_found_among_others(store: TraceStore) -> None:
    service = f"of-{uuid4().hex[:8]}"
    quick, _ = click(service=service)
    slow = span(new_trace().hex(), ms=1500, service=service, trust="RXX")
    broken, follow = click(service=service)
    await store.put((quick, slow, broken, replace(follow, failed=True)))

    async def found(wanted: Wanted) -> set[str]:
        return {each.trace_id for each in await store.recent("RXX", replace(wanted, service=service))}

    assert await found(Wanted()) == {quick.trace_id, slow.trace_id, broken.trace_id}
    assert await found(Wanted(slower_than_ms=1000)) == {slow.trace_id}
    assert await found(Wanted(failed=True)) == {broken.trace_id}
    assert service in await store.services("RXX", hours=1)


async def test_the_map_counts_who_caused_work_in_whom(store: TraceStore) -> None:
    caller = f"of-{uuid4().hex[:8]}"
    for failed in (False, True):
        first, second = click(service=caller)
        await store.put((first, replace(second, failed=failed)))
    (found,) = [each for each in await store.calls("RXX", hours=1) if each.caller == caller]
    assert (found.called, found.calls, found.failed, round(found.median_ms)) == ("relay", 2, 1, 10)


class Later(Clock):
    """The server's clock, `days` ahead. PostgreSQL's own stays where it is."""

    def __init__(self, days: int) -> None:
        self._days = days

    @override
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self._days)


async def test_days_that_are_too_old_are_dropped_whole(
    store: TraceStore, own_pool: asyncpg.Pool, anything: asyncpg.Connection
) -> None:
    spans = click()
    await store.put(spans)
    await anything.execute("CREATE TABLE traces.span_20200101 PARTITION OF traces.span FOR VALUES FROM (1) TO (2)")
    assert await TraceStore(own_pool, Later(0), keep_days=14).make_room() == 1
    assert await anything.fetchval("SELECT to_regclass('traces.span_20200101')") is None
    assert len(await store.trace("RXX", spans[0].trace_id)) == 2


async def test_room_is_made_for_tomorrow_before_it_comes(anything: asyncpg.Connection, store: TraceStore) -> None:
    await store.put(click())
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):traces.span_%Y%m%d}"
    assert await anything.fetchval("SELECT to_regclass($1) IS NOT NULL", tomorrow)


@pytest.mark.parametrize(("day", "keep"), [("2020-01-01", 14), ("today", 0), ("today", 401)])
async def test_the_desk_cannot_use_it_to_drop_what_is_not_old(own_pool: asyncpg.Pool, day: str, keep: int) -> None:
    with pytest.raises(asyncpg.RaiseError):
        await own_pool.execute(f"SELECT traces.make_room('{day}'::date, {keep})")


OF_PATIENTS = ("patient", "entry", "pathway", "task", "timer", "notice", "outbox", "draft", "staff_name", "document")


@pytest.mark.parametrize("table", OF_PATIENTS)
async def test_the_desk_can_read_no_table_of_a_pathway(own_pool: asyncpg.Pool, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await own_pool.execute(f"SELECT FROM {table}")


@pytest.mark.parametrize(
    "what", ["DELETE FROM traces.span", "UPDATE traces.span SET name = ''", "TRUNCATE traces.span"]
)
async def test_the_desk_can_change_no_span(own_pool: asyncpg.Pool, what: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await own_pool.execute(what)


@pytest.mark.parametrize("role", ["desk_consent", "desk_front_door", "patency_worker"])
async def test_no_other_desk_can_read_a_span(anything: asyncpg.Connection, role: str) -> None:
    allowed = "SELECT has_schema_privilege($1, 'traces', 'USAGE')"
    assert await anything.fetchval(allowed, role) is False
