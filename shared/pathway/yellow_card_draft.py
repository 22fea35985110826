"""The draft of a report about a device or a medicine, filled in from the record (R-AE-4; IPG651 YR2).

A person checks it, sends it the trust's way, and writes the reference down. The field names are our own: the labels
of the national forms were not verified. It names no patient.
"""

from dataclasses import dataclass
from datetime import date, datetime

from shared.pathway import filter_track
from shared.pathway.adverse_event import AdverseEvent, DeviceInvolved
from shared.pathway.adverse_event_track import Reported, about, phase, procedure_of, reported
from shared.pathway.civil_time import civil
from shared.pathway.duties import Task
from shared.pathway.facts import Facts
from shared.pathway.filter_track import Filter
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, UsedDevice
from shared.pathway.question import Moment
from shared.pathway.yellow_card import DeviceRetained, YellowCard

DEVICE_ROUTES = {
    "england": "Yellow Card scheme (MHRA)",
    "wales": "Yellow Card scheme (MHRA)",
    "scotland": "Health Facilities Scotland, Incident Reporting and Investigation Centre",
    "northern_ireland": "Northern Ireland Adverse Incident Centre (NIAIC)",
}
"""Where reports about devices go, by nation."""

FILTER = "vena_cava_filter"
INSIDE = "inside_patient"
"""What the record itself knows of a filter: its kind, and where it is until somebody takes it out."""

MEDICINE_ROUTE = "Yellow Card scheme (MHRA)"
"""[D] Reports about medicines go to the Yellow Card scheme from every nation."""


@dataclass(frozen=True, slots=True)
class DeviceDraft:
    """The device as far as the record knows it. None is written as unknown, never guessed."""

    udi_di: str | None
    model: str | None
    kind: str | None
    maker: str | None
    catalogue_number: str | None
    lot: str | None
    serial: str | None
    expires_on: date | None
    marking: str
    location: str | None
    quarantined_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything R-AE-4 asks for. `state` is drafted, submitted_ref or not_required.

    `reference` stands as a person entered it.
    """

    about: str
    route: str
    state: str
    reference: str | None
    event: int
    reporter_role: Role
    trust: str
    nation: str
    happened_on: date
    phase: str
    place: str | None
    what_happened: str
    injury: str
    harm_level: str
    outcome: str
    patient_age_years: int | None
    patient_sex: str
    medicine: str | None
    device: DeviceDraft | None
    manufacturer_told: bool
    other_reporters: tuple[str, ...]
    local_incident_number: str | None


def draft(moment: Moment, event: int, subject: str) -> Draft | None:
    """The report about the `device` or the `medicine` of an event; None when there is no such event."""
    found = reported(moment, event)
    if found is None:
        return None
    card, facts = _card(moment, event, subject), found.entry.facts
    linked = procedure_of(moment.pathway, found.event)
    return Draft(
        about=subject,
        route=route(moment.pathway.nation, subject),
        state=card.status if card else "drafted",
        reference=card.reference if card else None,
        event=event,
        reporter_role=found.entry.by.role,
        trust=moment.pathway.trust,
        nation=moment.pathway.nation,
        happened_on=civil(found.event.onset_at),
        phase=phase(moment.pathway, found.event),
        place=linked[0].room if linked else None,
        what_happened=found.event.description,
        injury=found.event.category.value,
        harm_level=found.event.harm_level,
        outcome=found.outcome.outcome if found.outcome else "continuing",
        patient_age_years=facts.age_years,
        patient_sex=facts.sex,
        medicine=found.event.medicine if subject == "medicine" else None,
        device=_device(moment, found, facts) if subject == "device" else None,
        manufacturer_told=card.manufacturer_told if card else False,
        other_reporters=_others(found.event),
        local_incident_number=found.event.incident_number,
    )


def route(nation: str, subject: str) -> str:
    """To whom it goes. A nation nobody named is an error of ours, and raises KeyError."""
    return MEDICINE_ROUTE if subject == "medicine" else DEVICE_ROUTES[nation]


def of_task(moment: Moment, task: Task) -> Draft | None:
    """The draft behind a `yellow_card` task, whose key is the event's number and the subject."""
    event, _dash, subject = task.key.partition("-")
    return draft(moment, int(event), subject) if task.kind == YellowCard.kind else None


def _card(moment: Moment, event: int, subject: str) -> YellowCard | None:
    cards = [entry.record for entry in about(moment, YellowCard, event)]
    return next((each for each in reversed(cards) if isinstance(each, YellowCard) and each.about == subject), None)


def _device(moment: Moment, found: Reported, facts: Facts) -> DeviceDraft | None:
    """The device the reporter named; else the one of the linked procedure, if only one was used."""
    given = found.event.device or _only_one(moment, found.event)
    if given is None:
        return None
    known = facts.devices.get(given.udi_di)
    found_filter = filter_track.of_device(moment, given.udi_di, given.serial or given.lot)
    kept = [entry.record for entry in about(moment, DeviceRetained, found.seq)]
    place = kept[-1] if kept and isinstance(kept[-1], DeviceRetained) else None
    return DeviceDraft(
        udi_di=given.udi_di,
        model=known.model if known else found_filter.inserted.model if found_filter else None,
        kind=FILTER if found_filter else known.mechanism if known else None,
        maker=given.maker,
        catalogue_number=given.catalogue_number,
        lot=given.lot,
        serial=given.serial,
        expires_on=given.expires_on,
        marking=given.marking,
        location=_location(moment, place, found_filter),
        quarantined_at=place.quarantined_at if place else None,
    )


def _location(moment: Moment, kept: DeviceRetained | None, found: Filter | None) -> str | None:
    """Where it was locked away; a filter that nobody has taken out is where it was put."""
    if kept is not None and kept.location is not None:
        return kept.location
    return INSIDE if found is not None and filter_track.came_out(moment, found) is None else None


def _only_one(moment: Moment, event: AdverseEvent) -> DeviceInvolved | None:
    linked = procedure_of(moment.pathway, event)
    used = _used(linked[1]) if linked else ()
    if len(used) != 1:
        return None
    return DeviceInvolved(udi_di=used[0].udi_di, lot=used[0].lot, marking="unknown")


def _used(end: ProcedureEnd | None) -> tuple[UsedDevice, ...]:
    return tuple(each for each in end.devices_used if each.outcome != "opened_unused") if end else ()


def _others(event: AdverseEvent) -> tuple[str, ...]:
    """Who else has it: LFPSE, when its reference was written down."""
    return (f"LFPSE {event.lfpse_reference}",) if event.lfpse_reference else ()
