"""Adverse events as base R4 AdverseEvent (IPG651 3.3, YR2). What people wrote of them in words stays in the house."""

from collections.abc import Iterator

from shared.fhir.elements import Case, Json, hl7, instant, leg, of_list, staff
from shared.pathway.adverse_event import AdverseEvent
from shared.pathway.adverse_event_track import Reported, device_report, events, serious

OUTCOME = {
    "resolved": "resolved",
    "resolved_with_sequelae": "resolvedWithSequelae",
    "continuing": "ongoing",
    "died": "fatal",
    "unknown": "unknown",
}
LEG = "urn:patency:extension:leg"
UDI = "urn:patency:id:udi-di"


def told(case: Case) -> Iterator[Json]:
    """Each event that was reported. Its severity has no code: the scales that are recorded were not mapped."""
    yield from (_event(case, each) for each in events(case.moment))


def _event(case: Case, each: Reported) -> Json:
    said = each.event
    ended = each.outcome
    return case.resource(
        "AdverseEvent",
        each.seq,
        extension=[{"url": LEG, "valueCodeableConcept": site} for site in leg(said.side)],
        actuality="actual",
        event=of_list("event", said.category.value),
        subject=case.patient,
        date=instant(said.onset_at),
        detected=instant(said.detected_at),
        recordedDate=instant(each.reported_at),
        seriousness=of_list("seriousness", "serious" if serious(said) else "not_serious"),
        outcome=hl7("adverse-event-outcome", OUTCOME[ended.outcome]) if ended else None,
        recorder=staff(each.entry.by),
        suspectEntity=_suspected(said),
    )


def _suspected(said: AdverseEvent) -> list[Json]:
    """The device that had, or may have had, a part in it, named by its model."""
    if said.device is None or not device_report(said):
        return []
    return [{"instance": {"type": "Device", "identifier": {"system": UDI, "value": said.device.udi_di}}}]
