"""How the pathways are: counted from the record itself, for one trust, on each pathway's own clock."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from shared.pathway.people import Role
from shared.traces.pathway_health import PathwayHealth, PathwaysHealth, What, own_clock
from shared.traces.span import NS_PER_S
from shared.traces.store import TraceStore
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.ledger.acting import LedgerOf, opened, person
from tests.operations.sent import new_trace, now_ns
from tests.operations.test_store import span
from tests.pages.visitors import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def ledger_of(house: House) -> LedgerOf:
    return lambda role: house.ledgers[role.removeprefix("desk_")]


def troubles(found: PathwayHealth, pathway_id: str) -> dict[What, str]:
    return {each.what: each.detail for each in found.troubles if str(each.pathway_id) == pathway_id}


async def test_a_pathway_that_was_told_of_in_time_has_no_trouble(
    health: PathwaysHealth, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    await anything.execute("UPDATE timer SET due_at = now() + interval '1 day' WHERE pathway_id = $1", pathway_id)
    assert troubles(await health.of("RXX"), pathway_id) == {}


async def test_news_that_waits_for_the_relay_is_not_followed(
    health: PathwaysHealth, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    await anything.execute("UPDATE outbox SET since = now() - interval '1000 days' WHERE pathway_id = $1", pathway_id)
    found = await health.of("RXX")
    assert What.NOT_FOLLOWED in troubles(found, pathway_id)
    assert found.outbox_oldest is not None
    assert found.outbox_oldest > timedelta(days=999)


async def test_a_deadline_that_passed_without_a_mark_is_overdue_on_the_pathways_own_clock(
    health: PathwaysHealth, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    await anything.execute("DELETE FROM timer WHERE pathway_id = $1 AND rung <> 'amber'", pathway_id)
    ahead = "UPDATE pathway_clock SET ahead = $2 WHERE pathway_id = $1"
    due = "UPDATE timer SET due_at = now() + interval '900 days' WHERE pathway_id = $1"
    clocks = "INSERT INTO pathway_clock (pathway_id, trust, ahead) VALUES ($1, 'RXX', '0') ON CONFLICT DO NOTHING"
    for statement in (due, clocks):
        await anything.execute(statement, pathway_id)
    await anything.execute(ahead, pathway_id, timedelta(0))
    assert What.TIMER_OVERDUE not in troubles(await health.of("RXX"), pathway_id)
    await anything.execute(ahead, pathway_id, timedelta(days=2900))
    assert troubles(await health.of("RXX"), pathway_id)[What.TIMER_OVERDUE].endswith(" amber")


NOTICE = """
INSERT INTO notice (pathway_id, trust, dispatch, number, about, role, reason, owed_at, delivered_at)
SELECT $1, 'RXX', key, 1, 'mdt_offer', 'governance_lead', 'first', now() - interval '3000 days', delivered
FROM (VALUES ('a', NULL::timestamptz), ('b', $2)) AS sent (key, delivered)
"""


async def test_a_notice_counts_as_undelivered_until_one_of_its_sendings_has_arrived(
    health: PathwaysHealth, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    waiting, arrived = await opened(ledger_of), await opened(ledger_of)
    await anything.execute(NOTICE, waiting, None)
    await anything.execute(NOTICE, arrived, await anything.fetchval("SELECT now()"))
    found = await health.of("RXX")
    assert troubles(found, waiting)[What.NOTICE_UNDELIVERED] == "1"
    assert What.NOTICE_UNDELIVERED not in troubles(found, arrived)


async def test_a_registry_entry_is_being_tried_again_until_an_attempt_succeeds(
    health: PathwaysHealth, store: TraceStore, ledger_of: LedgerOf
) -> None:
    pathway_id = await opened(ledger_of)
    failed = span(
        new_trace().hex(),
        service="worker",
        name="enter_in_registry",
        failed=True,
        trust="RXX",
        pathway_id=UUID(pathway_id),
    )
    await store.put((failed,))
    assert What.REGISTRY_RETRYING in troubles(await health.of("RXX"), pathway_id)
    again = span(
        new_trace().hex(),
        after_ms=5000,
        service="worker",
        name="enter_in_registry",
        trust="RXX",
        pathway_id=UUID(pathway_id),
    )
    await store.put((again,))
    assert What.REGISTRY_RETRYING not in troubles(await health.of("RXX"), pathway_id)


async def test_another_trusts_pathways_are_neither_counted_nor_named(
    health: PathwaysHealth, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of, trust="RYY", by=person(Role.REFERRER, "RYY"))
    await anything.execute("UPDATE outbox SET since = now() - interval '2000 days' WHERE pathway_id = $1", pathway_id)
    assert troubles(await health.of("RXX"), pathway_id) == {}
    assert What.NOT_FOLLOWED in troubles(await health.of("RYY"), pathway_id)
    assert await health.course("RXX", UUID(pathway_id)) == ()
    assert await health.referred_to("RXX", pathway_id[:8]) == ()


async def test_a_pathway_is_found_by_its_reference_with_the_kinds_of_its_entries_alone(
    health: PathwaysHealth, ledger_of: LedgerOf
) -> None:
    pathway_id = await opened(ledger_of)
    assert UUID(pathway_id) in await health.referred_to("RXX", pathway_id[:8])
    course = await health.course("RXX", UUID(pathway_id))
    assert [each.kind for each in course] == ["referral"]
    assert own_clock(course, course[0].recorded_at) == course[0].at
    assert own_clock(course, course[0].recorded_at - timedelta(seconds=1)) is None


async def test_less_than_a_whole_reference_finds_nothing(health: PathwaysHealth, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    assert await health.referred_to("RXX", pathway_id[:7]) == ()


async def test_what_the_relay_found_missing_in_temporal_is_told(health: PathwaysHealth, postgres: Postgres) -> None:
    relay = await open_pool(postgres.settings, "patency_relay", size=1)
    await relay.execute("SELECT traces.note_reconciliation(2, 1)")
    relay.terminate()
    compared = (await health.of("RXX")).compared
    assert compared is not None
    assert compared.missing == 3
    assert abs(compared.at.timestamp() - now_ns() / NS_PER_S) < 60
