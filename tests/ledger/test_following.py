import asyncio

import asyncpg

from tests.forms import mdt_review as mdt_form
from tests.ledger.acting import COORDINATOR, SPECIALISTS, LedgerOf, act, classifying, kept, moved, opened

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
