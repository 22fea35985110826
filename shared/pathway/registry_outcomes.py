"""What became of a procedure, for its registry entry: filter, late adverse events, death, follow-up (IPG651 3.2, 3.3).

Codes and days only. Everything is read from entries, nothing from today's date: one version always says the same.
"""

from typing import Any

from shared.pathway.adverse_event import AdverseEvent
from shared.pathway.anatomy import Side
from shared.pathway.civil_time import civil, day_number
from shared.pathway.endings import PatientDied
from shared.pathway.filter_records import FilterRetrieval
from shared.pathway.filter_track import Filter, filters
from shared.pathway.follow_up import AnticoagulationReview
from shared.pathway.instruments import villalta
from shared.pathway.long_term import LongTermVisit
from shared.pathway.long_term_rules import label
from shared.pathway.question import Moment
from shared.pathway.record import Entry


def outcomes(moment: Moment, side: Side, end: Entry) -> dict[str, Any]:
    """What is known of the leg and of the patient after the procedure that ended with this entry."""
    inserted = next((each for each in filters(moment) if each.seq == end.seq), None)
    return {
        "filter": _filter(inserted) if inserted else None,
        "late_events": [_event(entry, end) for entry in moment.pathway.every(AdverseEvent) if entry.seq > end.seq],
        "died_on": _died_on(moment),
        "follow_up": _follow_up(moment, side),
    }


def _filter(each: Filter) -> dict[str, Any]:
    """The items that filter registries ask for (clinical.md 2.9), but for those that are free text."""
    out = each.outcome.on if each.outcome and each.outcome.state == "retrieved" else None
    tried = [entry.record.success for entry in each.attempts if isinstance(entry.record, FilterRetrieval)]
    return {
        "access": each.inserted.access,
        "position": each.inserted.position,
        "intended": each.inserted.intended,
        "anticoagulation_contraindicated": each.inserted.contraindication_to_anticoag.value,
        "state": each.state,
        "dwell_days": day_number(each.inserted_on, out) if out else None,
        "attempts_failed": tried.count(False),
    }


def _event(entry: Entry, end: Entry) -> dict[str, Any]:
    event = entry.record
    assert isinstance(event, AdverseEvent)  # noqa: S101 -- filed by its own kind
    return {
        "category": event.category.value,
        "serious": bool(event.serious_because),
        "harm": event.harm_level,
        "days_after": max(day_number(civil(end.at), event.onset_at), 0),
    }


def _died_on(moment: Moment) -> str | None:
    told = moment.pathway.record(PatientDied)
    return told.died_on.isoformat() if told and told.what == "died" and told.died_on else None


def _follow_up(moment: Moment, side: Side) -> dict[str, Any]:
    review = moment.pathway.record(AnticoagulationReview)
    return {
        "anticoagulation": review.decision if review else None,
        "visits": [_visit(moment, entry.record, side) for entry in moment.pathway.every(LongTermVisit)],
    }


def _visit(moment: Moment, record: object, side: Side) -> dict[str, Any]:
    assert isinstance(record, LongTermVisit)  # noqa: S101 -- filed by its own kind
    leg = next((each for each in record.legs if each.side == side), None)
    return {
        "visit": record.visit.value,
        "visited_on": record.visited_on.isoformat(),
        "villalta": villalta.raw(leg.villalta) if leg else None,
        "category": villalta.category(leg.villalta) if leg else None,
        "measures": label(moment, record.visited_on),
        "patency": leg.patency if leg else None,
        "recurrence": record.recurrence.value,
    }
