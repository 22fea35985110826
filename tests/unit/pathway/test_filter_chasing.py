"""The ladder of a filter that is inside: tasks before the weekend, escalations on the true day (T-FIL, R-FIL-1)."""

from datetime import date, datetime

import pytest

from shared.pathway import decide, filter_chasing, filter_track
from shared.pathway.duties import Task, TaskState
from shared.pathway.people import Role
from tests import patients, tracks
from tests.forms import filters
from tests.forms.filled import london
from tests.unit.pathway.timetable import days, instants, states


def task(case: patients.Case, kind: str, key: str = "1") -> Task:
    (found,) = (each for each in decide.tasks(case.moment) if (each.kind, each.key) == (kind, key))
    return found


def fired(case: patients.Case) -> list[str]:
    views = [view for view in decide.timers(case.moment) if view.timer.id == "T-FIL" and view.state == "fired"]
    return [view.timer.rung for view in sorted(views, key=lambda view: view.timer.due_at)]


def test_the_rungs_of_a1_stand_on_their_days() -> None:
    assert days(tracks.with_filter(), "T-FIL") == {
        "review": "2026-03-23",
        "target": "2026-04-02",
        "amber": "2026-04-07",
        "red": "2026-05-02",
        "critical": "2026-05-11",
    }


def test_a_target_on_easter_monday_is_due_on_the_thursday_before_good_friday() -> None:
    case = tracks.with_filter()
    assert task(case, "filter_retrieval").due_at == london("2026-04-02T17:00")
    assert task(case, "filter_review").due_at == london("2026-03-23T17:00")


def test_red_fires_on_a_saturday_of_a_bank_holiday_weekend() -> None:
    assert instants(tracks.with_filter(), "T-FIL")["red"] == london("2026-05-02T00:00")


def test_the_makers_longest_stay_brings_the_critical_day_forward() -> None:
    case = tracks.with_filter(ifu_max_dwell_days=60)
    assert days(case, "T-FIL")["critical"] == date(2026, 4, 24).isoformat()
    assert "red" not in days(case, "T-FIL")


def test_a_filter_that_must_be_out_in_a_month_is_due_before_its_critical_day() -> None:
    early = filters.plan(target_on=date(2026, 3, 25))
    case = tracks.with_filter(ifu_max_dwell_days=30, plan=early)
    assert days(case, "T-FIL") == {"review": "2026-03-23", "target": "2026-03-25", "critical": "2026-03-25"}


def test_a_maker_who_names_no_longest_stay_leaves_nine_weeks() -> None:
    assert days(tracks.with_filter(ifu_max_dwell_days=None), "T-FIL")["critical"] == "2026-05-11"


def test_after_the_critical_day_it_is_told_every_week_again() -> None:
    case = tracks.with_filter().until("2026-06-02T12:00")
    assert fired(case) == ["review", "target", "amber", "red", "critical", "weekly_1", "weekly_2", "weekly_3"]
    assert days(case, "T-FIL")["weekly_4"] == "2026-06-08"


def test_looking_late_and_looking_often_fire_the_same_rungs() -> None:
    often = tracks.with_filter()
    for day in range(1, 31):
        often = often.until(f"2026-05-{day:02}T12:00")
    assert fired(often) == fired(tracks.with_filter().until("2026-05-30T12:00"))


@pytest.mark.parametrize(
    ("wall", "told"),
    [
        ("2026-05-01T12:00", ()),
        ("2026-05-02T12:00", (Role.GOVERNANCE_LEAD,)),
        ("2026-05-11T12:00", (Role.GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR)),
    ],
)
def test_who_else_is_told_grows_with_the_stay(wall: str, told: tuple[Role, ...]) -> None:
    assert task(tracks.with_filter().until(wall), "filter_retrieval").escalated_to == told


def test_owner_and_backup_stand_on_the_task() -> None:
    assert task(tracks.with_filter(), "filter_retrieval").why == "Vena cava filter 1"


def test_a_review_ends_its_task_and_not_the_chase() -> None:
    case = tracks.with_filter().when("2026-03-20T12:00").writes(filters.review(), patients.RADIOLOGIST)
    assert task(case, "filter_review").state == TaskState.DONE
    assert task(case, "filter_retrieval").state == TaskState.OPEN
    assert fired(case.until("2026-04-08T12:00")) == ["target", "amber"]


def test_an_outcome_ends_every_rung_that_has_not_fired() -> None:
    case = tracks.with_filter().until("2026-04-01T12:00").writes(filters.retrieval(), patients.OPERATOR)
    assert states(case, "T-FIL") == {"met", "fired"}
    assert task(case, "filter_retrieval").state == TaskState.DONE
    assert fired(case.until("2026-07-01T12:00")) == ["review"]


def test_another_target_is_another_timer() -> None:
    case = tracks.with_filter().until("2026-04-02T18:00")
    assert "target" in fired(case)
    moved = case.writes(filters.replan(target_on=date(2026, 4, 20)), patients.OPERATOR)
    assert "target" not in fired(moved)
    assert "target" in fired(moved.until("2026-04-20T18:00"))


def test_a_planned_filter_asks_for_no_further_plan() -> None:
    assert [each for each in decide.tasks(tracks.with_filter().moment) if each.kind == "filter_plan"] == []


def test_the_ladder_goes_on_at_its_next_rung_until_the_outcome() -> None:
    case = tracks.with_filter()
    assert next_due(case) == london("2026-03-23T17:00")
    assert next_due(case.until("2026-03-24T12:00")) == london("2026-04-02T17:00")
    out = case.until("2026-04-01T12:00").writes(filters.retrieval(), patients.OPERATOR)
    assert filter_chasing.next_due_at(out.moment, filter_track.filters(out.moment)[0]) is None


def next_due(case: patients.Case) -> datetime | None:
    return filter_chasing.next_due_at(case.moment, filter_track.filters(case.moment)[0])
