"""The referral as ServiceRequest, and each leg as Condition with its imaging (IPG651 2.1, 2.2, 1.1)."""

from collections.abc import Iterator

from shared.fhir.elements import (
    Case,
    Json,
    day,
    hl7,
    identifier,
    instant,
    leg,
    of_list,
    person,
    staff,
    vein,
)
from shared.pathway import closure
from shared.pathway.anatomy import SEGMENTS, Finding, Side
from shared.pathway.choices import ClosingReason, Urgency
from shared.pathway.classification import recommended
from shared.pathway.procedure import started
from shared.pathway.record import Entry
from shared.pathway.referral import ImagingStudy, NewImaging, Referral, sides, urgency

PRIORITY = {Urgency.ROUTINE_URGENT: "urgent", Urgency.URGENT_24H: "asap", Urgency.EMERGENCY: "stat"}
WANTED = "Percutaneous mechanical thrombectomy for acute deep vein thrombosis of the leg"
ADVICE = "Arrangement under NICE IPG651 1.1: advice, a clinician decides"
Study = tuple[Entry, Side, ImagingStudy]


def told(case: Case) -> Iterator[Json]:
    """The request, a Condition for each leg, an ImagingStudy for each study of a leg."""
    entry = case.moment.pathway.latest(Referral)
    if entry is None or not isinstance(entry.record, Referral):
        return
    yield _request(case, entry, entry.record)
    yield from (_condition(case, entry.record, side) for side in sides(case.moment.pathway))
    yield from (_study(case, *each) for each in studies(case))


def studies(case: Case) -> Iterator[Study]:
    """Every study of every leg, oldest entry first."""
    for entry in case.moment.pathway.entries:
        if isinstance(entry.record, Referral):
            yield from ((entry, limb.side, limb.imaging) for limb in entry.record.limbs)
        elif isinstance(entry.record, NewImaging):
            yield entry, entry.record.side, entry.record.imaging


def _request(case: Case, entry: Entry, referral: Referral) -> Json:
    return case.resource(
        "ServiceRequest",
        status=_status(case),
        intent="order",
        priority=PRIORITY[urgency(case.moment.pathway)],
        code=of_list("procedure", "percutaneous_mechanical_thrombectomy", WANTED),
        subject=case.patient,
        occurrenceDateTime=instant(referral.presentation_at),
        authoredOn=instant(entry.at),
        requester=staff(entry.by),
        performer=[case.trust],
        reasonReference=[case.to("Condition", limb.side) for limb in referral.limbs],
        supportingInfo=[case.to("ImagingStudy", each.seq, side) for each, side, _study in studies(case)],
        bodySite=[each for limb in referral.limbs for each in leg(limb.side)],
    )


def _status(case: Case) -> str:
    """What became of the request: a start fulfils it, an ending without one revokes it."""
    ended = closure.closed(case.moment)
    if started(case.moment.pathway):
        return "completed"
    if ended is None:
        return "active"
    return "entered-in-error" if ended.reason == ClosingReason.OPENED_IN_ERROR else "revoked"


def _condition(case: Case, referral: Referral, side: Side) -> Json:
    limb = next(each for each in referral.limbs if each.side == side)
    found = recommended(case.moment, side)
    clots = [each for each in SEGMENTS if limb.segments.get(each) == Finding.THROMBOSED]
    stage = {"summary": of_list("arrangement", found.cls.value), "type": {"text": ADVICE}}
    evidence = [case.to("ImagingStudy", each.seq, of) for each, of, _study in studies(case) if of == side]
    return case.resource(
        "Condition",
        side,
        clinicalStatus=hl7("condition-clinical", "active"),
        verificationStatus=hl7("condition-ver-status", "confirmed"),
        code={"text": f"Acute deep vein thrombosis, {side.value} leg"},
        bodySite=[*leg(side), *(vein(side, each) for each in clots)],
        subject=case.patient,
        onsetDateTime=day(referral.symptom_onset_date),
        recordedDate=instant(referral.diagnosis_confirmed_at),
        stage=[stage],
        evidence=[{"detail": evidence}],
    )


def _study(case: Case, entry: Entry, side: Side, study: ImagingStudy) -> Json:
    """One study of one leg. Its accession number leads to the patient: whoever may not know who it is, is not told."""
    return case.resource(
        "ImagingStudy",
        entry.seq,
        side,
        status="available",
        identifier=identifier("accession", study.accession) if case.identity else None,
        modality=[of_list("modality", study.modality.value)["coding"][0]],
        subject=case.patient,
        started=instant(study.performed_at),
        interpreter=[person(study.reporter)],
        description=f"{side.value} leg",
    )
