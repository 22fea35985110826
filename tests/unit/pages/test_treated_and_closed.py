"""What pages stop counting after treatment or closing (IPG651 3.9), and the colours of the classes (1.1)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.pages.my_work.rows import Reader, Row, row
from shared.contracts.steps import Step
from shared.ledger.work import OpenTask
from shared.pathway.anatomy import Side
from shared.pathway.choices import ClosingReason, Status, Urgency
from shared.pathway.duties import TaskState
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.people import Role
from shared.policy import load
from shared.web.pages.shown.arrangement import COLOURS, arrangement_tag
from shared.web.pages.shown.conditions import gates_words
from shared.web.pages.shown.picture import Place, pathway_picture
from shared.web.pages.shown.window import WindowBar, window_bar
from shared.web.shapes import ShownTask, Window

POLICY = load()
NOW = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
SETTLED = (Step.REFERRAL, Step.REGISTRY_ENTRY, Step.ANTICOAGULATION_FOLLOW_UP)


def bar(day: int, *, treated: bool = False, closed: ClosingReason | None = None) -> WindowBar:
    state = "past_window" if day > 14 else "inside"
    window = Window.model_validate({"day": day, "ends_on": date(2026, 3, 18), "state": state})
    return window_bar(window, treated=treated, closed=closed)


@pytest.mark.parametrize(("day", "text"), [(5, "Treated on day 5 of 14"), (17, "Treated on day 17, past 14")])
def test_the_day_of_treatment_is_told_without_an_end_or_a_hurry(day: int, text: str) -> None:
    shown = bar(day, treated=True)

    assert (shown.text, shown.beside, shown.tag) == (text, "", None)


def test_a_closed_pathway_says_why_and_counts_no_day() -> None:
    shown = bar(40, closed=ClosingReason.PATIENT_DECLINED)

    assert (shown.text, shown.beside, shown.tag) == ("Closed: The patient declined", "", None)
    assert shown.cells == ()


def test_a_closed_pathway_still_says_when_the_patient_was_treated() -> None:
    shown = bar(5, treated=True, closed=ClosingReason.COMPLETED)

    assert (shown.text, shown.beside) == ("Closed: Completed", "treated on day 5 of 14")
    assert [cell.number for cell in shown.cells if cell.state == "today"] == [5]


def test_while_the_days_run_they_have_an_end_and_a_tag() -> None:
    shown = bar(5)

    assert (shown.text, shown.beside) == ("Day 5 of 14", "ends 18 March 2026")
    assert shown.tag is not None


def closed_picture(*tasks: ShownTask) -> tuple[Place, ...]:
    return pathway_picture(SETTLED, tasks, now=NOW, closed=True)


def test_a_closed_pathway_has_no_current_step() -> None:
    shown = [(step.state, step.tag.text) for place in closed_picture() for step in place.steps]

    assert shown[0] == ("done", "Done")
    assert set(shown[1:]) == {("ended", "Not done")}
    assert [place.state for place in closed_picture()] == ["done"] + ["ended"] * 5


def test_what_outlives_the_closing_is_still_owed_and_by_whom() -> None:
    role = Role.REGISTRY_CLERK
    task = ShownTask(
        kind="registry_correction",
        key="",
        role=role,
        state=TaskState.OPEN,
        opened_at=NOW,
        due_at=NOW,
        due_on=None,
        escalated_to=(),
        why="",
    )
    place = closed_picture(task)[4]

    assert (place.state, place.steps[0].tag.text) == ("owed", "Still owed")
    assert [wait.role for wait in place.steps[0].waits] == ["Registry clerk"]


@pytest.mark.parametrize("cls", ArrangementClass)
def test_no_class_of_a_leg_looks_like_leave_to_go(cls: ArrangementClass) -> None:
    assert arrangement_tag(cls).colour != "green"


def test_each_class_of_a_leg_has_a_colour_of_its_own() -> None:
    assert len(set(COLOURS.values())) == len(ArrangementClass)


def work_row(*, days_since: int, started_on_day: int | None = None, status: Status = Status.MDT_PENDING) -> Row:
    presented = NOW - timedelta(days=days_since)
    task = OpenTask(
        pathway_id="3f2a9c1b-0000-4000-8000-000000000000",
        kind="registry_correction",
        key="",
        role=Role.REGISTRY_CLERK.value,
        opened_at=NOW,
        due_at=None,
        escalated_to=(),
        why="",
        rank=0.0,
        due_rank="infinity",
        sides=(Side.LEFT,),
        urgency=Urgency.ROUTINE_URGENT,
        presentation_at=presented,
        status=status.value,
        now=NOW,
        holder=None,
        holder_name=None,
        held_at=None,
        started_at=None if started_on_day is None else presented + timedelta(days=started_on_day),
        patient=None,
    )
    desks = {"registry": "http://127.0.0.1:8007", "front_door": "http://127.0.0.1:8000"}
    return row(task, Reader("rxx-registry-clerk-1", Role.REGISTRY_CLERK, desks), POLICY)


def test_a_line_of_work_counts_days_while_they_run() -> None:
    found = work_row(days_since=12)

    assert (found.day, found.ends) == ("Day 12 of 14", "ends 11 March 2026")
    assert [tag.text for tag in found.tags] == ["Usual pathway", "Last days"]


def test_a_line_of_work_says_when_the_patient_was_treated_months_later_too() -> None:
    found = work_row(days_since=100, started_on_day=5)

    assert (found.day, found.ends, found.tags) == ("Treated on day 5 of 14", "", ())


def test_a_line_of_work_says_that_its_pathway_is_closed() -> None:
    assert work_row(days_since=100, status=Status.CLOSED).day == "Closed"
    assert work_row(days_since=100, started_on_day=5, status=Status.CLOSED).day == "Closed, treated on day 5 of 14"


def test_what_an_emergency_start_went_past_is_not_called_done() -> None:
    coordinator, kind = Role.MDT_COORDINATOR, "retrospective_mdt"
    retrospective = ShownTask(
        kind=kind, key="", role=coordinator, state=TaskState.OPEN, opened_at=NOW, due_at=NOW, due_on=None,
        escalated_to=(), why="",
    )  # fmt: skip
    settled = (Step.REFERRAL, Step.MDT_REVIEW, Step.GOVERNANCE_NOTIFICATION, Step.CONSENT)
    tasks = (retrospective,)
    places = pathway_picture(settled, tasks, now=NOW, passed_over=(Step.MDT_REVIEW, Step.CONSENT))

    assert [place.state for place in places] == ["done", "owed", "ended", "current", "waiting", "waiting"]
    assert [step.tag.text for place in places[1:3] for step in place.steps] == ["Still owed", "Done", "Not done"]
    assert places[1].steps[0].waits[0].task == "Hold the full MDT about the emergency"


def test_broken_gates_are_named_and_no_code_stands_alone() -> None:
    assert gates_words(["G12", "G4", "G7"]) == "MDT offer (G4), consent (G7) and blood results (G12)"
