"""A filter's track: inside until somebody writes down an outcome (clinical.md 2.7, R-FIL-4)."""

from datetime import date

from shared.pathway import closure, filter_track
from shared.pathway.endings import PatientDied, TransferAccepted, TransferPart, TransferredOut
from tests import patients, patients_again, tracks
from tests.forms import filters
from tests.forms.filled import london


def only(case: patients.Case) -> filter_track.Filter:
    (found,) = filter_track.filters(case.moment)
    return found


def test_a_procedure_without_a_filter_starts_no_track() -> None:
    assert filter_track.filters(patients.ended().moment) == ()


def test_a_filter_is_known_by_its_device_and_serial_number() -> None:
    assert only(tracks.with_filter()).filter_id == "05012345678948/SN-1"
    assert only(tracks.with_filter(serial=None)).filter_id == "05012345678948/F-1"


def test_a_filter_without_an_outcome_is_inside_however_long_ago_it_was_put_in() -> None:
    case = tracks.with_filter().when("2031-03-09T10:00")
    assert [each.number for each in filter_track.in_situ(case.moment)] == [1]
    assert only(case).state == "in_situ"
    assert only(case).dwell_days(case.now) == 1826


def test_the_filter_of_a1_is_retrieved_at_dwell_23() -> None:
    case = tracks.with_filter().when("2026-04-01T12:00").writes(filters.retrieval(), patients.OPERATOR)
    later = case.when("2026-09-01T12:00")
    assert filter_track.in_situ(later.moment) == ()
    assert only(later).state == "retrieved"
    assert only(later).dwell_days(later.now) == 23


def test_a_failed_attempt_leaves_the_filter_inside() -> None:
    case = tracks.with_filter().when("2026-04-01T12:00").writes(filters.failed(), patients.OPERATOR)
    assert only(case).state == "in_situ"
    assert len(only(case).attempts) == 1


def test_a_filter_taken_out_elsewhere_is_out_and_says_so() -> None:
    case = tracks.with_filter().when("2026-04-03T12:00").writes(filters.removed_elsewhere(), patients.WARD)
    assert only(case).outcome == filter_track.Outcome("retrieved", date(2026, 4, 1), elsewhere=True)
    assert only(case).dwell_days(case.now) == 23


def test_a_filter_left_in_by_decision_is_followed_no_more_and_stays_inside() -> None:
    case = tracks.with_filter().when("2026-04-03T12:00").writes(filters.made_permanent(), patients.RADIOLOGIST)
    assert only(case).state == "permanent_by_decision"
    assert only(case).dwell_days(case.when("2026-04-08T12:00").now) == 30


def test_a_death_ends_the_track() -> None:
    news = PatientDied(died_on=date(2026, 3, 20), learned_at=london("2026-03-21T09:00"), source="family")
    case = tracks.with_filter().when("2026-03-21T10:00").writes(news, patients.WARD)
    assert only(case).outcome == filter_track.Outcome("died", date(2026, 3, 20))


def test_a_transfer_ends_the_track_only_when_the_filter_was_accepted() -> None:
    offer = TransferredOut(
        to_trust="RYY", contact="IR ward", parts=frozenset(TransferPart), reason="Nearer to her home"
    )
    case = tracks.with_filter().when("2026-03-21T10:00").writes(offer, patients.WARD)
    assert only(case).state == "in_situ"
    said = {"answer": "accepted", "by_whom": "IR consultant", "answered_at": london("2026-03-21T11:00")}
    case = case.when("2026-03-21T12:00").writes(
        TransferAccepted.model_validate({"part": TransferPart.ANTICOAGULATION} | said), patients.WARD
    )
    assert only(case).state == "in_situ"
    case = case.writes(TransferAccepted.model_validate({"part": TransferPart.FILTER} | said), patients.WARD)
    assert only(case).outcome == filter_track.Outcome("transferred_accepted", date(2026, 3, 21))


def test_a_second_filter_of_a_redo_has_a_track_of_its_own() -> None:
    first = patients.registered(tracks.with_filter())
    again = patients_again.prepared_again(first, "2026-03-20T09:00").when("2026-03-20T10:00")
    second = filters.inserted(
        serial="SN-2", inserted_at=london("2026-03-20T10:30"), plan=filters.plan(target_on=date(2026, 4, 17))
    )
    case = tracks.redone(again, second)
    assert [each.filter_id for each in filter_track.in_situ(case.moment)] == [filters.FILTER_ID, filters.SECOND_ID]
    case = case.when("2026-04-01T12:00").writes(filters.retrieval(), patients.OPERATOR)
    assert [each.number for each in filter_track.in_situ(case.moment)] == [2]


def test_the_newest_plan_counts() -> None:
    case = tracks.with_filter().when("2026-03-20T10:00")
    case = case.writes(filters.replan(target_on=date(2026, 4, 20)), patients.OPERATOR)
    assert only(case).target_on(case.policy) == date(2026, 4, 20)


def test_a_filter_inside_keeps_the_pathway_open() -> None:
    inside = [each.rule for each in closure.guards(tracks.with_filter().moment)]
    without = [each.rule for each in closure.guards(patients.ended().moment)]
    assert "R-FIL-4" in inside
    assert "R-FIL-4" not in without
