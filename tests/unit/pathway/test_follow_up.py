"""Discharge and the 3-month review (R-DIS-1, R-DIS-3, R-ACO-1, R-ACO-2, R-ACO-4; IPG651 2.6): silence continues."""

from datetime import date
from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import Answer, Status
from shared.pathway.discharge import AnticoagulantPlan, Discharge
from shared.pathway.duties import Task
from shared.pathway.follow_up import min_until, reviewed
from shared.pathway.people import Role
from shared.pathway.referral import RiskFactor
from tests.forms.filled import london
from tests.forms.follow_up import clinic_review, discharge, treatment
from tests.patients import (
    STAFF,
    Case,
    classified,
    consented,
    discharged,
    ended,
    iliofemoral_left,
    on_the_day,
    registered,
    seen_at_clinic,
    signed,
    started,
    told,
)
from tests.patients import (
    reviewed as mdt_reviewed,
)


def going_home() -> Case:
    return registered().when("2026-03-11T10:00")


def at_clinic(wall: str = "2026-06-10T10:00", **facts: Any) -> Case:
    return discharged().where(**facts).when(wall)


def stop(**changes: Any) -> Any:
    given = {
        "decision": "stop",
        "next_review_due": None,
        "attended_on": date(2026, 6, 10),
        "decision_maker": "clinic-1",
    }
    return clinic_review(**(given | changes))


def open_task(case: Case, kind: str) -> Task | None:
    return next((each for each in decide.tasks(case.moment) if each.kind == kind and each.state == "open"), None)


def test_a_complete_discharge_stands() -> None:
    assert going_home().refused(discharge()) == set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"anticoagulant": None}, "anticoagulant"),
        ({"review_booked_on": None}, "review_booked_on"),
        ({"no_adverse_event_so_far": False}, "adverse_events"),
        ({"adverse_events": "Haematoma"}, "adverse_events"),
        ({"gp_letter_sent_at": None}, "gp_letter_sent_at"),
        ({"patient_letter_document": None}, "patient_letter_document"),
        ({"warnings_given": False}, "warnings_given"),
        ({"filter_in_situ": Answer.UNKNOWN}, "filter_in_situ"),
        ({"discharged_at": london("2026-03-11T10:01")}, "discharged_at"),
        ({"discharged_at": london("2026-03-09T10:59")}, "discharged_at"),
    ],
)
def test_an_incomplete_discharge_is_refused(changes: dict[str, Any], field: str) -> None:
    assert going_home().refused(discharge(**changes)) == {("R-DIS-1", field, "2.6")}


@pytest.mark.parametrize(
    "changes",
    [
        {"anticoagulant": None, "anticoagulant_contraindication": "Bleeding ulcer"},
        {"no_adverse_event_so_far": False, "adverse_events": "Haematoma"},
        {"filter_in_situ": Answer.NO},
    ],
)
def test_what_is_answered_does_not_hold_up_a_discharge(changes: dict[str, Any]) -> None:
    assert going_home().refused(discharge(**changes)) == set()


@pytest.mark.parametrize("case", [on_the_day(), started()])
def test_there_is_no_discharge_without_a_finished_procedure(case: Case) -> None:
    assert case.refused(discharge()) == {("R-DIS-1", "", "2.6")}


def test_a_discharge_has_no_place_for_a_stop_date() -> None:
    fields = {*Discharge.model_fields, *AnticoagulantPlan.model_fields}
    assert not [name for name in fields if "stop" in name or "end" in name]


def test_treatment_lasts_three_calendar_months_at_least_not_ninety_days() -> None:
    assert min_until(started().moment) == date(2026, 6, 9)


def test_a_supply_that_ends_before_the_minimum_is_told_at_once() -> None:
    case = discharged(anticoagulant=treatment(supply_until=date(2026, 6, 8)))
    found = open_task(case, "supply_gap")
    assert found is not None
    assert (found.role, found.due_at) == (Role.ANTICOAG_CLINIC, case.now)


def test_a_supply_that_lasts_to_the_minimum_is_no_gap() -> None:
    assert open_task(discharged(anticoagulant=treatment(supply_until=date(2026, 6, 9))), "supply_gap") is None


def test_a_review_before_any_procedure_is_refused() -> None:
    assert on_the_day().refused(clinic_review()) == {("R-ACO-1", "", "2.6")}


def test_continuing_with_the_next_review_booked_stands() -> None:
    assert at_clinic("2026-06-01T10:00").refused(clinic_review()) == set()


@pytest.mark.parametrize(
    ("due", "stands"),
    [(None, False), (date(2027, 6, 1), True), (date(2027, 6, 2), False), (date(2026, 6, 1), False)],
)
def test_while_treatment_goes_on_it_is_reviewed_at_least_yearly(due: date | None, stands: bool) -> None:
    expected = set() if stands else {("R-ACO-4", "next_review_due", "2.6")}
    assert at_clinic("2026-06-01T10:00").refused(clinic_review(next_review_due=due)) == expected


def test_a_review_of_tomorrow_is_refused() -> None:
    future = clinic_review(attended_on=date(2026, 6, 2))
    assert at_clinic("2026-06-01T10:00").refused(future) == {("R-ACO-1", "attended_on", "2.6")}


def test_a_discussed_stop_after_the_minimum_stands() -> None:
    assert at_clinic().refused(stop()) == set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patient_discussed": False}, "patient_discussed"),
        ({"decision_maker": "nobody-1"}, "decision_maker"),
        ({"attended_on": date(2026, 6, 8)}, "decision"),
    ],
)
def test_a_stop_without_person_discussion_or_minimum_is_refused(changes: dict[str, Any], field: str) -> None:
    assert at_clinic().refused(stop(**changes)) == {("R-ACO-1", field, "2.6")}


def test_a_person_without_any_role_decides_no_stop() -> None:
    known = STAFF | {"left-1": frozenset()}
    assert at_clinic(staff=known).refused(stop(decision_maker="left-1")) == {("R-ACO-1", "decision_maker", "2.6")}


@pytest.mark.parametrize("reason", ["bleeding", "contraindication"])
def test_an_early_stop_needs_bleeding_or_a_contraindication(reason: str) -> None:
    early = at_clinic("2026-04-20T10:00")
    seen = date(2026, 4, 20)
    assert early.refused(stop(attended_on=seen)) == {("R-ACO-1", "decision", "2.6")}
    assert early.refused(stop(attended_on=seen, stopped_early_because=reason)) == set()


PROMPTS: dict[str, dict[str, Any]] = {
    "unprovoked": {"provoked": "unprovoked"},
    "provocation unknown": {"provoked": "unknown"},
    "stent": {"stent_in_place": Answer.YES},
    "stent unknown": {"stent_in_place": Answer.UNKNOWN},
    "filter": {"filter_in_situ": Answer.YES},
    "post-thrombotic syndrome": {"post_thrombotic_syndrome": Answer.YES},
}


@pytest.mark.parametrize("changes", PROMPTS.values(), ids=PROMPTS.keys())
def test_one_prompt_alone_asks_for_no_second_signature(changes: dict[str, Any]) -> None:
    assert at_clinic().refused(stop(**changes)) == set()


@pytest.mark.parametrize("risk", [RiskFactor.ACTIVE_CANCER, RiskFactor.PREVIOUS_VTE, RiskFactor.THROMBOPHILIA])
def test_two_prompts_ask_for_a_haematologist(risk: RiskFactor) -> None:
    ill = consented(told(signed(mdt_reviewed(classified(iliofemoral_left(risk_factors=frozenset({risk})))))))
    case = discharged(registered(ended(started(ill)))).when("2026-06-10T10:00")
    assert case.refused(stop(stent_in_place=Answer.YES)) == {("R-ACO-2", "co_signed_by", "2.6")}
    assert case.refused(stop(stent_in_place=Answer.YES, co_signed_by="vs-1")) == {("R-ACO-2", "co_signed_by", "2.6")}
    assert case.refused(stop(stent_in_place=Answer.YES, co_signed_by="hae-1")) == set()


def test_prompts_never_hold_up_continuing() -> None:
    everything = clinic_review(provoked="unprovoked", stent_in_place=Answer.YES, filter_in_situ=Answer.YES)
    assert at_clinic("2026-06-01T10:00").refused(everything) == set()


def test_silence_continues_and_escalates() -> None:
    silent = discharged().until("2026-07-31T12:00")
    task = open_task(silent, "anticoagulation_review")
    assert task is not None
    assert task.escalated_to == (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD)
    assert "continues" in task.why
    assert reviewed(silent.moment) is None


def test_the_review_opens_three_weeks_before_the_minimum() -> None:
    assert open_task(discharged().when("2026-05-18T23:59"), "anticoagulation_review") is None
    task = open_task(discharged().when("2026-05-19T00:00"), "anticoagulation_review")
    assert task is not None
    assert task.due_at == london("2026-06-02T17:00")
    assert decide.status(discharged().when("2026-05-19T00:00").moment) == Status.ANTICOAG_FOLLOWUP


def test_an_early_visit_is_not_the_three_month_review() -> None:
    early = (
        discharged()
        .when("2026-04-20T10:00")
        .writes(clinic_review(attended_on=date(2026, 4, 20), next_review_due=date(2026, 6, 1)))
    )
    assert reviewed(early.moment) is None


def test_the_review_ends_the_wait() -> None:
    assert reviewed(seen_at_clinic().moment) is not None
    assert decide.status(seen_at_clinic().moment) == Status.LONG_TERM_FOLLOWUP


def test_the_second_signature_under_a_stop_is_a_second_person() -> None:
    case = discharged().when("2026-06-10T10:00")

    both = stop(stent_in_place=Answer.YES, filter_in_situ=Answer.YES, decision_maker="hae-1", co_signed_by="hae-1")

    assert case.refused(both) == {("R-ACO-2", "co_signed_by", "2.6")}


def test_a_registry_clerk_cannot_decide_to_stop() -> None:
    case = discharged().when("2026-06-10T10:00")

    assert ("R-ACO-1", "decision_maker", "2.6") in case.refused(stop(decision_maker="clerk-1"))


def test_a_review_booked_after_the_minimum_is_refused_at_discharge() -> None:
    case = registered().when("2026-03-11T10:00")

    assert case.refused(discharge(review_booked_on=date(2026, 6, 10))) == {("R-DIS-1", "review_booked_on", "2.6")}
    assert case.refused(discharge(review_booked_on=date(2026, 6, 9))) == set()
