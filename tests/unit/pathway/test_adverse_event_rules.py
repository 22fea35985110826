"""What contradicts itself in a report of harm is refused; what is incomplete is not (clinical.md 2.8)."""

from datetime import date

import pytest

from shared.pathway.adverse_event import Contribution, SeriousBecause
from shared.pathway.laboratory import Bloods
from shared.pathway.procedure_parts import Event
from shared.pathway.record import Record
from tests import patients, tracks
from tests.forms import adverse_events as forms
from tests.forms import the_day
from tests.forms.filled import london


def refused(record: Record) -> set[tuple[str, str, str]]:
    """Against a pathway that has one event, of a device and of moderate harm."""
    case = tracks.harmed(**forms.by_device(harm_level="moderate"))
    return case.refused(record, patients.WARD)


NUMBER = tracks.number(tracks.harmed(**forms.by_device(harm_level="moderate")))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"detected_at": london("2026-03-09T17:00")}, ("R-AE-1", "detected_at", "3.3")),
        ({"detected_at": london("2026-03-11T17:00")}, ("R-AE-1", "detected_at", "3.3")),
        ({"procedure_id": "p-1.2"}, ("R-AE-1", "procedure_id", "3.3")),
        ({"category": Event.DEATH}, ("R-AE-1", "serious_because", "3.3")),
        ({"category": Event.WRONG_SIDE_OR_PATIENT}, ("R-AE-1", "serious_because", "3.3")),
        ({"bleed": forms.bleed(isth="major")}, ("R-AE-1", "serious_because", "3.3")),
        ({"contributions": forms.contributions(device=Contribution.YES)}, ("R-AE-2", "device", "YR2")),
        ({"contributions": forms.contributions(medicine=Contribution.YES)}, ("R-AE-3", "medicine", "YR2")),
        ({"cirse_grade": "2"}, ("R-AE-1", "cirse_version", "3.3")),
        (
            {"harm_level": "moderate", "expected": False, "notifiable": "no"},
            ("R-AE-5", "notifiable", "YR3"),
        ),
    ],
)
def test_a_report_that_contradicts_itself_is_refused(changes: dict[str, object], refusal: tuple[str, str, str]) -> None:
    assert refused(forms.adverse_event(**changes)) == {refusal}


def test_an_incomplete_report_is_taken() -> None:
    given = {"side": None, "procedure_id": None, "contributions": forms.contributions(device=Contribution.UNKNOWN)}
    assert refused(forms.adverse_event(**given)) == set()


def test_a_death_called_serious_is_taken() -> None:
    because = frozenset({SeriousBecause.DEATH})
    assert refused(forms.adverse_event(category=Event.DEATH, serious_because=because, harm_level="death")) == set()


@pytest.mark.parametrize(
    "record",
    [
        forms.seen(1),
        forms.outcome(1),
        forms.yellow_card(1),
        forms.retained(1),
        forms.candour(1),
    ],
    ids=lambda record: record.kind,
)
def test_nothing_is_written_about_an_event_that_is_none(record: Record) -> None:
    assert ("R-AE-1", "event", "3.3") in refused(record)


@pytest.mark.parametrize(
    ("record", "refusal"),
    [
        (forms.outcome(NUMBER, on=date(2026, 3, 8)), ("R-AE-1", "on", "3.3")),
        (forms.outcome(NUMBER, on=date(2026, 3, 11)), ("R-AE-1", "on", "3.3")),
        (forms.yellow_card(NUMBER, about="medicine"), ("R-AE-2", "about", "YR2")),
        (forms.yellow_card(NUMBER, reference=None), ("R-AE-4", "reference", "YR2")),
        (forms.yellow_card(NUMBER, status="not_required"), ("R-AE-4", "reason", "YR2")),
        (forms.retained(NUMBER, location=None), ("R-AE-2", "location", "YR2")),
        (forms.retained(NUMBER, retained=False), ("R-AE-2", "why_not", "YR2")),
        (forms.retained(NUMBER, quarantined_at=london("2026-03-11T09:00")), ("R-AE-2", "quarantined_at", "YR2")),
        (forms.candour(NUMBER, at=london("2026-03-09T09:00")), ("R-AE-5", "at", "YR3")),
        (forms.candour(NUMBER, by="nobody-1"), ("R-AE-5", "by", "YR3")),
        (forms.candour(NUMBER, apology_given=False), ("R-AE-5", "apology_given", "YR3")),
        (forms.candour(NUMBER, step="written"), ("R-AE-5", "document", "YR3")),
    ],
)
def test_a_step_that_cannot_have_been_so_is_refused(record: Record, refusal: tuple[str, str, str]) -> None:
    assert refused(record) == {refusal}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"procedure_id": "p-1.2"}, ("R-AE-7", "procedure_id", "3.3")),
        ({"checked_on": date(2026, 4, 7)}, ("R-AE-7", "checked_on", "3.3")),
        ({"checked_on": date(2026, 4, 9)}, ("R-AE-7", "checked_on", "3.3")),
        ({"no_event": False}, ("R-AE-7", "events", "3.3")),
        ({"events": frozenset({Event.BLEEDING})}, ("R-AE-7", "events", "3.3")),
        ({"how": "not_reached"}, ("R-AE-7", "no_event", "3.3")),
    ],
)
def test_a_30_day_check_says_what_somebody_knows_on_day_30(
    changes: dict[str, object], refusal: tuple[str, str, str]
) -> None:
    case = patients.ended().until("2026-04-08T10:00")
    assert case.refused(forms.thirty_day_check(**changes), patients.WARD) == {refusal}


def test_an_event_a_clinician_named_cannot_be_judged_away() -> None:
    case = patients.ended(events=frozenset({Event.VESSEL_DAMAGE}), no_event=False)
    assert case.refused(forms.none(tracks.number(case)), patients.WARD) == {("R-AE-7", "about", "3.3")}


def test_a_result_that_only_looks_like_an_event_may_be_judged_to_be_none_once() -> None:
    red: Bloods = the_day.bloods(collected_at=london("2026-03-10T10:00"), urine_colour="red_or_brown")
    case = patients.ended().when("2026-03-10T10:30").writes(red, patients.WARD)
    number = tracks.number(case)
    judged = case.writes(forms.none(number), patients.WARD)
    assert judged.refused(forms.none(number), patients.WARD) == {("R-AE-7", "about", "YR1")}
    assert judged.refused(forms.none(1), patients.WARD) == {("R-AE-7", "about", "YR1")}
