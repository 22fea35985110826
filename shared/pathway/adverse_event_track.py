"""Each adverse event with what was done about it, and what it asks of whom (clinical.md 2.8; IPG651 3.3, YR2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.pathway.adverse_event import (
    MAY_HAVE,
    AdverseEvent,
    AdverseEventOutcome,
    AdverseEventSeen,
)
from shared.pathway.civil_time import day_number
from shared.pathway.pathway import Pathway
from shared.pathway.procedure import Procedure, ProcedureEnd, ProcedureStart, procedure_id, procedures, started_at
from shared.pathway.procedure_parts import Event
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record

ENDED = frozenset({"resolved", "resolved_with_sequelae", "died", "unknown"})
"""Outcomes after which nobody waits for the event any more."""

GRAVE_HARM = frozenset({"severe", "death"})
HARM_OF_CANDOUR = frozenset({"moderate", "severe", "death"})
LIFE_THREATENING_BY_SIR = 4  # SIR 2017: 4 life-threatening or disabling, 5 death


@dataclass(frozen=True, slots=True)
class Reported:
    """An adverse event as reported. `seq` is its number; `outcome` the newest word on how it went on."""

    seq: int
    entry: Entry
    event: AdverseEvent
    outcome: AdverseEventOutcome | None

    @property
    def reported_at(self) -> datetime:
        return self.entry.at

    @property
    def open(self) -> bool:
        return self.outcome is None or self.outcome.outcome not in ENDED


def events(moment: Moment) -> tuple[Reported, ...]:
    """Every event of this pathway, in the order in which they were reported."""
    return moment.pathway.once(("adverse_events",), None, lambda: _events(moment))


def _events(moment: Moment) -> tuple[Reported, ...]:
    return tuple(
        Reported(entry.seq, entry, entry.record, _outcome(moment, entry.seq))
        for entry in moment.pathway.every(AdverseEvent)
        if isinstance(entry.record, AdverseEvent)
    )


def reported(moment: Moment, seq: int) -> Reported | None:
    return next((each for each in events(moment) if each.seq == seq), None)


def unresolved(moment: Moment) -> tuple[Reported, ...]:
    """The events whose end nobody has written down: each keeps the pathway open (clinical.md 1.1)."""
    return tuple(each for each in events(moment) if each.open)


def about(moment: Moment, kind: type[Record], seq: int) -> list[Entry]:
    """What was written of one kind about the event with this number."""
    return [entry for entry in moment.pathway.every(kind) if getattr(entry.record, "event", 0) == seq]


def _outcome(moment: Moment, seq: int) -> AdverseEventOutcome | None:
    found = about(moment, AdverseEventOutcome, seq)
    newest = found[-1].record if found else None
    return newest if isinstance(newest, AdverseEventOutcome) else None


def serious(event: AdverseEvent) -> bool:
    """Whether governance has to know within a day (R-AE-1): as the reporter says, or as the event itself shows."""
    return (
        bool(event.serious_because)
        or event.category in {Event.DEATH, Event.WRONG_SIDE_OR_PATIENT}
        or event.harm_level in GRAVE_HARM
        or (event.bleed is not None and event.bleed.isth == "major")
        or (event.severity_sir or 0) >= LIFE_THREATENING_BY_SIR
    )


def device_report(event: AdverseEvent) -> bool:
    """Whether a device contributed or might have (R-AE-2). Nobody knowing is not a no."""
    return event.contributions.device in MAY_HAVE


def medicine_report(event: AdverseEvent) -> bool:
    """The same of a medicine (R-AE-3)."""
    return event.contributions.medicine in MAY_HAVE


def notifiable(event: AdverseEvent) -> bool:
    """Whether the duty of candour holds (R-AE-5): said so, or not denied where the harm was moderate or worse [D]."""
    return event.notifiable == "yes" or (event.notifiable == "unknown" and event.harm_level in HARM_OF_CANDOUR)


def phase(pathway: Pathway, event: AdverseEvent) -> str:
    """before, intra, within_24h, within_30d or later: when it began, seen from the latest procedure begun by then."""
    begun = [each for each in procedures(pathway) if started_at(each.start) <= event.onset_at]
    if not begun:
        return "before"
    began_at, ended_at = started_at(begun[-1].start), _ended_at(begun[-1])
    if ended_at is None or event.onset_at <= ended_at:
        return "intra"
    if event.onset_at - began_at < timedelta(days=1):
        return "within_24h"
    return "within_30d" if day_number(began_at, event.onset_at) <= 30 else "later"  # noqa: PLR2004 -- clinical.md 2.8: its phases


def _ended_at(each: Procedure) -> datetime | None:
    record = each.end.record if each.end else None
    return record.ended_at if isinstance(record, ProcedureEnd) else None


def procedure_of(pathway: Pathway, event: AdverseEvent) -> tuple[ProcedureStart, ProcedureEnd | None] | None:
    """The procedure the event is linked to; None when it names none of this pathway."""
    for number, each in enumerate(procedures(pathway), start=1):
        start, end = each.start.record, each.end.record if each.end else None
        if procedure_id(pathway, number) == event.procedure_id and isinstance(start, ProcedureStart):
            return start, end if isinstance(end, ProcedureEnd) else None
    return None


def seen_by(moment: Moment, seq: int) -> frozenset[str]:
    """The roles in which somebody wrote down that they looked at the event."""
    return frozenset(entry.by.role.value for entry in about(moment, AdverseEventSeen, seq))


def occasions(moment: Moment) -> Iterator[tuple[str, datetime]]:
    """When governance had to be told of a serious event (R-AE-1, R-GOV-5): as soon as it was reported."""
    for each in events(moment):
        if serious(each.event):
            yield "serious_adverse_event", each.reported_at
