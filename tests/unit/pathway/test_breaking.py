"""Who may break gates, and the second look at it (clinical.md 5.2, R-GOV-5; IPG651 3.5, YR1)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.break_glass import Breakable
from shared.pathway.breaking import broken, occasions
from shared.pathway.duties import TaskState
from shared.pathway.people import Role, Signature
from shared.pathway.stages import KINDS
from tests.forms.consent import withdrawal
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.procedure import start
from tests.forms.the_day import breaking, second_look
from tests.patients import RADIOLOGIST, SURGEON, Case, limb_under_threat

DIRECTOR = Signature("md-1", Role.MEDICAL_DIRECTOR)


def in_danger() -> Case:
    return limb_under_threat().when("2026-03-03T10:00")


def broken_through() -> Case:
    """The radiologist broke what a leg without pulses cannot wait for, and operated."""
    return in_danger().writes(breaking("G2", "G4", "G7", "G9", "G12"), RADIOLOGIST)


def look(**changes: Any) -> Any:
    return second_look(2, looked_at=london("2026-03-03T11:00"), **changes)


def test_gates_are_broken_before_anybody_classified_met_or_consented() -> None:
    assert in_danger().refused(breaking("G2", "G4", "G7", "G12")) == set()


@pytest.mark.parametrize(
    ("gates", "changes", "refused"),
    [
        (("G4",), {"side": RIGHT}, ("G10", "side", "D")),
        (("G4",), {"limb_or_life_attested": False}, ("G14", "limb_or_life_attested", "3.5")),
        (("G7",), {"lawful_basis": None}, ("G7", "lawful_basis", "1.2")),
        (("G3",), {"second_consultant": None}, ("G3", "second_consultant", "1.1")),
        (("G3",), {"second_consultant": "ir-1"}, ("G3", "second_consultant", "1.1")),
        (("G3",), {"second_consultant": "ward-1"}, ("G3", "second_consultant", "1.1")),
        (("G3",), {"second_consultant": "nobody-1"}, ("G3", "second_consultant", "1.1")),
    ],
)
def test_a_breaking_with_a_flaw_is_refused(
    gates: tuple[str, ...], changes: dict[str, Any], refused: tuple[str, str, str]
) -> None:
    assert in_danger().refused(breaking(*gates, **changes)) == {refused}


def test_two_consultants_break_g3() -> None:
    assert in_danger().refused(breaking("G3")) == set()


def test_nothing_is_broken_against_a_patient_who_said_no() -> None:
    assert in_danger().writes(withdrawal()).refused(breaking("G4")) == {("G7", "gates", "1.2")}


def test_only_consultants_break_gates() -> None:
    assert KINDS["break_glass"].roles == {
        Role.VASCULAR_SURGEON,
        Role.INTERVENTIONAL_RADIOLOGIST,
        Role.HAEMATOLOGIST,
        Role.PROCEDURALIST,
    }


def test_a_breaking_is_good_for_one_start() -> None:
    case = broken_through()
    assert broken(case.moment, LEFT) == {Breakable(gate) for gate in ("G2", "G4", "G7", "G9", "G12")}
    assert broken(case.moment, RIGHT) == set()
    assert broken(case.writes(start()).moment, LEFT) == set()


def test_a_start_is_asked_for_at_once_when_gates_are_broken() -> None:
    (task,) = (each for each in decide.tasks(broken_through().moment) if each.kind == "procedure_start")
    assert (task.key, task.due_at) == ("left", london("2026-03-03T10:00"))


def test_governance_is_told_of_every_breaking() -> None:
    assert occasions(broken_through().moment) == (("break_glass", london("2026-03-03T10:00"), 2),)


def test_the_second_look_is_due_within_a_day_from_the_other_specialty() -> None:
    case = broken_through()
    (task,) = (each for each in decide.tasks(case.moment) if each.kind == "break_glass_review")
    assert (task.role, task.due_at, task.state) == (
        Role.VASCULAR_SURGEON,
        london("2026-03-04T10:00"),
        TaskState.OPEN,
    )
    assert task.escalated_to == (Role.MEDICAL_DIRECTOR,)
    (timer,) = (view for view in decide.timers(case.moment) if view.timer.rung == "break_glass_review")
    assert (timer.timer.id, timer.timer.due_at, timer.state) == ("T-EMG", london("2026-03-04T10:00"), "pending")


def test_a_second_look_ends_the_task_and_the_timer() -> None:
    case = broken_through().when("2026-03-03T11:00").writes(look(), SURGEON)
    (task,) = (each for each in decide.tasks(case.moment) if each.kind == "break_glass_review")
    (timer,) = (view for view in decide.timers(case.moment) if view.timer.rung == "break_glass_review")
    assert (task.state, timer.state) == (TaskState.DONE, "met")


@pytest.mark.parametrize("by", [SURGEON, DIRECTOR])
def test_somebody_who_took_no_part_may_look(by: Signature) -> None:
    assert broken_through().when("2026-03-03T11:00").refused(look(), by) == set()


def test_who_broke_agreed_or_operated_may_not_look() -> None:
    case = broken_through().writes(breaking("G3"), RADIOLOGIST).when("2026-03-03T11:00")
    about_g3 = second_look(3, looked_at=london("2026-03-03T11:00"))
    assert case.refused(look(), RADIOLOGIST) == {("G14", "", "YR1")}
    assert case.refused(about_g3, SURGEON) == {("G14", "", "YR1")}
    operated = broken_through().writes(start(operators=("ir-1", "vs-1"))).when("2026-03-03T11:00")
    assert operated.refused(look(), SURGEON) == {("G14", "", "YR1")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"breaking": 9}, "breaking"), ({"looked_at": london("2026-03-03T11:01")}, "looked_at")],
)
def test_a_second_look_with_a_flaw_is_refused(changes: dict[str, Any], field: str) -> None:
    flawed = look().model_copy(update=changes)
    assert broken_through().when("2026-03-03T11:00").refused(flawed, SURGEON) == {("G14", field, "YR1")}


def test_one_second_look_is_enough() -> None:
    case = broken_through().when("2026-03-03T11:00").writes(look(), SURGEON)
    assert case.refused(look(), DIRECTOR) == {("G14", "breaking", "YR1")}
