"""A whole pathway as resources, and the Bundles they travel in."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from shared.fhir import consent, devices, events, notices, observations, procedures, referral, tasks, team
from shared.fhir.elements import Case, Json, instant, of_list, period, present
from shared.fhir.patient import patient
from shared.pathway import closure, decide
from shared.pathway.choices import ClosingReason, Status
from shared.pathway.referral import Referral, sides

Told = Callable[[Case], Iterable[Json]]

TOLD: tuple[Told, ...] = (
    referral.told,
    team.told,
    observations.told,
    consent.told,
    notices.told,
    procedures.told,
    devices.told,
    events.told,
    tasks.told,
    team.written,
)
SEARCHED: dict[str, Told] = {
    "Task": tasks.told,
    "ServiceRequest": referral.told,
    "Procedure": procedures.told,
    "Consent": consent.told,
    "Communication": notices.told,
    "AdverseEvent": events.told,
}
"""The types that can be searched and read alone, and who tells them."""

RESOURCES = (
    *("CarePlan", "Patient", "ServiceRequest", "Condition", "ImagingStudy", "EpisodeOfCare", "CareTeam", "Appointment"),
    *(
        "ResearchSubject",
        "Observation",
        "Consent",
        "Communication",
        "Procedure",
        "Device",
        "DeviceUseStatement",
        "Flag",
    ),
    *("AdverseEvent", "Task", "Provenance"),
)
"""Every type that a pathway may be told in."""


def resources(case: Case) -> Iterator[Json]:
    """The plan, the patient, then everything else. The pathway has its referral at least."""
    return chain((plan(case), patient(case)), chain.from_iterable(told(case) for told in TOLD))


def of_type(case: Case, kind: str) -> tuple[Json, ...]:
    """The resources of one of the searched types."""
    return tuple(each for each in SEARCHED[kind](case) if each["resourceType"] == kind)


def plan(case: Case) -> Json:
    """The pathway itself. Where it stands is in `category`: FHIR has no word of its own for it."""
    pathway, moment = case.moment.pathway, case.moment
    opened = pathway.record(Referral)
    ended = pathway.latest(closure.Closure)
    found = case.resource(
        "CarePlan",
        status=_status(case),
        intent="plan",
        category=[of_list("status", decide.status(moment).value), of_list("step", decide.step(moment).value)],
        title="Percutaneous mechanical thrombectomy for acute DVT of the leg (NICE IPG651)",
        subject=case.patient,
        period=period(opened.presentation_at if opened else None, ended.at if ended else None),
        created=instant(pathway.entries[0].at),
        custodian=None,
        contributor=[case.trust],
        addresses=[case.to("Condition", side) for side in sides(pathway)],
        supportingInfo=[case.to("ServiceRequest")],
    )
    return found | {"id": case.id}


def _status(case: Case) -> str:
    if decide.status(case.moment) != Status.CLOSED:
        return "active"
    ended = closure.closed(case.moment)
    reason = ended.reason if ended else None
    if reason == ClosingReason.OPENED_IN_ERROR:
        return "entered-in-error"
    return "completed" if reason == ClosingReason.COMPLETED else "revoked"


def bundle(found: Iterable[Json], root: str, *, link: str | None = None, more: str | None = None) -> Json:
    """A searchset of these resources below the address `root`. `more` is the address of the next page."""
    links = [{"relation": name, "url": url} for name, url in (("self", link), ("next", more)) if url]
    entries = [_entry(each, root) for each in found]
    return present({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries})


def _entry(each: Json, root: str) -> Json:
    return {"fullUrl": f"{root}/{each['resourceType']}/{each['id']}", "resource": each, "search": {"mode": "match"}}
