"""Stories about more than one record of one patient: news of the trust, another patient, an identity put right."""

from datetime import UTC, date, datetime

import pytest

from deploy.scenarios import registers
from shared.ledger.recipients import NOBODY_LEFT
from shared.pathway.facts import Facts
from shared.pathway.governance import LADDER
from shared.pathway.record import Record
from shared.pathway.trust_news import AuthorisationSuspended, DeviceRecall, StaffLeft, StudyClosed
from tests.scenarios_runner.stories import changed, failed, line_of, problems

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
RHEOLYTIC = "05012345678900"


def facts(*news: Record, at: datetime = NOW, trust: str = "RYY") -> Facts:
    seen = registers.facts(trust, None, at, open_pathway_same_side=False)
    return registers.after(seen, news, at)


def suspended(scope: str, subject: str | None = None) -> AuthorisationSuspended:
    told = {"scope": scope, "subject": subject, "reason": "Looked at", "reference": "S-1"}
    return AuthorisationSuspended.model_validate(told)


def with_step(step: str) -> str:
    """The short story with one more step."""
    return changed(("finally:\n", f"  - at: 2026-03-04T09:00\n{step}finally:\n"), ("  ref: referrer\n", PEOPLE))


PEOPLE = "  ref: referrer\n  gov: governance_lead\n"


def test_a_recalled_lot_leaves_the_other_lots_alone() -> None:
    device = facts(DeviceRecall(udi_di=RHEOLYTIC, lots=("L1",), reference="F-1")).devices[RHEOLYTIC]
    assert (device.recalled, device.recalled_lots) == (False, frozenset({"L1"}))


def test_a_recall_without_lots_is_about_all_of_them() -> None:
    assert facts(DeviceRecall(udi_di=RHEOLYTIC, reference="F-1")).devices[RHEOLYTIC].recalled


def test_a_closed_study_is_shut_and_the_other_one_open() -> None:
    studies = facts(StudyClosed(study_id="TRAINING-STUDY-2", closed_on=NOW.date())).studies
    assert (studies["TRAINING-STUDY-2"].open_on_site, studies["TRAINING-STUDY-1"].open_on_site) == (False, True)


def test_a_suspension_takes_away_what_it_names() -> None:
    permit = facts(suspended("procedure")).authorisation
    assert permit is not None
    assert permit.status == "suspended"
    permit = facts(suspended("device", "Training Rheolytic 1")).authorisation
    assert permit is not None
    assert "Training Rheolytic 1" not in permit.device_models
    permit = facts(suspended("operator", "ryy-proceduralist-1")).authorisation
    assert permit is not None
    assert "ryy-proceduralist-1" not in permit.operators


@pytest.mark.parametrize(("left_on", "there"), [(date(2026, 3, 8), False), (date(2026, 3, 9), True)])
def test_somebody_who_left_keeps_the_last_day(left_on: date, there: bool) -> None:
    staff = facts(StaffLeft(person="ryy-proceduralist-1", left_on=left_on)).staff
    assert ("ryy-proceduralist-1" in staff) is there


def test_news_that_does_not_concern_a_pathway_is_not_written_into_it() -> None:
    story = with_step(
        "    by: gov\n    announce: study_closed\n    with: {study_id: TRAINING-STUDY-1, closed_on: 2026-03-04}\n"
        "    then: {entries: [{kind: study_closed, absent: true}]}\n"
    )
    assert failed(story) == []


def test_what_no_register_announces_is_refused_on_its_line() -> None:
    story = with_step("    by: gov\n    announce: new_bleed\n")
    assert problems(story) == [(line_of(story, "announce:"), "unknown record new_bleed")]


def test_a_corrected_identity_has_to_be_given() -> None:
    story = with_step("    by: ref\n    do: identity_corrected\n    with: {parts: [name], why: Passport seen}\n")
    assert problems(story) == [(line_of(story, "do: identity_corrected"), "say who the patient is: patient")]


def test_a_patient_at_any_other_record_is_refused() -> None:
    story = with_step("    by: ref\n    do: opened_in_error\n    patient: {name: Somebody}\n    with: {why: A slip}\n")
    assert problems(story) == [
        (line_of(story, "patient: {name: Somebody}"), "patient goes with referral and identity_corrected")
    ]


def test_a_track_is_named_by_its_kind() -> None:
    story = changed(("  status: mdt_pending", "  tracks: [{state: accepted}]"))
    ((line, words),) = problems(story)
    assert line == line_of(story, "tracks:")
    assert words.startswith("name the kind; known: adverse_event, ")


def test_a_task_that_no_stage_asks_for_is_refused() -> None:
    story = changed(("  status: mdt_pending", "  tasks: [{kind: anticoagulation_revue, absent: true}]"))
    ((line, words),) = problems(story)
    assert line == line_of(story, "tasks:")
    assert words.startswith("unknown word; known here: ")


def test_somebody_who_left_is_told_no_more_and_the_last_one_cannot_leave() -> None:
    lead, deputy, director = (f"ryy-{role.value.replace('_', '-')}-1" for role in LADDER)
    gone = [StaffLeft(person=each, left_on=date(2026, 3, 2)) for each in (deputy, director)]
    assert tuple(registers.recipients("RYY", LADDER[-1], news) for news in ([], gone)) == (1, 0)
    assert registers.refusal("RYY", gone) is None
    assert registers.refusal("RYY", [*gone, StaffLeft(person=lead, left_on=date(2026, 3, 2))]) == NOBODY_LEFT


@pytest.mark.parametrize(
    "step",
    [
        "    by: gov\n    do: staff_left\n    concerns: nobody\n    with: {person: x-1, left_on: 2026-03-04}\n",
        "    by: gov\n    announce: staff_left\n    concerns: somebody\n    with: {person: x-1, left_on: 2026-03-04}\n",
    ],
)
def test_concerns_is_said_of_news_alone_and_only_of_nobody(step: str) -> None:
    assert [words for _line, words in problems(with_step(step))] == ["concerns goes with announce, and says nobody"]
