"""Claiming, releasing, assigning and standing in: one has it, and everybody else is told who."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest

from shared.ledger.assignments import Assigned, Delegation, HeldBy, NoOpenTask, NotTheirs, TaskNamed
from shared.pathway.civil_time import civil
from shared.pathway.people import Role, Signature
from tests.ledger.acting import LedgerOf, classifying, kept, opened, person
from tests.sessions.conftest import Clinic

TRIAGE = person(Role.TRIAGE_CLINICIAN)
SURGEON = person(Role.VASCULAR_SURGEON)
SECOND = Signature("rxx-vascular-surgeon-2", Role.VASCULAR_SURGEON)
COORDINATOR = person(Role.MDT_COORDINATOR)


async def task_of(anything: asyncpg.Connection, pathway_id: str, role: Role) -> TaskNamed:
    question = "SELECT kind, key FROM task WHERE pathway_id = $1 AND role = $2 AND state = 'open' LIMIT 1"
    row = await anything.fetchrow(question, pathway_id, role.value)
    assert row is not None
    return TaskNamed(pathway_id, row["kind"], row["key"], role)


@pytest.fixture
async def triage(referred: LedgerOf, anything: asyncpg.Connection) -> TaskNamed:
    return await task_of(anything, await opened(referred), Role.TRIAGE_CLINICIAN)


async def test_whoever_holds_the_role_claims_a_task_once_and_again(clinic: Clinic, triage: TaskNamed) -> None:
    assignments = clinic.receptions["front_door"].assignments
    for _ in range(2):
        assert await assignments.claim("RXX", triage, TRIAGE) == Assigned(TRIAGE.person)


async def test_a_task_is_not_claimed_in_another_role_or_trust(clinic: Clinic, triage: TaskNamed) -> None:
    assignments = clinic.receptions["front_door"].assignments
    assert await assignments.claim("RXX", triage, person(Role.IR_NURSE)) == NotTheirs()
    assert await assignments.claim("RYY", triage, person(Role.TRIAGE_CLINICIAN, "RYY")) == NoOpenTask()
    nothing = TaskNamed(str(uuid4()), "x", "", Role.TRIAGE_CLINICIAN)
    assert await assignments.claim("RXX", nothing, TRIAGE) == NoOpenTask()


@pytest.fixture
async def surgeons(referred: LedgerOf, anything: asyncpg.Connection) -> TaskNamed:
    """A task that two surgeons of the trust could do."""
    pathway_id = await opened(referred)
    kept(await referred("desk_referral").enter(classifying(pathway_id)))
    row = await anything.fetchrow(
        "SELECT kind, key, role FROM task WHERE pathway_id = $1 AND state = 'open'", pathway_id
    )
    assert row is not None
    await anything.execute(
        "INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, escalated_to, why)"
        " VALUES ($1, 'RXX', 'toy', '', 'vascular_surgeon', 'open', now(), '{}', '')",
        pathway_id,
    )
    return TaskNamed(pathway_id, "toy", "", Role.VASCULAR_SURGEON)


async def test_a_second_claim_is_told_who_has_it(clinic: Clinic, surgeons: TaskNamed) -> None:
    assignments = clinic.receptions["front_door"].assignments
    await assignments.claim("RXX", surgeons, SURGEON)
    assert await assignments.claim("RXX", surgeons, SECOND) == HeldBy(SURGEON.person)


async def test_of_two_claims_at_once_one_is_kept(clinic: Clinic, surgeons: TaskNamed) -> None:
    assignments = clinic.receptions["front_door"].assignments
    both = await asyncio.gather(*(assignments.claim("RXX", surgeons, who) for who in (SURGEON, SECOND)))
    (winner,) = [each.person for each in both if isinstance(each, Assigned)]
    assert [each.person for each in both if isinstance(each, HeldBy)] == [winner]


async def test_a_task_is_taken_over_only_from_whom_the_coordinator_saw(clinic: Clinic, surgeons: TaskNamed) -> None:
    assignments = clinic.receptions["front_door"].assignments
    await assignments.claim("RXX", surgeons, SURGEON)
    given = await assignments.assign("RXX", surgeons, SECOND.person, COORDINATOR, instead_of="somebody-else")
    assert given == HeldBy(SURGEON.person)
    given = await assignments.assign("RXX", surgeons, SECOND.person, COORDINATOR, instead_of=SURGEON.person)
    assert given == Assigned(SECOND.person)


async def test_a_task_is_released_by_whoever_has_it(clinic: Clinic, surgeons: TaskNamed) -> None:
    assignments = clinic.receptions["front_door"].assignments
    await assignments.claim("RXX", surgeons, SURGEON)
    assert not await assignments.release("RXX", surgeons, SECOND)
    assert await assignments.release("RXX", surgeons, SURGEON)
    assert await assignments.claim("RXX", surgeons, SECOND) == Assigned(SECOND.person)
    assert await assignments.release("RXX", surgeons, COORDINATOR, held_by=SECOND.person)


async def test_a_task_that_follows_no_more_takes_its_assignment_with_it(
    clinic: Clinic, surgeons: TaskNamed, anything: asyncpg.Connection
) -> None:
    await clinic.receptions["front_door"].assignments.claim("RXX", surgeons, SURGEON)
    await anything.execute("DELETE FROM task WHERE pathway_id = $1 AND kind = 'toy'", surgeons.pathway_id)
    assert await anything.fetchval("SELECT count(*) FROM assignment WHERE pathway_id = $1", surgeons.pathway_id) == 0


async def test_claims_and_releases_are_audited(
    clinic: Clinic, surgeons: TaskNamed, anything: asyncpg.Connection
) -> None:
    assignments = clinic.receptions["front_door"].assignments
    await assignments.claim("RXX", surgeons, SURGEON)
    await assignments.release("RXX", surgeons, SURGEON)
    question = "SELECT action FROM audit WHERE pathway_id = $1 AND kind = 'toy' ORDER BY id"
    assert [row["action"] for row in await anything.fetch(question, surgeons.pathway_id)] == ["assigned", "released"]


def away(days: int = 7, **changes: object) -> Delegation:
    today: date = changes.pop("today")  # type: ignore[assignment]  # the tests below give one
    to_person = str(changes.get("to_person", SECOND.person))
    return Delegation(SURGEON.person, to_person, Role.VASCULAR_SURGEON, today, today + timedelta(days=days))


async def test_a_colleague_of_the_same_role_stands_in_until_the_last_day(clinic: Clinic) -> None:
    assignments, today = clinic.receptions["front_door"].assignments, civil(clinic.clock.now())
    assert await assignments.delegate("RXX", away(today=today))
    assert away(today=today) in await assignments.delegations("RXX", SECOND.person)
    assert await assignments.delegations("RYY", SECOND.person) == ()
    clinic.clock.pass_by(days=7)
    assert away(today=today) not in await assignments.delegations("RXX", SECOND.person)
    assert await assignments.stop("RXX", SURGEON.person, Role.VASCULAR_SURGEON, today)


async def test_nobody_of_another_role_stands_in(clinic: Clinic) -> None:
    assignments, today = clinic.receptions["front_door"].assignments, civil(clinic.clock.now())
    assert not await assignments.delegate("RXX", away(today=today, to_person=TRIAGE.person))


@pytest.mark.parametrize("days", [0, -1])
async def test_a_delegation_of_no_days_is_refused(clinic: Clinic, days: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        await clinic.receptions["front_door"].assignments.delegate("RXX", away(days, today=civil(clinic.clock.now())))
