"""What may be written about a filter (R-FIL-1..3), and what is refused with its reason."""

from datetime import date
from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import Answer
from shared.pathway.duties import TaskState
from shared.pathway.record import Record
from tests import patients, tracks
from tests.forms import filters
from tests.forms.filled import london
from tests.forms.procedure import end

R1, R2, R3, R4 = "R-FIL-1", "R-FIL-2", "R-FIL-3", "R-FIL-4"


def in_the_room() -> patients.Case:
    return patients.started().when("2026-03-09T11:00")


def signing_off(**changes: object) -> set[tuple[str, str, str]]:
    return in_the_room().refused(end(**tracks.said(filter=filters.inserted(**changes))))


def on_the_day_it_comes_out() -> patients.Case:
    return tracks.with_filter().when("2026-04-02T12:00")


def refused(record: Record, case: patients.Case | None = None) -> set[tuple[str, str, str]]:
    return (case or on_the_day_it_comes_out()).refused(record, patients.OPERATOR)


def test_a_procedure_is_not_signed_off_with_a_filter_nobody_plans_to_take_out() -> None:
    assert signing_off(plan=None) == {(R1, "filter.plan", "2.5")}


def test_a_plan_written_during_the_procedure_will_do() -> None:
    case = in_the_room().writes(filters.replan(), patients.OPERATOR)
    assert case.refusals(end(**tracks.said(filter=filters.inserted(plan=None)))) == ()


def test_a_plan_for_another_filter_will_not_do() -> None:
    case = in_the_room().writes(filters.replan(filters.SECOND_ID), patients.OPERATOR)
    assert (R1, "filter.plan", "2.5") in case.refused(end(**tracks.said(filter=filters.inserted(plan=None))))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target_on": date(2026, 3, 8)}, "target_on"),
        ({"target_on": date(2026, 5, 12)}, "target_on"),
        ({"owner_person": "nobody-1"}, "owner_person"),
        ({"backup_owner": "nobody-1"}, "backup_owner"),
        ({"backup_owner": "ir-1"}, "backup_owner"),
        ({"booked_for": date(2026, 3, 1)}, "booked_for"),
    ],
)
def test_a_plan_that_cannot_hold_is_refused_on_either_form(changes: dict[str, Any], field: str) -> None:
    assert signing_off(plan=filters.plan(**changes)) == {(R1, f"filter.plan.{field}", "2.5")}
    assert refused(filters.replan(**changes), tracks.with_filter()) == {(R1, field, "2.5")}


def test_a_filter_goes_in_during_its_procedure() -> None:
    assert (R4, "filter.inserted_at", "2.5") in signing_off(inserted_at=london("2026-03-09T08:00"))
    assert (R4, "filter.inserted_at", "2.5") in signing_off(inserted_at=london("2026-03-09T12:00"))


def test_a_plan_needs_a_filter_or_a_procedure_under_way() -> None:
    assert refused(filters.replan(), patients.ended()) == {(R4, "filter_id", "2.5")}


def test_in_an_emergency_the_plan_may_follow_within_a_day() -> None:
    case = tracks.emergency_filter()
    (owed,) = (each for each in decide.tasks(case.moment) if each.kind == "filter_plan")
    (timer,) = (view.timer for view in decide.timers(case.moment) if view.timer.rung == "plan")
    assert owed.due_at == timer.due_at == london("2026-03-10T10:00")
    planned = case.writes(filters.replan(), patients.OPERATOR)
    (done,) = (each for each in decide.tasks(planned.moment) if each.kind == "filter_plan")
    assert done.state == TaskState.DONE


def test_a_retrieval_needs_its_venogram() -> None:
    assert refused(filters.retrieval(venogram=None)) == {(R3, "venogram", "2.5")}


@pytest.mark.parametrize("wall", ["2026-03-31T10:00", "2026-04-01T11:00"])
def test_the_venogram_is_made_on_the_same_day_before_the_attempt(wall: str) -> None:
    picture = filters.venogram(performed_at=london(wall))
    assert refused(filters.retrieval(venogram=picture)) == {(R3, "venogram.performed_at", "2.5")}


def test_a_failure_says_why_and_a_success_does_not() -> None:
    assert refused(filters.failed(failure_reason=None)) == {(R4, "failure_reason", "2.5")}
    assert refused(filters.retrieval(failure_reason="Stuck")) == {(R4, "failure_reason", "2.5")}


def test_nothing_is_retrieved_before_it_went_in_or_tomorrow() -> None:
    for wall in ("2026-03-08T10:00", "2026-04-03T10:00"):
        at = london(wall)
        found = refused(filters.retrieval(attempted_at=at, venogram=filters.venogram(performed_at=at)))
        assert (R4, "attempted_at", "2.5") in found


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"consultant": "ward-1"}, (R2, "consultant", "2.5")),
        ({"consultant": "nobody-1"}, (R2, "consultant", "2.5")),
        ({"mdt_met_on": date(2026, 3, 8)}, (R2, "mdt_met_on", "3.8")),
        ({"mdt_met_on": date(2026, 4, 3)}, (R2, "mdt_met_on", "3.8")),
        ({"patient_informed": False}, (R2, "patient_informed", "2.5")),
    ],
)
def test_a_filter_stays_only_by_a_consultant_the_mdt_and_a_patient_who_knows(
    changes: dict[str, object], refusal: tuple[str, str, str]
) -> None:
    assert refused(filters.made_permanent(**changes)) == {refusal}


EVERY: tuple[Record, ...] = (
    filters.replan(),
    filters.review(),
    filters.retrieval(),
    filters.made_permanent(),
    filters.removed_elsewhere(),
)


@pytest.mark.parametrize("record", EVERY, ids=lambda record: record.kind)
def test_nothing_is_written_about_a_filter_this_pathway_does_not_have(record: Record) -> None:
    stranger = record.model_copy(update={"filter_id": "05012345678948/OTHER"})
    assert (R4, "filter_id", "2.5") in refused(stranger)


@pytest.mark.parametrize("record", EVERY, ids=lambda record: record.kind)
def test_nothing_more_is_written_about_a_filter_that_is_out(record: Record) -> None:
    out = on_the_day_it_comes_out().writes(filters.retrieval(), patients.OPERATOR)
    assert (R4, "filter_id", "2.5") in refused(record, out)


def test_a_review_lies_between_insertion_and_today() -> None:
    assert refused(filters.review(reviewed_on=date(2026, 3, 8))) == {(R4, "reviewed_on", "2.5")}
    assert refused(filters.review(reviewed_on=date(2026, 4, 3))) == {(R4, "reviewed_on", "2.5")}
    assert refused(filters.review(still_needed=Answer.UNKNOWN)) == set()


def test_a_removal_elsewhere_lies_between_insertion_and_today() -> None:
    assert refused(filters.removed_elsewhere(removed_on=date(2026, 4, 3))) == {(R4, "removed_on", "2.5")}
