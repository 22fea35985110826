import asyncio
from datetime import timedelta

import asyncpg
import pytest

from shared.ledger import Absent, Kept, NotAllowed, Refused
from shared.pathway import decide
from shared.pathway.clock_marks import TimerFired
from shared.pathway.people import Role, Signature
from tests.forms.filled import london
from tests.ledger.acting import (
    OPS,
    TRUST,
    LedgerOf,
    classifying,
    kept,
    moved,
    opened,
    opening,
    patient,
    person,
    signed,
    synthetic_number,
)

SECOND = timedelta(seconds=1)
LATER = london("2026-03-20T12:00")


async def test_a_training_clock_is_moved_and_the_engine_is_told(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    await anything.execute("DELETE FROM outbox WHERE pathway_id = $1", pathway_id)
    assert await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, LATER, OPS) == Kept(pathway_id, 1, LATER)
    moment = await ledger_of("patency_worker").look(TRUST, pathway_id)
    assert moment is not None
    assert LATER <= moment.now < LATER + 60 * SECOND
    assert await anything.fetchval("SELECT version FROM outbox WHERE pathway_id = $1", pathway_id) == 1


async def test_a_clock_does_not_go_back(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, LATER, OPS))
    answer = await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, LATER - SECOND, OPS)
    assert isinstance(answer, Refused)
    assert [(each.rule, each.field) for each in answer.refusals] == [("H-24", "to")]


async def test_only_who_holds_the_role_moves_a_clock(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    stranger = Signature("rxx-ward-clinician-1", Role.OPS)
    assert await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, LATER, stranger) == NotAllowed()


async def test_another_trusts_clock_is_not_there(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    by = person(Role.MDT_COORDINATOR, "RYY")
    assert await ledger_of("desk_front_door").advance_clock("RYY", pathway_id, LATER, by) == Absent()


async def _real_pathway(ledger_of: LedgerOf, trust: str) -> str:
    by = Signature("rz9-referrer-1", Role.REFERRER)
    real = patient(nhs_number=synthetic_number("943"))
    asked = opening(trust=trust, by=by, patient=real, training_now=None)
    return kept(await ledger_of("desk_referral").open_pathway(asked)).pathway_id


async def test_a_real_pathways_clock_is_not_moved(ledger_of: LedgerOf, real_trust: str) -> None:
    pathway_id = await _real_pathway(ledger_of, real_trust)
    by = Signature("rz9-ops-1", Role.OPS)
    answer = await ledger_of("desk_front_door").advance_clock(real_trust, pathway_id, london("2099-01-01T00:00"), by)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].rule == "H-24"


@pytest.mark.parametrize("flag", [True, False])
async def test_the_database_itself_knows_no_offset_for_a_real_trust(
    flag: bool, ledger_of: LedgerOf, real_trust: str, anything: asyncpg.Connection
) -> None:
    pathway_id = await _real_pathway(ledger_of, real_trust)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await anything.execute(
            "INSERT INTO pathway_clock (pathway_id, trust, training, ahead) VALUES ($1, $2, $3, '1 day')",
            pathway_id,
            real_trust,
            flag,
        )


async def test_what_fell_due_on_the_way_fires_in_order_stamped_with_its_own_time(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    fired = await moved(ledger_of, pathway_id, "2026-04-20T12:00")
    assert fired >= 3
    moment = await ledger_of("patency_worker").look(TRUST, pathway_id)
    assert moment is not None
    entries = moment.pathway.every(TimerFired)
    assert len(entries) == fired
    due = [entry.record.due_at for entry in entries if isinstance(entry.record, TimerFired)]
    assert due == sorted(due)
    assert [entry.at for entry in entries] == due
    assert decide.due(moment) == ()


async def test_what_has_fired_does_not_fire_again(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    assert await moved(ledger_of, pathway_id, "2026-04-20T12:00")
    assert await ledger_of("patency_worker").fire_due(TRUST, pathway_id) == 0


async def test_twenty_workers_at_once_fire_each_timer_once(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    to = london("2026-04-20T12:00")
    kept(await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, to, OPS))
    fired = await asyncio.gather(*(ledger_of("patency_worker").fire_due(TRUST, pathway_id) for _ in range(20)))
    moment = await ledger_of("patency_worker").look(TRUST, pathway_id)
    assert moment is not None
    keys = [entry.record.key for entry in moment.pathway.every(TimerFired) if isinstance(entry.record, TimerFired)]
    assert len(keys) == len(set(keys)) == sum(fired)
    assert sum(each > 0 for each in fired) == 1


async def test_nothing_fires_in_a_pathway_that_is_not_there(ledger_of: LedgerOf) -> None:
    assert await ledger_of("patency_worker").fire_due(TRUST, "not-an-id") == 0


async def test_timers_and_notices_stand_beside_the_entries(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await signed(ledger_of)
    await moved(ledger_of, pathway_id, "2026-03-06T09:00")
    timers = await anything.fetch(
        "SELECT id, rung, state, fired_at, due_at FROM timer WHERE pathway_id = $1", pathway_id
    )
    states = {(row["id"], row["rung"]): row["state"] for row in timers}
    assert states["T-GOV", "undelivered"] == "fired"
    assert states["T-OFFER", "lapse"] == "pending"
    assert all(row["fired_at"] == row["due_at"] for row in timers if row["state"] == "fired")
    notices = await anything.fetch(
        "SELECT dispatch, role FROM notice WHERE pathway_id = $1 ORDER BY owed_at", pathway_id
    )
    assert [row["role"] for row in notices] == ["governance_lead", "deputy_governance_lead"]


async def test_a_pathway_classified_after_its_clock_was_moved_carries_the_new_time(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    to = london("2026-03-04T00:00")
    kept(await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, to, OPS))
    answer = kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    assert to <= answer.at < to + 60 * SECOND
