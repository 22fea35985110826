"""What presenters make of the answers of the clinical core: dates, deadlines, banners, the way, the entries."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.steps import Step
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from shared.pathway.duties import TaskState
from shared.pathway.people import Role
from shared.web.pages.shown.banner import (
    Banner,
    name_words,
    pathway_banner,
    patient_banner,
    reference_words,
    side_words,
)
from shared.web.pages.shown.conditions import conditions, headed, paragraph_words
from shared.web.pages.shown.due import due
from shared.web.pages.shown.instants import born_words, grouped, instant_words, years_between
from shared.web.pages.shown.notices import notices
from shared.web.pages.shown.picture import pathway_picture
from shared.web.pages.shown.timeline import timeline, timer_words
from shared.web.pages.shown.window import window_bar
from shared.web.pages.words import spoken
from shared.web.shapes import Patient, ShownDispatch, ShownEntry, ShownGate, ShownNotice, ShownTask, Window

NOW = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
OVER = re.compile(r"\b(was|were|had|ran|opened|began|ended)\b|is reached")
SUMMER = datetime(2026, 7, 9, 9, 30, tzinfo=UTC)
PATHWAY = "3f2a9c1b-0000-4000-8000-000000000001"


def patient(**changed: Any) -> Patient:
    given: dict[str, Any] = {
        "nhs_number": "9996510018",
        "chi": None,
        "hc_number": None,
        "temporary_id": None,
        "number_status": "number_present_and_verified",
        "name": "Walker, Synthetic",
        "date_of_birth": date(1979, 11, 20),
        "sex": "male",
    }
    return Patient.model_validate(given | changed)


def banner(**changed: Any) -> Banner:
    return patient_banner(
        patient(**changed),
        pathway_id=PATHWAY,
        sides={Side.LEFT},
        urgency=Urgency.URGENT_24H,
        window=None,
        now=NOW,
    )


def test_an_instant_is_told_in_london_time() -> None:
    assert instant_words(NOW) == "9 March 2026, 09:30"
    assert instant_words(SUMMER) == "9 July 2026, 10:30"


def test_a_birth_date_cannot_be_read_the_other_way_round() -> None:
    assert born_words(date(1979, 11, 20)) == "20-Nov-1979"
    assert born_words(date(2004, 2, 3)) == "03-Feb-2004"


@pytest.mark.parametrize(
    ("today", "years"), [(date(2026, 11, 19), 46), (date(2026, 11, 20), 47), (date(2027, 3, 1), 47)]
)
def test_age_counts_completed_years(today: date, years: int) -> None:
    assert years_between(date(1979, 11, 20), today) == years


def test_only_ten_digits_are_grouped() -> None:
    assert grouped("9996510018") == "999 651 0018"
    assert grouped("TEMP-0042X") == "TEMP-0042X"


def test_a_banner_labels_everything_but_the_name() -> None:
    shown = banner()

    assert shown.name == "WALKER, Synthetic"
    assert [(fact.label, fact.value) for fact in shown.facts] == [
        ("Born", "20-Nov-1979 (46y)"),
        ("Sex", "Male"),
        ("NHS No.", "999 651 0018"),
    ]


def test_what_is_missing_is_said_not_to_be_known() -> None:
    shown = banner(nhs_number=None, date_of_birth=None, sex="unknown")

    assert [fact.value for fact in shown.facts] == ["Not known"] * 3


@pytest.mark.parametrize(
    ("number", "label"), [("chi", "CHI No."), ("hc_number", "H&C No."), ("temporary_id", "Temporary id")]
)
def test_each_kind_of_number_has_its_own_label(number: str, label: str) -> None:
    assert banner(nhs_number=None, **{number: "9996510018"}).facts[2].label == label


def test_a_number_that_is_not_verified_is_marked() -> None:
    assert "Number not verified" in [tag.text for tag in banner(number_status="trace_required").tags]
    assert "Number not verified" not in [tag.text for tag in banner().tags]


def test_a_name_without_a_comma_is_not_turned_round() -> None:
    assert name_words("Ludwig van der Berg") == "Ludwig van der Berg"
    assert name_words("van der Berg, Ludwig") == "VAN DER BERG, Ludwig"


def test_a_banner_without_identity_has_only_a_reference() -> None:
    shown = pathway_banner(pathway_id=PATHWAY, sides={Side.RIGHT}, urgency=Urgency.EMERGENCY, window=None)

    assert (shown.name, shown.facts, shown.reference, shown.side) == ("", (), "3F2A-9C1B", "RIGHT")
    assert reference_words(PATHWAY) == "3F2A-9C1B"


def test_sides_are_spelled() -> None:
    assert side_words({Side.RIGHT, Side.LEFT}) == "LEFT and RIGHT"
    assert side_words(()) == "Not known"


@pytest.mark.parametrize(
    ("minutes", "text", "state"),
    [
        (None, "No deadline", "none"),
        (8 * 24 * 60, "Due 17 March 2026, 09:30", "later"),
        (24 * 60, "Due tomorrow, 09:30", "soon"),
        (14 * 60 + 29, "Due today, 23:59", "soon"),
        (14 * 60 + 30, "Due tomorrow, 00:00", "soon"),
        (0, "Due now", "overdue"),
        (-1, "Overdue by 1 minute", "overdue"),
        (-59, "Overdue by 59 minutes", "overdue"),
        (-60, "Overdue by 1 hour", "overdue"),
        (-47 * 60 - 59, "Overdue by 47 hours", "overdue"),
        (-48 * 60, "Overdue by 2 days", "overdue"),
    ],
)
def test_a_deadline_is_told_as_people_do(minutes: int | None, text: str, state: str) -> None:
    found = due(None if minutes is None else NOW + timedelta(minutes=minutes), NOW)

    assert (found.tag.text, found.state) == (text, state)


@pytest.mark.parametrize(
    ("day", "state", "text", "today"),
    [
        (0, "inside", "Day 0 of 14", []),
        (5, "inside", "Day 5 of 14", [5]),
        (14, "red", "Day 14 of 14", [14]),
        (17, "past_window", "Day 17, past 14", []),
    ],
)
def test_the_window_counts_from_presentation(day: int, state: str, text: str, today: list[int]) -> None:
    shown = window_bar(Window.model_validate({"day": day, "ends_on": date(2026, 3, 18), "state": state}))

    assert shown.text == text
    assert [cell.number for cell in shown.cells if cell.state == "today"] == today
    assert len(shown.cells) == 14


def task(kind: str, role: Role, state: TaskState = TaskState.OPEN) -> ShownTask:
    return ShownTask(
        kind=kind, key="", role=role, state=state, opened_at=NOW, due_at=NOW, due_on=None, escalated_to=(), why=""
    )


def states(*settled: Step, tasks: tuple[ShownTask, ...] = ()) -> list[str]:
    return [place.state for place in pathway_picture(settled, tasks, now=NOW)]


def test_a_pathway_begins_at_its_first_place() -> None:
    assert states() == ["current"] + ["waiting"] * 5


def test_a_place_is_done_when_all_of_its_steps_are() -> None:
    before = (Step.REFERRAL, Step.MDT_REVIEW)

    assert states(*before, Step.CONSENT) == ["done", "done", "current", "waiting", "waiting", "waiting"]
    assert states(*before, Step.CONSENT, Step.GOVERNANCE_NOTIFICATION)[2:] == ["done", "current", "waiting", "waiting"]
    assert states(*Step) == ["done"] * 6


def test_what_is_settled_because_nothing_is_owed_yet_is_not_called_done() -> None:
    assert states(Step.REGISTRY_ENTRY, Step.ANTICOAGULATION_FOLLOW_UP)[4] == "waiting"


def test_whoever_is_waited_for_is_named_with_the_work() -> None:
    open_task, done = task("consent", Role.CONSENT_TAKER), task("mdt_review", Role.MDT_COORDINATOR, TaskState.DONE)
    places = pathway_picture((Step.REFERRAL, Step.MDT_REVIEW), (open_task, done), now=NOW)
    waits = [wait for place in places for step in place.steps for wait in step.waits]

    assert [(wait.role, wait.task) for wait in waits] == [("Consent taker", "Take consent")]


def entry(seq: int, kind: str, role: Role, at: datetime, **record: Any) -> ShownEntry:
    return ShownEntry(seq=seq, at=at, kind=kind, by_person="rxx-somebody-1", by_role=role, record=record)


def test_entries_stand_under_their_london_day_the_newest_first() -> None:
    late = datetime(2026, 7, 8, 23, 30, tzinfo=UTC)
    days = timeline(
        [entry(1, "referral", Role.REFERRER, late), entry(2, "classification", Role.TRIAGE_CLINICIAN, SUMMER)],
        presentation_at=late - timedelta(days=2),
    )

    assert [(day.name, day.count, [each.seq for each in day.moments]) for day in days] == [
        ("9 July 2026", "Day 2 of 14", [2, 1])
    ]


def test_the_system_speaks_without_a_person() -> None:
    (day,) = timeline(
        [entry(1, "timer_fired", Role.PATENCY, NOW, timer="T-GOV", rung="acknowledge")], presentation_at=None
    )

    assert (day.count, day.moments[0].by, day.moments[0].kind) == ("", "Patency", "clock")


def test_a_timer_that_nobody_put_into_words_is_told_by_its_id() -> None:
    assert timer_words({"timer": "T-NEW", "rung": "first"}) == "Deadline T-NEW (first)"


def test_a_timer_says_what_it_did_and_while_it_lies_ahead_what_it_will_do() -> None:
    offer = {"timer": "T-OFFER", "rung": "lapse"}
    assert timer_words(offer) == "The MDT's offer ran out"
    assert timer_words(offer, ahead=True) == "The MDT's offer will run out"


@pytest.mark.parametrize("key", sorted(each for each in spoken().every_key() if each.startswith("timer.")))
def test_no_deadline_ahead_is_told_as_if_it_were_over(key: str) -> None:
    twin = key.replace("timer.", "timer_ahead.")
    said = spoken()(twin if twin in spoken() else key)
    assert not OVER.search(said), f"write {twin}"


@pytest.mark.parametrize(
    ("states", "summary"),
    [
        (["open", "shut", "after"], "1 of 3 conditions is not met:"),
        (["shut", "shut", "open"], "2 of 3 conditions are not met:"),
        (["open", "after"], "The procedure may start. What is owed afterwards is named below."),
        (["open"], "Every condition is met."),
    ],
)
def test_conditions_are_summed_up(states: list[str], summary: str) -> None:
    gates = [
        ShownGate.model_validate({"id": "G5", "state": state, "reason": "", "paragraph": "1.2"}) for state in states
    ]

    assert conditions(gates).summary == summary


def test_each_reason_of_a_gate_stands_alone() -> None:
    gate = ShownGate(id="G4", state="shut", reason="One; Two", paragraph="3.8")

    assert conditions([gate]).rows[0].reasons == ("One", "Two")


def test_paragraphs_are_named_in_words() -> None:
    assert paragraph_words("3.8") == "Paragraph 3.8"
    assert paragraph_words("YR3") == "Your responsibility 3"
    assert paragraph_words("D") == "Local rule"


def test_sent_delivered_and_acknowledged_are_kept_apart() -> None:
    tried = ShownDispatch(
        key="n1", to=Role.GOVERNANCE_LEAD, reason="first", sent_at=NOW, delivered_at=None, failed_at=None
    )
    notice = ShownNotice(
        number=1,
        about="mdt_offer",
        owed_at=NOW,
        dispatches=(tried,),
        delivered_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
    )
    (shown,) = notices([notice])

    assert shown.dispatches[0].sent == "9 March 2026, 09:30"
    assert shown.dispatches[0].delivered.text == "Not delivered yet"
    assert (shown.acknowledged.text, shown.acknowledgement) == ("Not acknowledged yet", "")


def test_a_paragraph_as_a_heading_says_what_it_is_about() -> None:
    assert headed("1.2") == "Paragraph 1.2: governance and consent"
    assert headed("YR3") == "Your responsibility 3: equality"
