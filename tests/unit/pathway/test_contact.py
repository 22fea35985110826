"""A patient who did not come: reached, asked after, never closed by silence (R-ACO-5; IPG651 2.6)."""

from datetime import date
from typing import Any

from shared.pathway import decide
from shared.pathway.contact import Appointment, ContactAttempt, DidNotAttend
from shared.pathway.duties import Task
from shared.pathway.news import AnticoagStoppedElsewhere
from tests.forms.filled import filled, london
from tests.patients import Case, discharged

MISSED = DidNotAttend(appointment=Appointment.ANTICOAGULATION_REVIEW, appointment_on=date(2026, 6, 1))


def attempt(**changes: Any) -> ContactAttempt:
    given = {"tried_at": london("2026-06-02T09:00"), "way": "telephone", "reached": False}
    return filled(ContactAttempt, given, changes)


def in_june(wall: str = "2026-06-02T10:00") -> Case:
    return discharged().when(wall)


def asked(case: Case, kind: str = "contact_attempt") -> Task | None:
    return next((each for each in decide.tasks(case.moment) if each.kind == kind and each.state == "open"), None)


def test_a_missed_appointment_asks_somebody_to_reach_the_patient() -> None:
    task = asked(in_june().writes(MISSED))
    assert task is not None
    assert (task.role, task.why, task.escalated_to) == ("anticoag_clinic", "Try to reach the patient", ())


def test_an_appointment_tomorrow_cannot_have_been_missed() -> None:
    ahead = MISSED.model_copy(update={"appointment_on": date(2026, 6, 3)})
    assert in_june().refused(ahead) == {("R-ACO-5", "appointment_on", "2.6")}


def test_after_two_attempts_the_general_practitioner_is_asked() -> None:
    task = asked(in_june().writes(MISSED).writes(attempt()).writes(attempt()))
    assert task is not None
    assert task.why == "Ask the general practitioner"


def test_when_the_practitioner_could_not_help_governance_is_told() -> None:
    case = in_june().writes(MISSED).writes(attempt()).writes(attempt()).writes(attempt(way="general_practitioner"))
    task = asked(case)
    assert task is not None
    assert task.escalated_to == ("governance_lead",)


def test_a_patient_who_was_reached_needs_no_further_attempt() -> None:
    assert asked(in_june().writes(MISSED).writes(attempt(reached=True, note="Away until Friday"))) is None


def test_a_patient_who_was_reached_said_something() -> None:
    assert in_june().refused(attempt(reached=True)) == {("R-ACO-5", "note", "2.6")}


def test_an_attempt_tomorrow_is_refused() -> None:
    assert in_june().refused(attempt(tried_at=london("2026-06-03T09:00"))) == {("R-ACO-5", "tried_at", "2.6")}


def test_silence_leaves_the_review_open_and_treatment_going_on() -> None:
    case = in_june("2026-06-20T10:00").writes(MISSED).writes(attempt()).writes(attempt())
    task = asked(case, "anticoagulation_review")
    assert task is not None
    assert task.why == "Treatment continues until a clinician has reviewed it with the patient"


def test_a_drug_stopped_elsewhere_asks_for_a_review_at_once() -> None:
    stopped = AnticoagStoppedElsewhere(stopped_on=date(2026, 4, 1), by_whom="Dentist")
    task = asked(discharged().when("2026-04-02T10:00").writes(stopped), "anticoagulation_review")
    assert task is not None
    assert task.due_at == london("2026-04-02T10:00")
    assert task.escalated_to == ("haematologist",)
