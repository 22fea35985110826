import asyncio

import asyncpg

from shared.pathway.clock_marks import TimerFired
from tests.forms import mdt_review as mdt_form
from tests.forms.filled import london
from tests.ledger.acting import (
    COORDINATOR,
    OPS,
    SPECIALISTS,
    TRUST,
    LedgerOf,
    act,
    classifying,
    kept,
    moved,
    opened,
    signed,
)

OUTBOX = "SELECT version, traceparent FROM outbox WHERE pathway_id = $1"


async def test_the_engine_is_told_only_of_what_concerns_it(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of, traceparent="00-first")
    await anything.execute("DELETE FROM outbox WHERE pathway_id = $1", pathway_id)
    desk = ledger_of("desk_referral")
    kept(await desk.enter(classifying(pathway_id, traceparent="00-second")))
    told = await anything.fetchrow(OUTBOX, pathway_id)
    assert told is not None
    assert (told["version"], told["traceparent"]) == (2, "00-second")
    await anything.execute("DELETE FROM outbox WHERE pathway_id = $1", pathway_id)
    await moved(ledger_of, pathway_id, "2026-03-05T14:30")
    await anything.execute("DELETE FROM outbox WHERE pathway_id = $1", pathway_id)
    people = mdt_form.attendees(*(each.person for each in SPECIALISTS))
    review = act(pathway_id, mdt_form.mdt_review(attendees=people), COORDINATOR)
    version = kept(await ledger_of("desk_mdt_review").enter(review)).version
    first = act(pathway_id, mdt_form.sign_off(version), SPECIALISTS[0])
    kept(await ledger_of("desk_mdt_review").enter(first))
    assert await anything.fetchrow(OUTBOX, pathway_id) is None  # no due time, debt or step changed
    for specialist in SPECIALISTS[1:]:
        kept(await ledger_of("desk_mdt_review").enter(act(pathway_id, mdt_form.sign_off(version), specialist)))
    assert await anything.fetchrow(OUTBOX, pathway_id) is not None  # governance is owed its notice


async def test_several_versions_collapse_into_one_row_that_shows_it_changed(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    since = await anything.fetchval("SELECT since FROM outbox WHERE pathway_id = $1", pathway_id)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    rows = await anything.fetch("SELECT version, since FROM outbox WHERE pathway_id = $1", pathway_id)
    assert [row["version"] for row in rows] == [2]
    assert rows[0]["since"] > since


async def test_the_relay_is_knocked_at_when_there_is_news(ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool]) -> None:
    knocked = asyncio.Event()

    def hear(*_: object) -> None:
        knocked.set()

    async with pools["patency_relay"].acquire() as connection:
        await connection.add_listener("outbox", hear)
        await opened(ledger_of)
        async with asyncio.timeout(5):
            await knocked.wait()
        await connection.remove_listener("outbox", hear)


async def test_a_task_that_stays_open_keeps_its_beginning(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    begun = "SELECT opened_at FROM task WHERE pathway_id = $1 AND kind = 'mdt_review' AND state = 'open'"
    first = await anything.fetchval(begun, pathway_id)
    await moved(ledger_of, pathway_id, "2026-03-04T09:00")
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    assert await anything.fetchval(begun, pathway_id) == first


async def _forgotten(anything: asyncpg.Connection, pathway_id: str) -> None:
    """As if the relay had passed everything on."""
    await anything.execute("DELETE FROM outbox WHERE pathway_id = $1", pathway_id)


async def _owed(anything: asyncpg.Connection, pathway_id: str) -> bool:
    return await anything.fetchrow(OUTBOX, pathway_id) is not None


async def test_what_the_engines_own_look_fires_is_no_news_to_it(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    worker = ledger_of("patency_worker")
    kept(await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, london("2026-04-20T12:00"), OPS))
    await _forgotten(anything, pathway_id)
    seen = await worker.attend(TRUST, pathway_id)
    assert seen is not None
    assert seen.pathway.every(TimerFired)
    assert not await _owed(anything, pathway_id)
    again = await worker.attend(TRUST, pathway_id)
    assert again is not None
    assert again.pathway.version == seen.pathway.version


async def test_what_somebody_else_fires_is_told_to_the_engine_when_it_makes_a_debt(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await signed(ledger_of)  # nobody has sent the notice: silence owes one to the next in line
    kept(await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, london("2026-03-09T12:00"), OPS))
    await _forgotten(anything, pathway_id)
    assert await ledger_of("patency_worker").fire_due(TRUST, pathway_id)
    assert await _owed(anything, pathway_id)


async def test_a_look_writes_down_what_the_engine_then_knows(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of)
    truth = await anything.fetchval("SELECT told FROM pathway WHERE id = $1", pathway_id)
    await anything.execute("UPDATE pathway SET told = 'earlier' WHERE id = $1", pathway_id)
    assert await ledger_of("patency_worker").attend(TRUST, pathway_id) is not None
    assert await anything.fetchval("SELECT told FROM pathway WHERE id = $1", pathway_id) == truth


async def test_the_engine_sees_nothing_of_a_pathway_that_is_not_there(ledger_of: LedgerOf) -> None:
    assert await ledger_of("patency_worker").attend(TRUST, "not-an-id") is None
