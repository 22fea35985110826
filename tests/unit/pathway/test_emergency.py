"""A leg or a life in danger (R-REF-2): raised by signs, news or a clinician, lowered by a doctor, called at once."""

import pytest

from shared.pathway import decide
from shared.pathway.choices import Answer, Embolism, Urgency
from shared.pathway.duties import Task, TaskState
from shared.pathway.mdt_review import MeetingType
from shared.pathway.people import MDT_SPECIALTIES, Role, Signature
from shared.pathway.referral import emergency_since, urgency
from tests.forms.before_mdt import new_pe, urgency_changed
from tests.forms.mdt_review import attendees, mdt_review
from tests.patients import COORDINATOR, WARD, Case, classified, iliofemoral_left, limb_under_threat, reviewed

LOWERED = urgency_changed(Urgency.ROUTINE_URGENT)
NURSE = Signature("nurse-1", Role.IR_NURSE)


def calls(case: Case) -> list[Task]:
    return [each for each in decide.tasks(case.moment) if each.kind == "emergency_call"]


def still_called(case: Case) -> set[Role]:
    return {each.role for each in calls(case) if each.state == TaskState.OPEN}


def test_three_specialties_are_called_at_the_instant_of_the_referral() -> None:
    case = limb_under_threat()
    assert still_called(case) == MDT_SPECIALTIES
    assert {(each.opened_at, each.due_at) for each in calls(case)} == {(case.now, case.now)}


def test_nobody_is_called_when_nothing_is_in_danger() -> None:
    assert calls(iliofemoral_left()) == []


def test_a_clinician_raises_the_urgency_and_three_specialties_are_called() -> None:
    case = iliofemoral_left().writes(urgency_changed())
    assert urgency(case.pathway) == Urgency.EMERGENCY
    assert still_called(case) == MDT_SPECIALTIES


@pytest.mark.parametrize("state", [Embolism.SUSPECTED, Embolism.CONFIRMED])
def test_an_unstable_new_embolism_is_an_emergency(state: Embolism) -> None:
    case = iliofemoral_left().when("2026-03-03T12:00").writes(new_pe(state=state, haemodynamic_instability=Answer.YES))
    assert urgency(case.pathway) == Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("state", "unstable"),
    [(Embolism.CONFIRMED, Answer.NO), (Embolism.CONFIRMED, Answer.UNKNOWN), (Embolism.NONE, Answer.YES)],
)
def test_another_embolism_leaves_the_urgency_as_it_is(state: Embolism, unstable: Answer) -> None:
    found = new_pe(state=state, haemodynamic_instability=unstable)
    assert urgency(iliofemoral_left().when("2026-03-03T12:00").writes(found).pathway) == Urgency.ROUTINE_URGENT


def test_a_doctor_ends_an_emergency_with_a_reason_and_the_calls_end() -> None:
    case = limb_under_threat().writes(LOWERED, WARD)
    assert urgency(case.pathway) == Urgency.ROUTINE_URGENT
    assert emergency_since(case.pathway) is None
    assert calls(case) == []


@pytest.mark.parametrize("who", [NURSE, COORDINATOR])
def test_nobody_but_a_doctor_ends_an_emergency(who: Signature) -> None:
    assert limb_under_threat().refused(LOWERED, who) == {("R-REF-2", "urgency", "3.5")}


def test_anybody_who_treats_the_patient_may_raise_the_urgency() -> None:
    assert iliofemoral_left().refused(urgency_changed(), NURSE) == set()


def test_a_second_emergency_calls_again() -> None:
    case = limb_under_threat().writes(LOWERED, WARD).writes(urgency_changed())
    assert {each.key for each in calls(case)} == {"3"}


def test_news_during_an_emergency_does_not_call_twice() -> None:
    case = limb_under_threat().writes(urgency_changed())
    assert {each.key for each in calls(case)} == {"1"}


def test_those_who_met_are_not_called_any_more() -> None:
    case = reviewed(classified(limb_under_threat()), mdt_review(meeting_type=MeetingType.AD_HOC_CALL))
    assert still_called(case) == set()


def test_a_specialty_that_nobody_reached_stays_called() -> None:
    there = attendees("vs-1", "ir-1")
    case = classified(limb_under_threat()).when("2026-03-05T14:00")
    entry = decide.next_entry(case.moment, mdt_review(attendees=there), COORDINATOR)
    case = Case(case.now, case.facts, case.policy, case.pathway.with_entry(entry))
    assert still_called(case) == {Role.HAEMATOLOGIST}


def test_an_emergency_has_no_triage_clock() -> None:
    ids = {view.timer.id for view in decide.timers(limb_under_threat().moment)}
    assert "T-REF-1" not in ids
