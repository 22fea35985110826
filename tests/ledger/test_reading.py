import asyncpg
import pytest

from shared.ledger import PlaceUnreadableError, WorklistTask
from shared.pathway.people import Role
from tests.forms.filled import london
from tests.ledger.acting import (
    COORDINATOR,
    TRUST,
    WARD,
    LedgerOf,
    classifying,
    kept,
    moved,
    opened,
    opening,
    patient,
    person,
    signed,
)

LAST = "SELECT person, role, action, kind FROM audit WHERE pathway_id = $1 ORDER BY id DESC LIMIT 1"


async def test_a_reading_is_audited_before_it_is_answered(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of)
    moment = await ledger_of("desk_follow_up").read(TRUST, pathway_id, WARD)
    assert moment is not None
    assert moment.pathway.version == 1
    row = await anything.fetchrow(LAST, pathway_id)
    assert row is not None
    assert tuple(row) == (WARD.person, "ward_clinician", "read", None)


FULL = """
CREATE FUNCTION pg_temp.full_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE SQLSTATE '53100'; END $$;
CREATE TRIGGER full_up BEFORE INSERT ON audit EXECUTE FUNCTION pg_temp.full_up();
"""


@pytest.mark.parametrize("what", ["read", "patient", "read_with_patient"])
async def test_what_cannot_be_audited_is_not_shown(
    what: str, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    await anything.execute(FULL)
    try:
        with pytest.raises(asyncpg.DiskFullError):
            await getattr(ledger_of("desk_follow_up"), what)(TRUST, pathway_id, WARD)
    finally:
        await anything.execute("DROP TRIGGER full_up ON audit")


async def test_a_pathway_read_with_its_patient_is_audited_as_both(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    found = await ledger_of("desk_follow_up").read_with_patient(TRUST, pathway_id, WARD)
    assert found is not None
    assert (found[0].pathway.version, found[1] is not None) == (1, True)
    rows = await anything.fetch(
        "SELECT kind FROM audit WHERE pathway_id = $1 AND action = 'read' ORDER BY id", pathway_id
    )
    assert [row["kind"] for row in rows] == [None, "patient"]


async def test_the_systems_own_look_leaves_no_audit_row(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of)
    await ledger_of("patency_worker").look(TRUST, pathway_id)
    row = await anything.fetchrow(LAST, pathway_id)
    assert row is not None
    assert row["action"] == "opened"


async def test_a_pathway_is_shown_as_it_stood_then(ledger_of: LedgerOf) -> None:
    pathway_id = await signed(ledger_of)
    then = london("2026-03-04T12:00")
    moment = await ledger_of("desk_mdt_review").read(TRUST, pathway_id, COORDINATOR, as_at=then)
    assert moment is not None
    assert moment.now == then
    assert [entry.kind for entry in moment.pathway.entries] == ["referral", "classification"]


async def test_before_its_first_entry_there_is_no_pathway_to_show(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    earlier = london("2026-03-03T08:59")
    assert await ledger_of("desk_mdt_review").read(TRUST, pathway_id, COORDINATOR, as_at=earlier) is None


async def test_who_the_patient_is_is_told_and_audited(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    known = patient()
    pathway_id = await opened(ledger_of, patient=known)
    assert await ledger_of("desk_follow_up").patient(TRUST, pathway_id, WARD) == known
    row = await anything.fetchrow(LAST, pathway_id)
    assert row is not None
    assert (row["action"], row["kind"]) == ("read", "patient")


@pytest.mark.parametrize("role", ["patency_worker", "desk_governance", "desk_registry"])
async def test_a_process_that_meets_no_patient_cannot_ask_who_it_is(role: str, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ledger_of(role).patient(TRUST, pathway_id, WARD)


async def _work_of(ledger_of: LedgerOf, trust: str, limit: int) -> list[WorklistTask]:
    """Every review on a coordinator's worklist, page by page."""
    found: list[WorklistTask] = []
    after, ledger = None, ledger_of("desk_mdt_review")
    by = person(Role.MDT_COORDINATOR, trust)
    while True:
        page = await ledger.worklist(trust, Role.MDT_COORDINATOR, by, after=after, limit=limit)
        assert len(page.tasks) <= limit
        found += [task for task in page.tasks if task.kind == "mdt_review"]
        if (after := page.after) is None:
            return found


async def _coordinated(ledger_of: LedgerOf, trust: str, day: int) -> str:
    by = person(Role.REFERRER, trust)
    start = london(f"2026-03-{day:02}T10:30")
    asked = opening(trust=trust, by=by, training_now=start)
    pathway_id = kept(await ledger_of("desk_referral").open_pathway(asked)).pathway_id
    triage = person(Role.TRIAGE_CLINICIAN, trust)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id, trust=trust, by=triage)))
    return pathway_id


async def test_a_worklist_comes_in_pages_soonest_first_each_by_its_own_clock(ledger_of: LedgerOf) -> None:
    made = [await _coordinated(ledger_of, "SXX", day) for day in (5, 3, 4, 3, 5)]
    later = london("2026-03-06T09:00")
    kept(await ledger_of("desk_front_door").advance_clock("SXX", made[2], later, person(Role.MDT_COORDINATOR, "SXX")))
    work = await _work_of(ledger_of, "SXX", 2)
    pages = [task.pathway_id for task in work]
    assert len(pages) == len(set(pages))
    assert set(made) <= set(pages)
    assert pages == [task.pathway_id for task in await _work_of(ledger_of, "SXX", 200)]
    left = [round((task.due_at - task.now).total_seconds() / 60) for task in work if task.due_at]
    assert left == sorted(left)
    assert next(each for each in pages if each in made) == made[2]


async def test_a_worklist_shows_only_its_own_trust_and_what_is_due_before(ledger_of: LedgerOf) -> None:
    ours = await _coordinated(ledger_of, "RYY", 3)
    assert ours not in {task.pathway_id for task in await _work_of(ledger_of, "SXX", 200)}
    by = person(Role.MDT_COORDINATOR, "RYY")
    early = await ledger_of("desk_mdt_review").worklist(
        "RYY", Role.MDT_COORDINATOR, by, due_before=london("2026-03-03T12:00"), limit=200
    )
    assert ours not in {task.pathway_id for task in early.tasks}
    late = await ledger_of("desk_mdt_review").worklist(
        "RYY", Role.MDT_COORDINATOR, by, due_before=london("2026-04-03T12:00"), limit=200
    )
    found = next(task for task in late.tasks if task.pathway_id == ours)
    assert (found.sides, found.urgency, found.kind) == (("left",), "routine_urgent", "mdt_review")


async def test_a_search_is_audited(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    await ledger_of("desk_follow_up").worklist(TRUST, Role.ANTICOAG_CLINIC, WARD)
    row = await anything.fetchrow("SELECT * FROM audit WHERE action = 'searched' ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert (row["person"], row["kind"], row["pathway_id"]) == (WARD.person, "anticoag_clinic", None)


@pytest.mark.parametrize(
    "after", ["x", "é", "W10=", "WyJpbmZpbml0eSIsIDEsIDIsIDMsIDRd", "bnVsbA==", "MQ==", "W1tbW1tb", "\ud800"]
)
async def test_a_place_that_no_page_gave_is_unreadable(after: str, ledger_of: LedgerOf) -> None:
    with pytest.raises(PlaceUnreadableError):
        await ledger_of("desk_follow_up").worklist(TRUST, Role.ANTICOAG_CLINIC, WARD, after=after)


async def test_what_was_escalated_to_a_role_is_on_its_worklist(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    await anything.execute(
        "UPDATE task SET escalated_to = '{medical_director}' WHERE pathway_id = $1 AND kind = 'mdt_review'", pathway_id
    )
    director = person(Role.MEDICAL_DIRECTOR)
    page = await ledger_of("desk_governance").worklist(TRUST, Role.MEDICAL_DIRECTOR, director, limit=200)
    assert pathway_id in {task.pathway_id for task in page.tasks}


async def test_governance_mail_goes_to_the_addresses_of_the_role(ledger_of: LedgerOf) -> None:
    found = await ledger_of("patency_worker").recipients(TRUST, Role.GOVERNANCE_LEAD)
    assert found == [("rxx-governance-lead-1", "rxx-governance-lead-1@inbox.invalid", "smtp")]
    assert await ledger_of("patency_worker").recipients("ZZZ", Role.GOVERNANCE_LEAD) == []


async def test_facts_name_only_whom_and_what_was_asked_about(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    await moved(ledger_of, pathway_id, "2026-11-20T12:00")
    moment = await ledger_of("patency_worker").look(TRUST, pathway_id)
    assert moment is not None
    facts = moment.facts
    assert (facts.age_years, facts.sex, facts.identity) == (47, "male", "verified")  # a birthday later
    assert (facts.staff, facts.devices) == ({}, {})
    assert facts.authorisation is not None
    assert facts.authorisation.status == "active"
    assert facts.leaflets["PMT-INFO-1"] == "2.1"
    assert "TRAINING-STUDY-1" in facts.studies
    assert Role.MEDICAL_DIRECTOR in facts.governance_recipients
