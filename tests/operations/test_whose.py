"""Whose a span is that names no trust: its pathway's, else its trace's; what nobody claims is shown to nobody."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.pathway.people import Role, Signature
from shared.traces.span import Span
from shared.traces.store import TraceStore, Wanted
from tests.ledger.acting import LedgerOf, opened
from tests.operations.sent import new_trace
from tests.operations.test_store import span
from tests.pages.visitors import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

TRUSTS = ("RXX", "RYY")


@pytest.fixture
def ledger_of(house: House) -> LedgerOf:
    return lambda role: house.ledgers[role.removeprefix("desk_")]


async def seen(store: TraceStore, one: Span) -> list[str]:
    """The trusts that see this span in its trace."""
    shown = {trust: await store.trace(trust, one.trace_id) for trust in TRUSTS}
    return [trust for trust, spans in shown.items() if one in spans]


async def test_a_span_without_a_trust_is_seen_where_its_trace_is_at_home(store: TraceStore) -> None:
    first = span(new_trace().hex(), trust="RYY")
    below = span(first.trace_id, first.span_id, service="mail")
    await store.put((first, below))

    assert await seen(store, below) == ["RYY"]
    assert await store.trace("RXX", first.trace_id) == ()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_it_is_seen_there_in_whatever_order_they_come(store: TraceStore, order: tuple[int, int]) -> None:
    first = span(new_trace().hex())
    spans = (first, span(first.trace_id, first.span_id, service="worker", trust="RXX"))
    for place in order:
        await store.put((spans[place],))

    assert await seen(store, first) == ["RXX"]


async def test_a_span_that_names_a_pathway_alone_is_seen_where_the_record_has_it(
    store: TraceStore, ledger_of: LedgerOf
) -> None:
    pathway_id = UUID(await opened(ledger_of))
    about = span(new_trace().hex(), pathway_id=pathway_id)
    below = span(about.trace_id, about.span_id, service="mail")
    await store.put((about, below))

    assert await seen(store, about) == await seen(store, below) == ["RXX"]
    found = await store.of_pathway("RXX", pathway_id, Signature("rxx-ops-1", Role.OPS))
    assert [line.trace_id for line in found] == [about.trace_id]
    assert await store.of_pathway("RYY", pathway_id, Signature("ryy-ops-1", Role.OPS)) == ()


async def test_another_trusts_pathway_is_not_seen_because_the_trace_is_ones_own(
    store: TraceStore, ledger_of: LedgerOf
) -> None:
    first = span(new_trace().hex(), trust="RYY")
    of_ours = span(first.trace_id, first.span_id, pathway_id=UUID(await opened(ledger_of)))
    await store.put((first, of_ours))

    assert await seen(store, first) == ["RYY"]
    assert await seen(store, of_ours) == ["RXX"]


@pytest.mark.parametrize("pathway_id", [None, uuid4()], ids=["nothing", "an unknown pathway"])
async def test_what_nobody_claims_is_shown_to_nobody(store: TraceStore, pathway_id: UUID | None) -> None:
    service = f"of-{uuid4().hex[:8]}"
    caller = span(new_trace().hex(), service=service, pathway_id=pathway_id)
    called = span(caller.trace_id, caller.span_id, service=f"{service}-called", pathway_id=pathway_id)
    await store.put((caller, called))

    for trust in TRUSTS:
        assert await seen(store, caller) == []
        assert await store.recent(trust, Wanted(service=service)) == ()
        assert service not in await store.services(trust, hours=1)
        assert service not in {each.caller for each in await store.calls(trust, hours=1)}


async def test_without_a_trust_nothing_is_seen(store: TraceStore, own_pool: asyncpg.Pool) -> None:
    await store.put((span(new_trace().hex(), trust="RXX"),))

    assert await own_pool.fetchval("SELECT count(*) FROM traces.span") == 0
    assert await own_pool.fetchval("SELECT count(*) FROM traces.about") == 0


async def test_whom_a_trace_speaks_of_is_kept_once_also_side_by_side(
    store: TraceStore, anything: asyncpg.Connection
) -> None:
    first = span(new_trace().hex(), trust="RXX")
    spans = (first, span(first.trace_id, first.span_id, trust="RXX", pathway_id=uuid4()))
    await asyncio.gather(*(store.put(spans) for _ in range(6)))

    rows = await anything.fetch(
        "SELECT trust, pathway_id FROM traces.about WHERE trace_id = $1", bytes.fromhex(first.trace_id)
    )
    assert [tuple(row) for row in rows] == [("RXX", None)]


async def test_it_is_forgotten_with_the_spans(
    store: TraceStore, own_pool: asyncpg.Pool, anything: asyncpg.Connection
) -> None:
    old, new = span(new_trace().hex(), trust="RXX"), span(new_trace().hex(), trust="RXX")
    await store.put((old, new))
    moved = "UPDATE traces.about SET taken_on = taken_on - 20 WHERE trace_id = $1"
    await anything.execute(moved, bytes.fromhex(old.trace_id))
    await own_pool.fetchval("SELECT traces.make_room(current_date, 14)")

    left = await anything.fetch(
        "SELECT trace_id FROM traces.about WHERE trace_id = ANY($1)",
        [bytes.fromhex(each.trace_id) for each in (old, new)],
    )
    assert [row["trace_id"].hex() for row in left] == [new.trace_id]
