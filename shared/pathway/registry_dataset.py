"""What is sent to the registry for one procedure: our own minimum dataset (clinical.md 2.9; IPG651 1.3, 1.4, 3.2, 3.3).

Pseudonymous: no name, number or birth date, and no free text. It is no schema of any real registry.
"""

from typing import Any

from shared.pathway.anatomy import Side
from shared.pathway.civil_time import civil
from shared.pathway.classification import recommended
from shared.pathway.consent import Consent, ConsentLine, LineStatus, ResearchEnrolment
from shared.pathway.follow_up import AnticoagulationReview
from shared.pathway.instruments import villalta
from shared.pathway.long_term import LongTermVisit
from shared.pathway.long_term_rules import label
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, started, started_at
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import LimbRecord, Referral, imaging_of
from shared.pathway.registry_entry import procedures
from shared.pathway.work_up import WorkUp

DATASET = "patency-minimum-2"


def dataset(moment: Moment, procedure: str) -> dict[str, Any]:
    """The minimum dataset of one ended procedure as plain values. Raises ValueError for an unknown procedure."""
    number = [name for name, _entry in procedures(moment)].index(procedure)
    start, end, opened = _written(moment, number)
    assert isinstance(start.record, ProcedureStart)  # noqa: S101 -- filed by its own kind
    referral = opened.record
    assert isinstance(referral, Referral)  # noqa: S101 -- filed by its own kind
    limb = next(each for each in referral.limbs if each.side == start.record.side)
    return {
        "dataset": DATASET,
        "age_years": opened.facts.age_years,
        "age_band": _band(opened.facts.age_years),
        "sex": opened.facts.sex,
        "identifiable": _identifiable(moment),
        "presentation_on": civil(referral.presentation_at).isoformat(),
        "onset_on": referral.symptom_onset_date.isoformat() if referral.symptom_onset_date else None,
        "procedure_on": civil(started_at(start)).isoformat(),
        "pulmonary_embolism": referral.pulmonary_embolism.state.value,
        "risk_factors": sorted(referral.risk_factors),
        "study": _study(moment),
        **_leg(moment, limb),
        **_procedure(end),
        "follow_up": _follow_up(moment, limb.side),
    }


def _written(moment: Moment, number: int) -> tuple[Entry, ProcedureEnd, Entry]:
    start, opened = started(moment.pathway)[number], moment.pathway.latest(Referral)
    end = moment.pathway.every(ProcedureEnd)[number].record
    assert isinstance(end, ProcedureEnd)  # noqa: S101 -- filed by its own kind
    assert opened is not None  # noqa: S101 -- a start needs a referral
    return start, end, opened


def _band(age_years: int | None) -> str | None:
    return None if age_years is None else f"{age_years // 10 * 10}-{age_years // 10 * 10 + 9}"


def _identifiable(moment: Moment) -> bool:
    """Whether the patient agreed to identifiable data (R-REG-5); refusal changes the payload, never the duty."""
    taken = moment.pathway.record(Consent)
    return taken is not None and taken.lines.get(ConsentLine.REGISTRY_IDENTIFIABLE_DATA) == LineStatus.GIVEN


def _study(moment: Moment) -> str | None:
    enrolment = moment.pathway.record(ResearchEnrolment)
    return enrolment.study_id if enrolment else None


def _leg(moment: Moment, limb: LimbRecord) -> dict[str, Any]:
    study, found = imaging_of(moment.pathway, limb.side), recommended(moment, limb.side)
    return {
        "limbs": [limb.side.value],
        "segments": {vein.value: finding.value for vein, finding in (study[2] if study else {}).items()},
        "class": found.cls.value,
        "let": list(found.let_class),
        "pain": limb.symptoms.pain,
        "swelling_difference_cm": limb.symptoms.swelling_difference_cm,
        "baseline_villalta": _baseline(moment, limb.side),
    }


def _baseline(moment: Moment, side: Side) -> int | None:
    found = moment.pathway.record(WorkUp)
    scores = [each.score for each in found.baseline_villalta if each.side == side] if found else []
    return villalta.raw(scores[0]) if scores and scores[0] else None


def _procedure(end: ProcedureEnd) -> dict[str, Any]:
    return {
        "devices": [each.model_dump(mode="json") for each in end.devices_used],
        "lysis": {"dose_mg": end.lysis.dose.value, "mode": end.lysis.mode.value} if end.lysis else None,
        "stent": end.stent is not None,
        "outcome": end.outcome,
        "clot_removal": {vein.value: grade.value for vein, grade in end.clot_removal.items()},
        "events": sorted(end.events),
    }


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
