"""A bleed at the access site on the evening of 9 March, and what is written about such an event."""

from datetime import date
from typing import Any

from shared.pathway.adverse_event import (
    AdverseEvent,
    AdverseEventOutcome,
    AdverseEventSeen,
    Bleed,
    Contribution,
    Contributions,
    DeviceInvolved,
    NotAnAdverseEvent,
    ThirtyDayCheck,
)
from shared.pathway.candour import Candour
from shared.pathway.procedure_parts import Event
from shared.pathway.yellow_card import DeviceRetained, YellowCard
from tests.forms.filled import LEFT, filled, london
from tests.forms.procedure import RHEOLYTIC


def contributions(**changes: Any) -> Contributions:
    given: dict[str, Any] = dict.fromkeys(Contributions.model_fields, Contribution.NO)
    return filled(Contributions, given, changes)


def device(**changes: Any) -> DeviceInvolved:
    given = {"udi_di": RHEOLYTIC, "lot": "L-1", "maker": "Made Up Medical", "marking": "ukca"}
    return filled(DeviceInvolved, given, changes)


def bleed(**changes: Any) -> Bleed:
    given = {"isth": "crnm", "criteria": frozenset(), "definition_version": "isth_2005_non_surgical"}
    return filled(Bleed, given, changes)


def adverse_event(**changes: Any) -> AdverseEvent:
    given = {
        "category": Event.ACCESS_SITE,
        "description": "Oozing from the popliteal puncture, stopped by pressure",
        "side": LEFT,
        "procedure_id": "p-1.1",
        "onset_at": london("2026-03-09T18:00"),
        "detected_at": london("2026-03-09T18:30"),
        "serious_because": frozenset(),
        "contributions": contributions(),
        "expected": True,
        "harm_level": "low",
    }
    return filled(AdverseEvent, given, changes)


def by_device(**changes: Any) -> dict[str, Any]:
    """What makes an event one of a device."""
    return {
        "category": Event.DEVICE_MALFUNCTION,
        "contributions": contributions(device=Contribution.POSSIBLY),
        "device": device(),
    } | changes


def seen(event: int, **changes: Any) -> AdverseEventSeen:
    return filled(AdverseEventSeen, {"event": event, "words": "Looked at, no change of plan"}, changes)


def outcome(event: int, **changes: Any) -> AdverseEventOutcome:
    return filled(AdverseEventOutcome, {"event": event, "outcome": "resolved", "on": date(2026, 3, 10)}, changes)


def none(about: int) -> NotAnAdverseEvent:
    return NotAnAdverseEvent(about=about, reason="Known before the procedure")


def thirty_day_check(**changes: Any) -> ThirtyDayCheck:
    given = {
        "procedure_id": "p-1.1",
        "checked_on": date(2026, 4, 8),
        "how": "telephone",
        "no_event": True,
        "events": frozenset(),
    }
    return filled(ThirtyDayCheck, given, changes)


def yellow_card(event: int, **changes: Any) -> YellowCard:
    given = {"event": event, "about": "device", "status": "submitted_ref", "reference": "YC-1"}
    return filled(YellowCard, given, changes)


def retained(event: int, **changes: Any) -> DeviceRetained:
    given = {
        "event": event,
        "retained": True,
        "location": "Locked cupboard, IR 2",
        "quarantined_at": london("2026-03-09T19:00"),
    }
    return filled(DeviceRetained, given, changes)


def candour(event: int, **changes: Any) -> Candour:
    given = {
        "event": event,
        "step": "in_person",
        "at": london("2026-03-10T08:00"),
        "to": "patient",
        "by": "ir-1",
        "apology_given": True,
        "words": "What happened, that we are sorry, and what comes next",
    }
    return filled(Candour, given, changes)
