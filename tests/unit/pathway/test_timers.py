"""Every timer up to the procedure, to the day: Easter, clock changes, leap day, bank holidays (clinical.md 3)."""

from datetime import date

import pytest

from shared.pathway import decide
from shared.pathway.clock_marks import TimerFired
from shared.pathway.governance import NoticeAcknowledged
from tests.forms.consent import confirmation, consent, leaflet, withdrawal
from tests.forms.filled import london
from tests.forms.mdt_review import looked_at, mdt_review
from tests.forms.procedure import start
from tests.forms.referral import classification, imaging, limb, new_imaging, referral
from tests.forms.the_day import bloods
from tests.patients import (
    Case,
    classified,
    consented,
    discharged,
    iliofemoral_left,
    limb_under_threat,
    offered,
    on_the_day,
    reviewed,
    signed,
    started,
    told,
)
from tests.unit.pathway.timetable import days, due, instants, states, utc, written


def presented(wall: str) -> Case:
    return written((wall, referral(presentation_at=london(wall))))


def classified_on(wall: str, presentation: str, nation: str = "england") -> Case:
    first = referral(presentation_at=london(presentation))
    return written((presentation, first), (wall, classification()), nation=nation)


def test_t_14d_counts_london_days_from_presentation() -> None:
    assert due(iliofemoral_left(), "T-14D") == {
        "amber": (date(2026, 3, 9), london("2026-03-09T00:00")),
        "red": (date(2026, 3, 12), london("2026-03-12T00:00")),
        "past_window": (date(2026, 3, 16), london("2026-03-17T00:00")),
    }


@pytest.mark.parametrize(
    ("presentation", "red", "past_window", "fires"),
    [
        ("2026-03-20T10:00", "2026-03-30", "2026-04-03", "2026-04-03T23:00"),  # summer time begins on 29 March
        ("2026-10-20T10:00", "2026-10-30", "2026-11-03", "2026-11-04T00:00"),  # and ends on 25 October
        ("2028-02-20T10:00", "2028-03-01", "2028-03-05", "2028-03-06T00:00"),  # over a leap day
        ("2027-02-20T10:00", "2027-03-02", "2027-03-06", "2027-03-07T00:00"),
        ("2026-07-01T00:30", "2026-07-11", "2026-07-15", "2026-07-15T23:00"),  # still 30 June in UTC
    ],
)
def test_t_14d_over_clock_changes_and_leap_day(presentation: str, red: str, past_window: str, fires: str) -> None:
    case = presented(presentation)
    assert (days(case, "T-14D")["red"], days(case, "T-14D")["past_window"]) == (red, past_window)
    assert instants(case, "T-14D")["past_window"] == utc(fires)


def test_t_14d_is_met_by_the_start_and_never_blocks_it() -> None:
    assert states(started(), "T-14D") == {"met"}
    late = on_the_day().until("2026-03-12T13:00")
    late = late.sequence(bloods(collected_at=late.now), confirmation(confirmed_at=late.now))
    assert late.refused(start()) == set()
    assert "T-14D" in {entry.record.timer for entry in late.pathway.entries if isinstance(entry.record, TimerFired)}


def test_t_mdt_is_due_two_working_days_after_classification() -> None:
    assert due(classified(), "T-MDT") == {
        "due": (date(2026, 3, 5), london("2026-03-05T17:00")),
        "latest_day": (date(2026, 3, 12), london("2026-03-12T17:00")),
    }


@pytest.mark.parametrize(
    ("nation", "expected"), [("england", "2026-04-08"), ("scotland", "2026-04-07"), ("northern_ireland", "2026-04-08")]
)
def test_t_mdt_over_easter_depends_on_the_nation(nation: str, expected: str) -> None:
    assert days(classified_on("2026-04-02T10:00", "2026-04-01T10:00", nation), "T-MDT")["due"] == expected


def test_t_mdt_is_never_later_than_day_ten_rolled_back() -> None:
    case = classified_on("2026-04-01T10:00", "2026-03-25T10:00")  # day 10 is Saturday after Good Friday
    assert days(case, "T-MDT") == {"due": "2026-04-02"}


def test_t_mdt_of_a_late_classification_is_due_the_same_day() -> None:
    assert days(classified_on("2026-03-20T10:00", "2026-03-02T10:00"), "T-MDT") == {"due": "2026-03-20"}


def test_t_mdt_is_met_by_a_decision_and_by_the_procedure() -> None:
    assert states(reviewed(), "T-MDT") == {"pending"}
    assert states(offered(), "T-MDT") == {"met"}
    assert states(discharged(), "T-MDT") == {"met"}


def test_t_mdt_met_in_time_does_not_fire_when_the_offer_lapses_later() -> None:
    lapsed = offered().until("2026-03-12T14:00")
    assert states(lapsed, "T-MDT") == {"met"}
    assert states(reviewed(offered().when("2026-03-06T09:00")), "T-MDT") == {"met"}


def test_t_gov_chases_delivery_by_the_hour_and_acknowledgement_by_the_working_day() -> None:
    assert instants(offered(), "T-GOV") == {
        "send": london("2026-03-05T14:15"),
        "undelivered": london("2026-03-05T18:00"),
        "acknowledge": london("2026-03-06T17:00"),
        "acknowledge_again": london("2026-03-09T17:00"),
        "director": london("2026-03-10T17:00"),
    }


def offered_at(wall: str) -> Case:
    """A1 with a study, a class and a quorate offer all on another day."""
    at = london(wall)
    study = imaging(performed_at=at)
    first = referral(limb(imaging=study), presentation_at=at, diagnosis_confirmed_at=at, symptom_onset_date=at.date())
    case = Case(at).writes(first)
    return signed(classified(case).writes(mdt_review(met_at=at, imaging_reviewed=(looked_at(),))))


def test_t_gov_hours_are_true_hours_over_the_clock_change() -> None:
    found = instants(offered_at("2026-03-28T22:00"), "T-GOV")
    assert found["undelivered"] == utc("2026-03-29T02:00")
    assert found["acknowledge"] == utc("2026-03-30T16:00")


def test_t_gov_working_days_skip_easter() -> None:
    assert days(offered_at("2026-04-02T15:00"), "T-GOV") == {
        "send": "2026-04-02",
        "undelivered": "2026-04-02",
        "acknowledge": "2026-04-07",
        "acknowledge_again": "2026-04-08",
        "director": "2026-04-09",
    }


def test_t_gov_rungs_are_met_one_by_one() -> None:
    found = {view.timer.rung: view.state for view in decide.timers(told().moment) if view.timer.id == "T-GOV"}
    assert {rung for rung, state in found.items() if state == "met"} == {"send", "undelivered", "director"}
    assert {rung for rung, state in found.items() if state == "pending"} == {"acknowledge", "acknowledge_again"}
    assert states(told().writes(NoticeAcknowledged(notice=1)), "T-GOV") == {"met"}


@pytest.mark.parametrize(
    ("decided", "lapses"),
    [
        ("2026-03-05T14:00", "2026-03-12T14:00"),
        ("2026-03-26T14:00", "2026-04-02T13:00"),
        ("2026-10-22T14:00", "2026-10-29T14:00"),
        ("2028-02-25T14:00", "2028-03-03T14:00"),
    ],
)
def test_t_offer_lapses_after_seven_days_at_the_same_time_of_day(decided: str, lapses: str) -> None:
    assert instants(offered_at(decided), "T-OFFER") == {"lapse": utc(lapses)}


def test_t_offer_is_met_by_the_start_and_by_new_imaging() -> None:
    assert states(offered(), "T-OFFER") == {"pending"}
    assert states(started(), "T-OFFER") == {"met"}
    assert states(offered().when("2026-03-06T09:00").writes(new_imaging()), "T-OFFER") == {"met"}


def test_t_offer_starts_again_with_each_offer() -> None:
    again = mdt_review(met_at=london("2026-03-06T08:00"))
    case = signed(reviewed(offered().when("2026-03-06T15:00"), again))
    assert days(case, "T-OFFER") == {"lapse": "2026-03-13"}


def test_late_signatures_do_not_make_an_offer_last_longer() -> None:
    case = signed(reviewed().when("2026-03-10T09:00"))
    assert days(case, "T-OFFER") == {"lapse": "2026-03-12"}


def test_an_emergency_started_without_a_notice_owes_one_within_a_day() -> None:
    case = started(consented(signed(reviewed(classified(limb_under_threat())))))
    assert days(case, "T-EMG") == {"governance": "2026-03-10"}
    assert states(case, "T-EMG") == {"pending"}
    assert "T-EMG" in {view.timer.id for view in decide.timers(case.until("2026-03-10T10:00").moment) if view.fired_at}


@pytest.mark.parametrize(
    ("signed_at", "again"),
    [
        ("2026-03-06T10:00", "2026-03-20T10:00"),
        ("2026-03-20T10:00", "2026-04-03T09:00"),
        ("2028-02-16T10:00", "2028-03-01T10:00"),
    ],
)
def test_t_con_asks_again_after_fourteen_days(signed_at: str, again: str) -> None:
    taken = consent(signed_at=london(signed_at), written_information=leaflet(given_at=london(signed_at)))
    assert instants(written((signed_at, referral()), (signed_at, taken)), "T-CON") == {"re_consent": utc(again)}


@pytest.mark.parametrize(
    ("case", "state"),
    [(consented(), "pending"), (on_the_day().writes(withdrawal()), "met"), (started(), "met")],
)
def test_t_con_is_met_by_the_start_and_by_a_withdrawal(case: Case, state: str) -> None:
    assert states(case, "T-CON") == {state}
