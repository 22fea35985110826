"""Imported referrals wait for the engine behind everybody's clicks; emergencies, and what is clicked on, do not."""

from dataclasses import replace

import asyncpg

from activities.adapters.postgres_outbox import PostgresOutbox
from shared.pathway.choices import Urgency
from shared.wiring.settings import PostgresPlace, RelaySettings
from tests.database import Postgres
from tests.forms import referral as referral_form
from tests.ledger.acting import LedgerOf, classifying, kept, opened


def outbox_of(pools: dict[str, asyncpg.Pool], postgres: Postgres) -> PostgresOutbox:
    given = postgres.settings
    assert isinstance(given.postgres, PostgresPlace)
    settings = RelaySettings(
        env="training", postgres=given.postgres, database_password_file=given.database_password_file, temporal="-:1"
    )
    return PostgresOutbox(pools["patency_relay"], settings)


async def lanes(outbox: PostgresOutbox, pathway_id: str) -> list[bool]:
    """In which lanes this pathway waits: False at once, True at leisure."""
    found = []
    for lane in (False, True):
        rows = await outbox.waiting(10_000, at_leisure=lane)
        found += [lane for row in rows if row.ref.pathway_id == pathway_id]
    return found


async def test_an_imported_referral_waits_until_somebody_clicks_on_it(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], postgres: Postgres
) -> None:
    outbox = outbox_of(pools, postgres)
    pathway_id = await opened(ledger_of, imported=True)
    assert await lanes(outbox, pathway_id) == [True]
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    assert await lanes(outbox, pathway_id) == [False]


async def test_a_referral_that_somebody_makes_never_waits(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], postgres: Postgres
) -> None:
    assert await lanes(outbox_of(pools, postgres), await opened(ledger_of)) == [False]


async def test_an_imported_emergency_never_waits(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], postgres: Postgres
) -> None:
    urgent = referral_form.referral(urgency=Urgency.EMERGENCY)
    pathway_id = await opened(ledger_of, imported=True, referral=urgent)
    assert await lanes(outbox_of(pools, postgres), pathway_id) == [False]


async def test_what_a_comparison_puts_back_waits_unless_something_falls_due_within_the_hour(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], postgres: Postgres, anything: asyncpg.Connection
) -> None:
    outbox = outbox_of(pools, postgres)
    for due_in, lane in (("50 minutes", False), ("70 minutes", True)):
        pathway_id = await opened(ledger_of)
        await anything.execute(
            "UPDATE pathway SET next_due_at = now() + $2::text::interval WHERE id = $1::text::uuid", pathway_id, due_in
        )
        (waiting,) = [row for row in await outbox.waiting(10_000) if row.ref.pathway_id == pathway_id]
        await outbox.passed_on(waiting)
        await outbox.put_back(replace(waiting, since=None))
        assert await lanes(outbox, pathway_id) == [lane]
