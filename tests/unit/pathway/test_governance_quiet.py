"""Quiet hours: a deputy is not woken for what can wait; first notices and emergencies never wait (R-GOV-3)."""

from datetime import timedelta

import pytest

from shared.pathway.governance import LADDER, NoticeBounced, NoticeDelivered, NoticeSent
from shared.pathway.governance_notice import current
from shared.pathway.people import Role
from tests.forms.before_mdt import urgency_changed
from tests.forms.filled import london
from tests.patients import Case
from tests.unit.pathway.test_timers import offered_at
from tests.unit.pathway.timetable import instants

LEAD, DEPUTY, _DIRECTOR = LADDER
DEPUTY_TOLD = ("n1-undelivered-deputy_governance_lead", DEPUTY)


def addressed(case: Case) -> list[tuple[str, Role]]:
    notice = current(case.moment)
    return [(each.key, each.to) for each in notice.dispatches] if notice else []


def taken(wall: str) -> Case:
    """An offer of this hour, whose notice the mail system has taken."""
    return offered_at(wall).writes(NoticeSent(dispatch="n1-first", to=LEAD, recipients=1))


@pytest.mark.parametrize("wall", ["2026-03-05T15:59", "2026-03-06T03:00"])
def test_silence_by_day_brings_in_the_deputy_at_once(wall: str) -> None:
    case = taken(wall)
    assert "morning" not in instants(case, "T-GOV")
    assert DEPUTY_TOLD in addressed(case.until(london(wall) + timedelta(hours=4)))


@pytest.mark.parametrize("wall", ["2026-03-05T16:00", "2026-03-05T23:00", "2026-03-06T02:59"])
def test_silence_at_night_brings_in_the_deputy_at_seven_in_the_morning(wall: str) -> None:
    case = taken(wall)
    assert instants(case, "T-GOV")["morning"] == london("2026-03-06T07:00")
    assert addressed(case.until("2026-03-06T06:59")) == [("n1-first", LEAD)]
    assert DEPUTY_TOLD in addressed(case.until("2026-03-06T07:00"))


def test_the_hour_at_which_it_fell_silent_is_kept_all_the_same() -> None:
    case = taken("2026-03-05T20:00").until("2026-03-06T01:00")
    assert "undelivered" in {getattr(entry.record, "rung", "") for entry in case.pathway.entries}


def test_what_arrives_before_the_morning_wakes_nobody() -> None:
    case = taken("2026-03-05T20:00").until("2026-03-06T05:00").writes(NoticeDelivered(dispatch="n1-first"))
    assert addressed(case.until("2026-03-06T08:00")) == [("n1-first", LEAD)]


def test_a_notice_that_comes_back_at_night_goes_to_the_deputy_at_once() -> None:
    case = taken("2026-03-05T22:00").writes(NoticeBounced(dispatch="n1-first", cause="unknown_recipient"))
    assert ("n1-first-up", DEPUTY) in addressed(case)


def test_an_emergency_waits_for_no_morning() -> None:
    case = taken("2026-03-05T20:00")
    case = case.writes(urgency_changed())
    assert "morning" not in instants(case, "T-GOV")
    assert DEPUTY_TOLD in addressed(case.until("2026-03-06T00:00"))
