"""Stopping in the room, and starts written up afterwards (R-PRO-1, R-PRO-6; IPG651 1.3, 2.5)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import Status
from shared.pathway.procedure import procedures, started, started_at, under_way
from shared.pathway.time_out import TimeOutVoid
from tests.forms.filled import RIGHT, filled, london
from tests.forms.procedure import end, sign_in, start
from tests.patients import Case, ended, on_the_day
from tests.patients import started as in_the_room


def void(**changes: Any) -> TimeOutVoid:
    given = {"what_changed": "The other leg was draped", "before_access": True, "second_person": "vs-1"}
    return filled(TimeOutVoid, given, changes)


def stopped(*, before_access: bool) -> Case:
    return in_the_room().when("2026-03-09T09:40").writes(void(before_access=before_access))


def test_before_the_needle_a_voided_start_never_happened() -> None:
    case = stopped(before_access=True)
    assert started(case.pathway) == ()
    assert decide.owed(case.moment) == ()
    assert decide.status(case.moment) == Status.READY
    assert case.refused(start()) == set()


def test_after_the_needle_the_procedure_stays_started() -> None:
    case = stopped(before_access=False)
    assert len(started(case.pathway)) == 1
    assert decide.status(case.moment) == Status.IN_PROCEDURE
    abandoned = end(ended_at=case.now, outcome="abandoned", abandoned_reason="Wrong plan")
    assert [each.key for each in decide.owed(case.writes(abandoned).moment)] == ["p-1.1.v1"]


def test_after_the_needle_it_goes_on_with_a_new_time_out_as_the_same_procedure() -> None:
    case = stopped(before_access=False).when("2026-03-09T09:50").writes(start())
    (only,) = procedures(case.pathway)
    assert len(only.time_outs) == 2
    assert started_at(only.start) == london("2026-03-09T09:30")
    assert case.when("2026-03-09T11:00").refused(end()) == set()


def test_a_new_time_out_is_asked_for() -> None:
    (task,) = (each for each in decide.tasks(stopped(before_access=False).moment) if each.kind == "procedure_start")
    assert task.key == "left"


def test_a_new_time_out_passes_the_gates_again() -> None:
    again = stopped(before_access=False)
    assert again.refused(start(sign_in=sign_in(side_marked=RIGHT))) == {("G10", "side", "D")}


def test_the_other_leg_is_another_procedure_and_waits_for_the_end_of_this_one() -> None:
    other = start(RIGHT, sign_in=sign_in(side_marked=RIGHT))
    assert ("R-PRO-1", "", "2.5") in stopped(before_access=False).refused(other)


def test_a_procedure_that_waits_for_its_time_out_is_not_completed() -> None:
    case = stopped(before_access=False).when("2026-03-09T11:00")
    assert case.refused(end()) == {("R-PRO-6", "outcome", "2.5")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"second_person": "ir-1"}, "second_person"), ({"second_person": "nobody-1"}, "second_person")],
)
def test_two_different_people_stop(changes: dict[str, Any], field: str) -> None:
    assert in_the_room().refused(void(**changes)) == {("R-PRO-6", field, "2.5")}


@pytest.mark.parametrize("case", [on_the_day(), ended(), stopped(before_access=False)])
def test_without_a_time_out_there_is_nothing_to_void(case: Case) -> None:
    assert case.refused(void()) == {("R-PRO-6", "", "2.5")}


def test_a_procedure_that_went_on_was_not_stopped_before_the_needle() -> None:
    case = stopped(before_access=False).writes(start())
    assert case.refused(void()) == {("R-PRO-6", "before_access", "1.3")}
    again = case.writes(void(before_access=False))
    assert under_way(again.pathway)


def test_a_second_procedure_is_numbered_after_a_voided_start() -> None:
    case = stopped(before_access=True).writes(start())
    assert [each.seq for each in started(case.pathway)] == [case.pathway.version]


def test_a_start_written_up_afterwards_counts_from_its_own_time() -> None:
    late = on_the_day().when("2026-03-09T13:00")
    case = late.writes(start(started_at=london("2026-03-09T09:30")))
    assert started_at(case.pathway.entries[-1]) == london("2026-03-09T09:30")


@pytest.mark.parametrize("wall", ["2026-03-09T13:01", "2026-03-06T12:59"])
def test_a_start_is_not_written_up_from_the_future_nor_from_long_ago(wall: str) -> None:
    late = on_the_day().when("2026-03-09T13:00")
    assert ("R-PRO-1", "started_at", "1.3") in late.refused(start(started_at=london(wall)))


def test_a_start_does_not_lie_before_the_end_of_an_earlier_procedure() -> None:
    case = ended().when("2026-03-09T13:00")
    assert ("R-PRO-1", "started_at", "1.3") in case.refused(start(started_at=london("2026-03-09T10:59")))


def test_gates_are_decided_as_of_the_time_that_is_written_up() -> None:
    late = on_the_day().when("2026-03-11T09:00")
    assert "G12" in {rule for rule, _f, _p in late.refused(start())}
    assert late.refused(start(started_at=london("2026-03-09T09:30"))) == set()
