"""What pages stop saying, or say otherwise, once it is over: urgency, a step taken back, a filter's colour, days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.pages.case.history import deadlines
from services.pages.case.tracks import lines
from services.pages.records.scene import urgency_of
from shared.contracts.steps import Step
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from shared.pathway.duties import TaskState
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.web import answers
from shared.web.pages.shown.banner import leg_words
from shared.web.pages.shown.conditions import conditions
from shared.web.pages.shown.filter_clock import filter_clock
from shared.web.pages.shown.flags import flags
from shared.web.pages.shown.picture import Place, pathway_picture
from shared.web.pages.shown.timeline import timer_words
from shared.web.shapes import ShownGate, ShownNotice, ShownTask, ShownTimer
from shared.web.tracks import tracks
from shared.web.tracks_devices import FilterShown
from tests import patients
from tests import tracks as stories
from tests.forms.consent import withdrawal

NOW = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
LED = (Step.REFERRAL, Step.MDT_REVIEW, Step.GOVERNANCE_NOTIFICATION, Step.CONSENT)


def task(kind: str, due_at: datetime | None = NOW) -> ShownTask:
    return ShownTask(
        kind=kind, key="", role=Role.GOVERNANCE_LEAD, state=TaskState.OPEN, opened_at=NOW, due_at=due_at, due_on=None,
        escalated_to=(), why="",
    )  # fmt: skip


def states(places: tuple[Place, ...]) -> list[str]:
    return [place.state for place in places]


def test_a_step_that_was_taken_back_leads_to_none() -> None:
    places = pathway_picture(LED, (), now=NOW, taken_back=(Step.CONSENT,))

    assert states(places) == ["done", "done", "withdrawn", "waiting", "waiting", "waiting"]


def test_a_procedure_that_had_begun_is_still_shown_after_a_withdrawal() -> None:
    places = pathway_picture(LED, (), now=NOW, taken_back=(Step.CONSENT,), begun=True)

    assert states(places)[2:4] == ["withdrawn", "current"]


def test_governance_is_not_called_told_while_it_has_not_acknowledged() -> None:
    places = pathway_picture(LED, (task("governance_acknowledgement"),), now=NOW)

    assert states(places)[2:4] == ["unread", "current"]
    assert [step.tag.text for step in places[2].steps] == ["Not acknowledged", "Done"]


def test_who_waits_at_a_step_is_told_in_the_order_of_the_deadlines() -> None:
    days = (None, 2, 1)
    asked = [task("governance_acknowledgement", None if day is None else NOW + timedelta(days=day)) for day in days]
    (waits,) = [step.waits for step in pathway_picture(LED, asked, now=NOW)[2].steps if step.waits]

    assert [wait.due.at[:2] for wait in waits] == ["10", "11", ""]


def test_nothing_is_urgent_once_the_patient_is_treated() -> None:
    before, after = patients.on_the_day().moment, patients.started().moment

    assert urgency_of(before, answers.pathway(before)) == Urgency.ROUTINE_URGENT
    assert urgency_of(after, answers.pathway(after)) is None


@pytest.mark.parametrize(("wall", "colour"), [("2026-03-20", "blue"), ("2026-04-08", "orange"), ("2026-05-05", "red")])
def test_the_flag_of_a_filter_has_the_colour_of_its_clock(wall: str, colour: str) -> None:
    moment = stories.with_filter().until(f"{wall}T12:00").moment

    assert [tag.colour for tag in flags(tracks(moment), moment)] == [colour]


def test_a_filter_that_is_due_on_a_holiday_names_the_working_day_before() -> None:
    moment = stories.with_filter().moment
    (track,) = [each for each in tracks(moment) if isinstance(each, FilterShown)]
    clock = filter_clock(track, moment.policy, moment.pathway.nation)

    assert track.target_on == date(2026, 4, 6)
    assert clock.words[1].startswith("To be out by 6 April 2026 (last working day before: 2 April 2026).")


def consent_line(moment: Moment) -> tuple[str, tuple[str, ...]]:
    found = next(each for each in lines(tracks(moment), moment, {}) if each.what == "Consent")
    assert found.state
    return found.state.text, found.words


def test_a_consent_is_used_as_soon_as_its_procedure_began() -> None:
    assert consent_line(patients.on_the_day().moment)[0] == "Stands"
    state, words = consent_line(patients.started().moment)
    assert state == "Used for its procedure"
    assert not any(each.startswith("Confirmed today") for each in words)


def test_a_consent_that_was_withdrawn_in_the_room_is_not_called_used() -> None:
    assert consent_line(patients.started().writes(withdrawal()).moment)[0] == "Withdrawn"


def test_the_days_of_a_deadline_are_those_of_the_policy() -> None:
    red = {"timer": "T-14D", "rung": "red"}

    assert timer_words(red, ahead=True) == "Day 10 of 14 begins: 4 days left"
    assert timer_words(red) == "Day 10 of 14 began: 4 days left"


def test_two_legs_are_legs() -> None:
    assert leg_words(tuple(Side)) == "LEFT and RIGHT legs"
    assert leg_words((Side.LEFT,)) == "LEFT leg"


def test_what_is_not_met_stands_first_and_what_is_met_apart() -> None:
    given = (("G2", "open", "1.1"), ("G1", "at_sign_in", "D"), ("G7", "shut", "YR3"))
    gates = [ShownGate.model_validate({"id": i, "state": s, "reason": "", "paragraph": p}) for i, s, p in given]
    found = conditions(gates)

    assert [(row.id, row.paragraph) for row in found.rows] == [
        ("G7", "Your responsibility 3"),
        ("G1", "Local rule"),
    ]
    assert [(row.id, row.paragraph) for row in found.met] == [("G2", "IPG651, paragraph 1.1")]
    assert found.met_summary == "1 condition is met"


def test_deadlines_of_several_notices_say_which_notice_is_meant() -> None:
    later = NOW + timedelta(hours=1)
    notices = [
        ShownNotice(
            number=number, about="mdt_offer", owed_at=at, dispatches=(), delivered_at=None, acknowledged_at=None,
            acknowledged_by=None,
        )
        for number, at in enumerate((NOW, later), start=1)
    ]  # fmt: skip
    timer = ShownTimer(
        id="T-GOV", rung="acknowledge", anchor_field="mdt_offer_at", anchor_value=later.isoformat(), due_at=later,
        due_on=later.date(), state="pending", fired_at=None,
    )  # fmt: skip

    assert deadlines([timer], notices)[0].what == "Notice 2: governance will be reminded to acknowledge"
    assert deadlines([timer], notices[1:])[0].what == "Governance will be reminded to acknowledge"
