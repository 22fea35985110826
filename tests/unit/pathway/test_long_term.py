"""Visits at 6, 12 and 24 months, what they find, and who is lost (T-LT, R-PTS-1..5; IPG651 3.2)."""

from datetime import date
from typing import Any

import pytest

from shared.contracts.steps import Step
from shared.pathway import decide
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer
from shared.pathway.contact import Appointment, ContactAttempt, DidNotAttend
from shared.pathway.instruments.villalta import Villalta
from shared.pathway.long_term import LegOutcome, LongTermVisit, PtsReferral, Visit, VisitNotMade
from shared.pathway.long_term_rules import label
from tests.forms.filled import filled, london
from tests.patients import Case, consented, seen_at_clinic
from tests.unit.pathway.timetable import days, states

ZEROS = dict.fromkeys((name for name in Villalta.model_fields if name != "ulcer"), 0)


def leg(side: Side = Side.LEFT, *, ulcer: bool = False, **items: int) -> LegOutcome:
    return LegOutcome(
        side=side,
        villalta=Villalta(**(ZEROS | items), ulcer=ulcer),
        patency="patent",
        reflux=Answer.NO,
        stent="none",
        compression_worn=Answer.NO,
    )


def visit(**changes: Any) -> LongTermVisit:
    given = {
        "visit": Visit.M6,
        "visited_on": date(2026, 9, 9),
        "way": "clinic",
        "legs": (leg(pain=1, heaviness=2, paraesthesia=1, oedema=1, pigmentation=1, ectasia=1),),
        "recurrence": Answer.NO,
        "pulmonary_embolism": Answer.NO,
    }
    return filled(LongTermVisit, given, changes)


def in_september(day: str = "2026-09-09") -> Case:
    return seen_at_clinic().when(f"{day}T10:00")


def open_tasks(case: Case, kind: str) -> dict[str, date | None]:
    found = (each for each in decide.tasks(case.moment) if each.kind == kind and each.state == "open")
    return {each.key: each.due_at.date() if each.due_at else None for each in found}


def missed() -> DidNotAttend:
    return DidNotAttend(appointment=Appointment.LONG_TERM_VISIT, appointment_on=date(2026, 9, 8))


def attempt(*, reached: bool = False) -> ContactAttempt:
    return ContactAttempt(
        tried_at=london("2026-09-09T09:00"), way="telephone", reached=reached, note="will come" if reached else None
    )


def test_the_visits_fall_6_12_and_24_months_after_the_procedure() -> None:
    assert days(seen_at_clinic(), "T-LT") == {
        "m6": "2026-09-09",
        "m12": "2027-03-09",
        "m24": "2028-03-09",
        "m6_missed": "2026-10-09",
        "m12_missed": "2027-04-08",
        "m24_missed": "2028-04-08",
    }


@pytest.mark.parametrize(("day", "asked"), [("2026-08-09", {}), ("2026-08-10", {"m6": date(2026, 9, 9)})])
def test_a_visit_is_asked_for_from_its_window_on(day: str, asked: dict[str, date]) -> None:
    assert open_tasks(in_september(day), "long_term_visit") == asked


def test_a_visit_on_its_day_stands_and_meets_its_timer() -> None:
    case = in_september().writes(visit())
    assert open_tasks(case, "long_term_visit") == {}
    assert states(case, "T-LT") == {"met", "pending"}


@pytest.mark.parametrize("on", ["2026-08-09", "2026-10-10"])
def test_a_visit_outside_its_month_is_refused(on: str) -> None:
    case = in_september("2026-10-12")
    assert case.refused(visit(visited_on=date.fromisoformat(on))) == {("R-PTS-1", "visited_on", "3.2")}


def test_a_visit_tomorrow_is_refused() -> None:
    assert in_september().refused(visit(visited_on=date(2026, 9, 10))) == {("R-PTS-1", "visited_on", "3.2")}


def test_only_a_treated_leg_is_followed_up() -> None:
    assert in_september().refused(visit(legs=(leg(Side.RIGHT),))) == {("R-PTS-2", "legs", "3.2")}


def test_a_leg_written_twice_is_refused() -> None:
    assert in_september().refused(visit(legs=(leg(), leg()))) == {("R-PTS-2", "legs", "3.2")}


def test_without_a_procedure_there_is_nothing_to_follow_up() -> None:
    assert ("R-PTS-1", "", "3.2") in consented().refused(visit(visited_on=date(2026, 3, 6)))
    assert days(consented(), "T-LT") == {}


@pytest.mark.parametrize(("on", "name"), [("2026-06-08", "severity"), ("2026-06-09", "post_thrombotic_syndrome")])
def test_villalta_before_3_months_is_never_called_post_thrombotic_syndrome(on: str, name: str) -> None:
    assert label(seen_at_clinic().moment, date.fromisoformat(on)) == name


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        (leg(pain=3, cramps=3, heaviness=3), False),
        (leg(pain=3, cramps=3, heaviness=3, oedema=1), True),
        (leg(ulcer=True), True),
    ],
    ids=["nine", "ten", "ulcer"],
)
def test_an_ulcer_or_ten_points_ask_for_a_referral(found: LegOutcome, asked: bool) -> None:
    case = in_september().writes(visit(legs=(found,)))
    assert bool(open_tasks(case, "pts_referral")) is asked


def test_a_referral_answers_what_was_asked() -> None:
    case = in_september().writes(visit(legs=(leg(ulcer=True),)))
    referred = PtsReferral(side=Side.LEFT, referred_on=date(2026, 9, 9), to_team="Vascular clinic")
    assert open_tasks(case.writes(referred), "pts_referral") == {}


def test_a_missing_item_asks_for_no_referral_by_its_sum() -> None:
    items = Villalta(**(ZEROS | {"pain": 3, "cramps": 3, "heaviness": 3, "oedema": 3, "redness": None}), ulcer=False)
    case = in_september().writes(visit(legs=(leg().model_copy(update={"villalta": items}),)))
    assert open_tasks(case, "pts_referral") == {}


def test_lost_is_an_outcome_only_after_three_attempts() -> None:
    not_made = VisitNotMade(visit=Visit.M6, because="lost_to_followup")
    case = in_september().writes(missed()).writes(attempt()).writes(attempt())
    assert case.refused(not_made) == {("R-PTS-5", "because", "3.2")}
    assert open_tasks(case.writes(attempt()).writes(not_made), "long_term_visit") == {}


def test_a_patient_who_was_reached_is_not_lost() -> None:
    case = in_september().writes(missed()).writes(attempt()).writes(attempt()).writes(attempt(reached=True))
    assert case.refused(VisitNotMade(visit=Visit.M6, because="lost_to_followup")) == {("R-PTS-5", "because", "3.2")}


def test_a_visit_that_is_not_owed_needs_no_reason() -> None:
    assert in_september().refused(VisitNotMade(visit=Visit.M60, because="patient_declined")) == {
        ("R-PTS-5", "visit", "3.2")
    }


def test_a_missed_window_tells_the_auditor() -> None:
    case = in_september("2026-10-10")
    told = {each.escalated_to for each in decide.tasks(case.moment) if each.kind == "long_term_visit"}
    assert told == {("auditor",)}


def test_the_outcomes_are_settled_when_every_visit_has_its_answer() -> None:
    case = in_september()
    for each in (Visit.M6, Visit.M12, Visit.M24):
        assert Step.LONG_TERM_OUTCOMES not in decide.settled(case.moment)
        case = case.writes(VisitNotMade(visit=each, because="patient_declined"))
    assert Step.LONG_TERM_OUTCOMES in decide.settled(case.moment)
