"""Leaving as planned, against advice, or without a word (R-DIS-1, R-DIS-4; IPG651 2.6)."""

from typing import Any

from shared.pathway import decide
from shared.pathway.choices import Status
from shared.pathway.contact import ContactAttempt
from shared.pathway.discharge import Discharge, Leaving
from shared.pathway.duties import TaskState
from tests.forms.filled import london
from tests.forms.follow_up import discharge
from tests.patients import Case, registered

NOTHING: dict[str, Any] = {
    "anticoagulant": None,
    "review_booked_on": None,
    "gp_letter_sent_at": None,
    "patient_letter_document": None,
    "warnings_given": False,
}


def going_home() -> Case:
    return registered().when("2026-03-11T10:00")


def gone(how: Leaving) -> Discharge:
    return discharge(leaving=how, **NOTHING)


def protocol(case: Case) -> set[TaskState]:
    return {each.state for each in decide.tasks(case.moment) if each.kind == "contact_after_leaving"}


def test_a_planned_discharge_is_refused_while_something_is_missing() -> None:
    fields = {field for _rule, field, _paragraph in going_home().refused(gone(Leaving.PLANNED))}
    assert fields == {
        "anticoagulant",
        "review_booked_on",
        "gp_letter_sent_at",
        "patient_letter_document",
        "warnings_given",
    }


def test_who_absconds_is_written_down_and_looked_for() -> None:
    case = going_home().writes(gone(Leaving.ABSCONDED))
    assert decide.status(case.moment) == Status.DISCHARGED
    assert protocol(case) == {TaskState.OPEN}


def test_reaching_who_left_against_advice_ends_the_search() -> None:
    case = going_home().writes(gone(Leaving.SELF_DISCHARGE))
    said = ContactAttempt(tried_at=london("2026-03-11T09:30"), way="telephone", reached=True, note="Takes apixaban")
    assert protocol(case.writes(said)) == {TaskState.DONE}


def test_who_left_as_planned_is_not_searched_for() -> None:
    assert protocol(going_home().writes(discharge())) == set()


def test_every_track_stays_open_when_somebody_absconds() -> None:
    timers = {view.timer.id: view.state for view in decide.timers(going_home().writes(gone(Leaving.ABSCONDED)).moment)}
    assert timers["T-3M"] == "pending"
    assert timers["T-LT"] == "pending"
