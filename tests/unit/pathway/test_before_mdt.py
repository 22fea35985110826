"""Before the MDT: work-up, bleeding risk and blood are asked for, and a patient without an anticoagulant is named."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, Urgency
from shared.pathway.duties import Task, TaskState
from shared.pathway.people import Role
from shared.pathway.quantity import Weight
from shared.pathway.work_up import Allergy, PreviousDvt
from tests.forms.before_mdt import (
    anticoagulant,
    anticoagulation_changed,
    bleeding_risk,
    bloods,
    severity,
    villalta_items,
    work_up,
)
from tests.forms.filled import RIGHT, london
from tests.forms.referral import UNSEEN_ABOVE, agreement, classification, limb
from tests.patients import Case, both_legs, classified, iliofemoral_left, offered, referred, started

WANTED = {"work_up", "bleeding_risk", "bloods"}
TOMORROW = london("2026-03-04T09:00")


def tasks(case: Case, *kinds: str) -> dict[str, Task]:
    return {each.kind: each for each in decide.tasks(case.moment) if each.kind in kinds}


def states(case: Case) -> dict[str, TaskState]:
    return {kind: each.state for kind, each in tasks(case, *WANTED).items()}


def test_nothing_is_asked_for_before_the_leg_is_classified() -> None:
    assert states(iliofemoral_left()) == {}


def test_all_three_are_asked_of_the_referrer_and_due_with_the_mdt() -> None:
    case = classified()
    meeting = next(each for each in decide.tasks(case.moment) if each.kind == "mdt_review")
    found = tasks(case, *WANTED)
    assert states(case) == dict.fromkeys(WANTED, TaskState.OPEN)
    assert {each.role for each in found.values()} == {Role.REFERRER}
    assert {each.due_at for each in found.values()} == {meeting.due_at}


def test_each_is_done_when_it_is_there() -> None:
    case = classified()
    for kind, record in {"work_up": work_up(), "bleeding_risk": bleeding_risk(), "bloods": bloods()}.items():
        case = case.writes(record)
        assert states(case)[kind] == TaskState.DONE


def test_blood_without_a_platelet_count_is_still_asked_for() -> None:
    task = tasks(classified().writes(bloods(platelets=None)), "bloods")["bloods"]
    assert task.state == TaskState.OPEN
    assert "platelets" in task.why


def test_nothing_is_asked_for_of_a_leg_that_cannot_go_on() -> None:
    assert states(classified(referred(limb(segments=UNSEEN_ABOVE)))) == {}


def test_a_missing_work_up_never_keeps_the_mdt_from_being_written_down_as_decided() -> None:
    assert set(states(offered()).values()) == {TaskState.DONE}


def test_a_started_procedure_ends_the_reminders() -> None:
    assert set(states(started()).values()) == {TaskState.DONE}


def alert(case: Case) -> TaskState | None:
    found = tasks(case, "anticoagulation_changed")
    return found["anticoagulation_changed"].state if found else None


def test_a_patient_without_an_anticoagulant_and_without_a_reason_is_named_at_once() -> None:
    case = iliofemoral_left()
    task = tasks(case, "anticoagulation_changed")["anticoagulation_changed"]
    assert (task.role, task.state, task.due_at) == (Role.REFERRER, TaskState.OPEN, case.now)


@pytest.mark.parametrize(
    "said",
    [{"current_anticoagulant": anticoagulant()}, {"anticoagulant_contraindication": "Bled into the brain last week"}],
)
def test_an_anticoagulant_or_a_reason_needs_no_alert(said: dict[str, Any]) -> None:
    assert alert(iliofemoral_left(**said)) is None


def test_an_answer_ends_the_alert() -> None:
    case = iliofemoral_left().when("2026-03-03T12:00")
    assert alert(case.writes(anticoagulation_changed())) == TaskState.DONE


def test_the_alert_never_blocks() -> None:
    assert alert(offered()) == TaskState.OPEN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"current_anticoagulant": None}, "current_anticoagulant"),
        ({"anticoagulant_contraindication": "Platelets 12"}, "current_anticoagulant"),
        ({"changed_at": TOMORROW}, "changed_at"),
        ({"current_anticoagulant": anticoagulant(started_at=TOMORROW)}, "current_anticoagulant.started_at"),
    ],
)
def test_an_answer_that_says_nothing_or_two_things_is_refused(changes: dict[str, Any], field: str) -> None:
    case = iliofemoral_left().when("2026-03-03T12:00")
    assert {(rule, name) for rule, name, _ in case.refused(anticoagulation_changed(**changes))} == {("R-REF-3", field)}


def test_a_complete_work_up_stands() -> None:
    assert classified().refused(work_up()) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"assessed_at": TOMORROW}, ("R-ELI-2", "assessed_at")),
        ({"baseline_villalta": ()}, ("R-PTS-1", "baseline_villalta")),
        ({"baseline_villalta": (severity(side=RIGHT),)}, ("R-PTS-1", "baseline_villalta")),
        ({"baseline_villalta": (severity(), severity())}, ("R-PTS-1", "baseline_villalta")),
        ({"baseline_villalta": (severity(score=None),)}, ("R-PTS-3", "baseline_villalta.0.not_assessed_because")),
        (
            {"baseline_villalta": (severity(score=villalta_items(pain=None)),)},
            ("R-PTS-3", "baseline_villalta.0.not_assessed_because"),
        ),
        ({"allergies": frozenset({Allergy.NONE_KNOWN, Allergy.CONTRAST})}, ("R-PRO-1", "allergies")),
        ({"allergies": frozenset({Allergy.UNKNOWN, Allergy.NONE_KNOWN})}, ("R-PRO-1", "allergies")),
        ({"allergies": frozenset({Allergy.DRUGS})}, ("R-PRO-1", "allergies_in_words")),
        ({"weight": Weight(value=820, unit="kg")}, ("H-26", "weight")),
        ({"previous_dvt": (PreviousDvt(side=RIGHT, on=TOMORROW.date()),)}, ("R-REF-1", "previous_dvt.0.on")),
    ],
)
def test_a_work_up_that_cannot_be_is_refused(changes: dict[str, Any], refused: tuple[str, str]) -> None:
    assert {(rule, field) for rule, field, _ in classified().refused(work_up(**changes))} == {refused}


def test_severity_that_was_not_assessed_stands_with_its_reason() -> None:
    reason = severity(score=None, not_assessed_because="Too much pain")
    assert classified().refused(work_up(baseline_villalta=(reason,))) == set()


def test_two_legs_are_two_answers() -> None:
    case = classified(both_legs())
    assert case.refused(work_up()) != set()
    assert case.refused(work_up(baseline_villalta=(severity(), severity(side=Side.RIGHT)))) == set()


@pytest.mark.parametrize(
    ("urgency", "due"),
    [(Urgency.ROUTINE_URGENT, "2026-03-04T17:00"), (Urgency.URGENT_24H, "2026-03-03T13:00")],
)
def test_t_ref_1_falls_due_by_the_urgency(urgency: Urgency, due: str) -> None:
    views = {view.timer.id: view for view in decide.timers(iliofemoral_left(urgency=urgency).moment)}
    assert (views["T-REF-1"].timer.rung, views["T-REF-1"].timer.due_at) == ("triage", london(due))
    assert views["T-REF-1"].state == "pending"


def test_t_ref_1_is_met_by_the_classification_and_fires_without_it() -> None:
    def state(case: Case) -> str:
        return next(view.state for view in decide.timers(case.moment) if view.timer.id == "T-REF-1")

    assert state(classified().until("2026-03-06T09:00")) == "met"
    assert state(iliofemoral_left().until("2026-03-04T17:00")) == "fired"


def test_a_leg_at_the_edge_of_the_guidance_is_agreed_with_a_reason_only() -> None:
    old_clot = referred(limb(acute_on_chronic=Answer.YES))
    reason = agreement(reason="New clot on top of a scar, looked at together")
    assert old_clot.refused(classification(agreement())) == {("R-REF-4", "limbs.0.reason", "YR1")}
    assert old_clot.refused(classification(reason)) == set()
