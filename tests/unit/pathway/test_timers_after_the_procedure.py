"""T-REG, T-SUP, T-3M, T-1Y to the day: Easter, clock changes, leap day, month ends, bank holidays (clinical.md 3)."""

from dataclasses import replace
from datetime import date

import pytest

from shared.pathway import decide
from shared.pathway.people import Role
from shared.pathway.record import Entry
from tests.forms.filled import london
from tests.forms.follow_up import clinic_review, discharge, treatment
from tests.forms.procedure import end, start
from tests.forms.referral import referral
from tests.patients import (
    HAEMATOLOGIST,
    Case,
    discharged,
    ended,
    registered,
    seen_at_clinic,
)
from tests.unit.pathway.timetable import days, due, instants, states, written


def treated_on(wall: str) -> Case:
    return written((wall, referral()), (wall, start()))


def supplied_until(day: date) -> Case:
    plan = discharge(anticoagulant=treatment(supply_until=day))
    wall = "2026-03-09T09:30"
    return written((wall, referral()), (wall, start()), (wall, end()), (wall, plan))


@pytest.mark.parametrize(
    ("treated", "draft", "submit"),
    [
        ("2026-03-09T09:30", "2026-03-13", "2026-03-23"),  # day 5 is a Saturday
        ("2026-12-11T09:30", "2026-12-16", "2026-12-24"),  # day 14 is Christmas Day
        ("2026-03-23T09:30", "2026-03-27", "2026-04-02"),  # day 14 is Easter Monday, 3 April Good Friday
        ("2028-02-24T09:30", "2028-02-29", "2028-03-09"),
    ],
)
def test_t_reg_rolls_back_to_a_working_day(treated: str, draft: str, submit: str) -> None:
    case = treated_on(treated)
    assert days(case, "T-REG") == {"draft": draft, "submit": submit}
    assert instants(case, "T-REG")["submit"] == london(f"{submit}T17:00")


def test_t_reg_is_met_by_the_receipt() -> None:
    assert states(ended(), "T-REG") == {"pending"}
    assert states(registered(), "T-REG") == {"met"}


@pytest.mark.parametrize(
    ("until", "check"),
    [
        (date(2026, 6, 30), "2026-06-16"),
        (date(2026, 8, 28), "2026-08-14"),
        (date(2026, 4, 17), "2026-04-02"),
        (date(2026, 4, 20), "2026-04-02"),
        (date(2028, 3, 14), "2028-02-29"),
    ],
)
def test_t_sup_checks_two_weeks_before_the_supply_ends(until: date, check: str) -> None:
    assert due(supplied_until(until), "T-SUP") == {"check": (date.fromisoformat(check), london(f"{check}T00:00"))}


@pytest.mark.parametrize(
    ("treated", "opens", "due_on", "until"),
    [
        ("2026-03-09", "2026-05-19", "2026-06-02", "2026-06-09"),  # A1
        ("2026-05-31", "2026-08-10", "2026-08-24", "2026-08-31"),  # A5: ends on a bank holiday
        ("2026-05-02", "2026-07-12", "2026-07-24", "2026-08-02"),  # A3: due on a Sunday, rolled back
        ("2025-11-30", "2026-02-07", "2026-02-20", "2026-02-28"),  # clamped to the end of February
        ("2027-11-30", "2028-02-08", "2028-02-22", "2028-02-29"),  # leap year
        ("2026-01-13", "2026-03-23", "2026-04-02", "2026-04-13"),  # due on Easter Monday
        ("2025-12-29", "2026-03-08", "2026-03-20", "2026-03-29"),  # ends as summer time begins
    ],
)
def test_t_3m_is_calendar_months_from_the_procedure(treated: str, opens: str, due_on: str, until: str) -> None:
    case = treated_on(f"{treated}T09:30")
    assert due(case, "T-3M") == {
        "opens": (date.fromisoformat(opens), london(f"{opens}T00:00")),
        "due": (date.fromisoformat(due_on), london(f"{due_on}T17:00")),
        "escalate": (date.fromisoformat(until), london(f"{until}T00:00")),
    }


def test_t_3m_counts_from_the_london_day_of_a_procedure_after_midnight() -> None:
    assert days(treated_on("2026-05-02T00:15"), "T-3M")["escalate"] == "2026-08-02"


def test_t_3m_escalates_to_haematology_and_governance() -> None:
    louder = next(v.timer for v in decide.timers(discharged().moment) if v.timer.rung == "escalate")
    assert louder.tells == (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD)


def test_t_3m_counts_from_the_latest_procedure() -> None:
    first = treated_on("2026-03-09T09:30")
    again = Entry(3, london("2026-04-10T09:30"), HAEMATOLOGIST, start())
    case = replace(first, pathway=first.pathway.with_entry(again), now=again.at)
    assert days(case, "T-3M")["escalate"] == "2026-07-10"


def test_t_3m_is_met_by_the_review_and_t_1y_begins() -> None:
    assert states(seen_at_clinic(), "T-3M") == {"met"}
    assert days(seen_at_clinic(), "T-1Y") == {"review": "2027-06-01"}


def test_after_a_stop_nothing_waits_for_next_year() -> None:
    stopped = clinic_review(attended_on=date(2026, 6, 10), decision="stop", next_review_due=None)
    assert due(discharged().when("2026-06-10T10:00").writes(stopped), "T-1Y") == {}
