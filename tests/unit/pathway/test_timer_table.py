"""Every timer of clinical.md 3 by the calendar: worked out by hand, over clock changes, leap days and holidays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.pathway import decide
from shared.pathway.civil_time import civil
from shared.pathway.clock_marks import TimerFired
from shared.pathway.duties import Timer
from shared.pathway.pathway import fold
from shared.pathway.people import PATENCY
from tests.forms.filled import london
from tests.patients import Case
from tests.unit.pathway.anchored import ANCHORED, permission

TABLE = """
# what, rung                  | counted from     | nation           | due on     | fires in London at
T-14D                amber    | 2026-03-23T10:00 | england          | 2026-03-30 | 2026-03-30T00:00
T-14D                red      | 2026-10-16T10:00 | england          | 2026-10-26 | 2026-10-26T00:00
T-14D                past_window | 2028-02-16T23:30 | england       | 2028-03-01 | 2028-03-02T00:00
T-14D                past_window | 2027-02-16T23:30 | england       | 2027-03-02 | 2027-03-03T00:00
T-14D                amber    | 2026-12-25T00:10 | england          | 2027-01-01 | 2027-01-01T00:00
T-REF-1              triage   | 2026-04-02T10:00 | england          | 2026-04-07 | 2026-04-07T17:00
T-REF-1              triage   | 2026-04-02T10:00 | scotland         | 2026-04-06 | 2026-04-06T17:00
T-REF-1              triage   | 2026-12-24T16:00 | england          | 2026-12-29 | 2026-12-29T17:00
T-REF-1              triage   | 2026-12-31T09:00 | scotland         | 2027-01-05 | 2027-01-05T17:00
T-REF-1              triage   | 2026-12-31T09:00 | england          | 2027-01-04 | 2027-01-04T17:00
T-REF-1              triage   | 2026-07-10T09:00 | northern_ireland | 2026-07-14 | 2026-07-14T17:00
T-REF-1              triage   | 2026-03-16T09:00 | northern_ireland | 2026-03-18 | 2026-03-18T17:00
T-REF-1              triage   | 2026-11-27T09:00 | scotland         | 2026-12-01 | 2026-12-01T17:00
T-REF-1 urgent       triage   | 2026-03-28T23:00 | england          | 2026-03-29 | 2026-03-29T04:00
T-REF-1 urgent       triage   | 2026-10-24T23:00 | england          | 2026-10-25 | 2026-10-25T02:00
T-MDT                due      | 2026-04-01T10:00 | england          | 2026-04-07 | 2026-04-07T17:00
T-MDT                due      | 2026-04-01T10:00 | scotland         | 2026-04-06 | 2026-04-06T17:00
T-MDT                due      | 2026-08-27T10:00 | england          | 2026-09-01 | 2026-09-01T17:00
T-MDT                due      | 2026-08-27T10:00 | scotland         | 2026-08-31 | 2026-08-31T17:00
T-MDT                due      | 2026-12-23T10:00 | england          | 2026-12-29 | 2026-12-29T17:00
T-MDT                latest_day | 2026-03-25T10:00 | england        | 2026-04-02 | 2026-04-02T17:00
T-MDT                latest_day | 2026-08-21T10:00 | england        | 2026-08-28 | 2026-08-28T17:00
T-MDT                latest_day | 2026-08-21T10:00 | scotland       | 2026-08-31 | 2026-08-31T17:00
T-GOV                send     | 2026-10-25T00:50 | england          | 2026-10-25 | 2026-10-25T01:05
T-GOV                undelivered | 2026-03-28T22:00 | england       | 2026-03-29 | 2026-03-29T03:00
T-GOV                acknowledge | 2026-04-02T15:00 | england       | 2026-04-07 | 2026-04-07T17:00
T-GOV                acknowledge_again | 2026-04-02T15:00 | england | 2026-04-08 | 2026-04-08T17:00
T-GOV                acknowledge | 2026-12-24T15:00 | england       | 2026-12-29 | 2026-12-29T17:00
T-GOV                acknowledge | 2026-06-12T10:00 | scotland      | 2026-06-16 | 2026-06-16T17:00
T-EMG                governance | 2026-03-28T15:00 | england        | 2026-03-29 | 2026-03-29T16:00
T-EMG                governance | 2026-12-25T03:15 | england        | 2026-12-26 | 2026-12-26T03:15
T-EMG broken         break_glass_review | 2026-10-24T18:00 | england | 2026-10-25 | 2026-10-25T17:00
T-EMG without MDT    retrospective_mdt | 2026-05-02T03:15 | england | 2026-05-05 | 2026-05-05T17:00
T-EMG without MDT    retrospective_mdt | 2026-12-24T22:00 | england | 2026-12-29 | 2026-12-29T17:00
T-EMG without MDT    retrospective_mdt | 2026-12-31T22:00 | scotland | 2027-01-05 | 2027-01-05T17:00
T-EMG without MDT    retrospective_mdt | 2026-07-11T03:00 | northern_ireland | 2026-07-14 | 2026-07-14T17:00
T-OFFER              lapse    | 2026-03-26T14:00 | england          | 2026-04-02 | 2026-04-02T14:00
T-OFFER              lapse    | 2026-10-22T14:00 | england          | 2026-10-29 | 2026-10-29T14:00
T-OFFER              lapse    | 2028-02-25T14:00 | england          | 2028-03-03 | 2028-03-03T14:00
T-OFFER              lapse    | 2026-03-22T01:30 | england          | 2026-03-29 | 2026-03-29T02:30
T-CON                re_consent | 2026-03-20T10:00 | england        | 2026-04-03 | 2026-04-03T10:00
T-CON                re_consent | 2028-02-16T10:00 | england        | 2028-03-01 | 2028-03-01T10:00
T-CON                re_consent | 2026-10-15T01:30 | england        | 2026-10-29 | 2026-10-29T01:30
T-LABS               h24      | 2026-03-28T11:00 | england          | 2026-03-29 | 2026-03-29T12:00
T-LABS               h72      | 2026-10-23T11:00 | england          | 2026-10-26 | 2026-10-26T10:00
T-LABS               h48      | 2028-02-28T11:00 | england          | 2028-03-01 | 2028-03-01T11:00
T-FIL                review   | 2026-03-23T10:00 | england          | 2026-04-02 | 2026-04-02T17:00
T-FIL                review   | 2026-03-23T10:00 | scotland         | 2026-04-06 | 2026-04-06T17:00
T-FIL                amber    | 2026-03-01T10:00 | england          | 2026-03-30 | 2026-03-30T00:00
T-FIL                red      | 2026-03-09T10:00 | england          | 2026-05-02 | 2026-05-02T00:00
T-FIL                critical | 2026-06-29T10:00 | england          | 2026-08-31 | 2026-08-31T00:00
T-FIL forgotten      weekly_1 | 2026-06-29T10:00 | england          | 2026-09-07 | 2026-09-07T00:00
T-FIL leaves early   critical | 2026-03-09T10:00 | england          | 2026-04-24 | 2026-04-24T00:00
T-FIL                target   | 2026-03-09T10:00 | england          | 2026-04-02 | 2026-04-02T17:00
T-FIL                plan     | 2026-03-28T15:00 | england          | 2026-03-29 | 2026-03-29T16:00
T-AE30               check    | 2026-03-09T09:30 | england          | 2026-04-08 | 2026-04-08T00:00
T-AE30               check    | 2028-01-30T09:30 | england          | 2028-02-29 | 2028-02-29T00:00
T-YC serious         device_4 | 2026-03-28T18:00 | england          | 2026-03-29 | 2026-03-29T19:00
T-YC                 device_4 | 2026-03-30T18:00 | england          | 2026-04-08 | 2026-04-08T17:00
T-YC                 device_4 | 2026-12-21T18:00 | england          | 2026-12-30 | 2026-12-30T17:00
T-DOC                in_person_4 | 2026-08-28T12:00 | england       | 2026-09-01 | 2026-09-01T17:00
T-DOC                written_4 | 2026-12-18T12:00 | england         | 2027-01-06 | 2027-01-06T17:00
T-DOC                written_4 | 2026-12-18T12:00 | scotland        | 2027-01-07 | 2027-01-07T17:00
T-REG                draft    | 2026-12-22T09:30 | england          | 2026-12-24 | 2026-12-24T17:00
T-REG                submit   | 2026-08-17T09:30 | england          | 2026-08-28 | 2026-08-28T17:00
T-REG                submit   | 2026-08-17T09:30 | scotland         | 2026-08-31 | 2026-08-31T17:00
T-REG                submit   | 2026-05-11T09:30 | england          | 2026-05-22 | 2026-05-22T17:00
T-SUP                check    | 2026-04-20T00:00 | england          | 2026-04-02 | 2026-04-02T00:00
T-SUP                check    | 2026-08-28T00:00 | england          | 2026-08-14 | 2026-08-14T00:00
T-3M                 escalate | 2025-11-30T09:30 | england          | 2026-02-28 | 2026-02-28T00:00
T-3M                 escalate | 2027-11-30T09:30 | england          | 2028-02-29 | 2028-02-29T00:00
T-3M                 escalate | 2026-05-31T09:30 | england          | 2026-08-31 | 2026-08-31T00:00
T-3M                 escalate | 2026-05-02T00:15 | england          | 2026-08-02 | 2026-08-02T00:00
T-3M                 opens    | 2026-05-31T09:30 | england          | 2026-08-10 | 2026-08-10T00:00
T-3M                 due      | 2026-05-02T09:30 | england          | 2026-07-24 | 2026-07-24T17:00
T-3M                 due      | 2026-04-20T09:30 | northern_ireland | 2026-07-10 | 2026-07-10T17:00
T-LT                 m6       | 2026-03-31T09:30 | england          | 2026-09-30 | 2026-09-30T00:00
T-LT                 m12      | 2028-02-29T09:30 | england          | 2029-02-28 | 2029-02-28T00:00
T-LT                 m24      | 2026-02-28T09:30 | england          | 2028-02-28 | 2028-02-28T00:00
T-LT                 m6_missed | 2026-03-09T09:30 | england         | 2026-10-09 | 2026-10-10T00:00
T-1Y                 review   | 2028-02-29T00:00 | england          | 2028-02-29 | 2028-02-29T00:00
T-AUTH               days_60  | 2027-03-31T00:00 | england          | 2027-01-30 | 2027-01-30T00:00
T-AUTH               days_30  | 2027-03-31T00:00 | england          | 2027-03-01 | 2027-03-01T00:00
T-AUTH               days_0   | 2027-03-31T00:00 | england          | 2027-03-31 | 2027-03-31T00:00
T-XFER               unaccepted | 2026-10-24T20:00 | england        | 2026-10-25 | 2026-10-25T19:00
T-XFER               unaccepted | 2026-12-24T20:00 | england        | 2026-12-25 | 2026-12-25T20:00
"""
ROWS = [[part.strip() for part in line.split("|")] for line in TABLE.splitlines() if line and line[0] != "#"]
IN_SPEC = {
    *("T-14D", "T-MDT", "T-GOV", "T-EMG", "T-OFFER", "T-CON", "T-LABS", "T-FIL", "T-AE30", "T-YC", "T-DOC", "T-REG"),
    *("T-SUP", "T-3M", "T-1Y", "T-LT", "T-AUTH", "T-XFER", "T-REF-1"),
}
PATHWAYS = sorted(ANCHORED)


def timers(what: str, wall: str, nation: str) -> list[Timer]:
    if what == "T-AUTH":
        return list(permission(wall))
    found = decide.timers(ANCHORED[what](wall, nation).moment)
    return [view.timer for view in found if view.timer.id == what.split(maxsplit=1)[0]]


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row[:3]) for row in ROWS])
def test_a_timer_is_due_on_its_day_and_fires_at_its_hour(row: list[str]) -> None:
    name, wall, nation, due_on, fires = row
    what, rung = name.rsplit(maxsplit=1)
    found = [(each.due_on.isoformat(), each.due_at) for each in timers(what.strip(), wall, nation) if each.rung == rung]
    assert found == [(due_on, london(fires))]


def test_the_table_has_every_timer_of_the_specification_and_sixty_cases() -> None:
    assert {row[0].split(maxsplit=1)[0] for row in ROWS} == IN_SPEC
    assert len(ROWS) >= 60


FIRST = datetime.fromisoformat("2025-01-07T09:00")
anchors = st.integers(0, 60 * 24 * 1200).map(lambda minutes: FIRST + timedelta(minutes=minutes))
nations = st.sampled_from(["england", "wales", "scotland", "northern_ireland"])
often = settings(max_examples=150, deadline=None)


def anchored(what: str, at: datetime, nation: str) -> Case:
    return ANCHORED[what](at.isoformat(timespec="minutes"), nation)


def fired(case: Case) -> list[TimerFired]:
    return [each.record for each in case.pathway.entries if isinstance(each.record, TimerFired)]


@often
@given(st.sampled_from(PATHWAYS), anchors, nations, st.lists(st.integers(1, 60 * 24 * 40), min_size=1, max_size=6))
def test_a_timer_fires_once_and_never_early(what: str, at: datetime, nation: str, looks: list[int]) -> None:
    case = anchored(what, at, nation)
    for minutes in looks:
        case = case.until(case.now + timedelta(minutes=minutes))
        assert all(each.due_at <= case.now for each in fired(case))
    keys = [each.key for each in fired(case)]
    assert len(keys) == len(set(keys))


@often
@given(st.sampled_from(PATHWAYS), anchors, nations)
def test_every_timer_that_is_pending_fires_when_its_time_has_come(what: str, at: datetime, nation: str) -> None:
    case = anchored(what, at, nation)
    soon = decide.next_due_at(case.moment)
    if soon is None or soon < case.now:
        return
    before = case.until(soon - timedelta(minutes=1)) if soon - timedelta(minutes=1) > case.now else case
    after = case.until(soon)
    assert {each.due_at for each in fired(after)} - {each.due_at for each in fired(before)} == {soon}


@often
@given(st.sampled_from(PATHWAYS), anchors, anchors, nations)
def test_a_corrected_anchor_makes_new_timers_and_keeps_what_fired(
    what: str, wrong: datetime, right: datetime, nation: str
) -> None:
    """The record is put right: what fired before stays written, and the timers are those of the right anchor."""
    first = anchored(what, wrong, nation)
    noticed = first.until(first.now + timedelta(days=20))
    marks = [each for each in noticed.pathway.entries if isinstance(each.record, TimerFired)]
    truth = anchored(what, right, nation)
    last = truth.pathway.version
    moved = [replace(each, seq=last + n) for n, each in enumerate(marks, start=1)]
    corrected = replace(truth, now=max(noticed.now, truth.now), pathway=fold(truth.pathway, moved))
    mine = {view.timer.key for view in decide.timers(corrected.moment)}
    assert {view.timer.key for view in decide.timers(replace(truth, now=corrected.now).moment)} == mine
    again = [each.key for each in decide.due(corrected.moment)]
    assert not set(again) & {each.record.key for each in marks if isinstance(each.record, TimerFired)}


def test_a_corrected_anchor_that_lies_in_the_past_fires_at_once() -> None:
    late = anchored("T-3M", datetime.fromisoformat("2026-01-05T09:30"), "england")
    case = replace(late, now=london("2026-06-01T09:00"))
    assert {each.rung for each in decide.due(case.moment) if each.timer == "T-3M"} == {"opens", "due", "escalate"}


def test_no_day_of_the_table_is_a_day_of_utc() -> None:
    """The civil day of each timer that fires at midnight is London's, also where UTC still has the day before."""
    found = [row for row in ROWS if row[4].endswith("T00:00") and london(row[4]).hour == 23]
    assert found
    assert all(civil(london(row[4])) == datetime.fromisoformat(row[4]).date() for row in found)


def test_the_clock_marks_are_written_by_the_system_alone() -> None:
    case = anchored("T-3M", datetime.fromisoformat("2026-01-05T09:30"), "england").until("2026-07-01T00:00")
    assert {each.by for each in case.pathway.entries if isinstance(each.record, TimerFired)} == {PATENCY}
