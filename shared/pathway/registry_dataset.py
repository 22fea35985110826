"""What is sent to the registry for one procedure: our own minimum dataset (clinical.md 2.9; IPG651 1.3, 1.4, 3.2, 3.3).

Pseudonymous: no name, number or birth date, and no free text. It is no schema of any real registry.
"""

from dataclasses import replace
from typing import Any

from shared.pathway.anatomy import Side
from shared.pathway.civil_time import civil
from shared.pathway.classification import recommended
from shared.pathway.consent import ConsentLine, LineStatus, ResearchEnrolment
from shared.pathway.consent_rules import line_status
from shared.pathway.instruments import villalta
from shared.pathway.pathway import Pathway, fold
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, started, started_at
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record
from shared.pathway.referral import LimbRecord, Referral, imaging_of
from shared.pathway.registry_entry import made_by, procedures
from shared.pathway.registry_outcomes import outcomes
from shared.pathway.work_up import WorkUp

DATASET = "patency-minimum-3"


def dataset(now: Moment, procedure: str) -> dict[str, Any]:
    """The minimum dataset of one ended procedure as plain values, the same for the same version of it.

    Raises ValueError for an unknown procedure, and for one that has not ended.
    """
    number = [name for name, _entry in procedures(now)].index(procedure)
    moment = _as_it_was(now, made_by(now, procedure))
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
        **_procedure(end.record),
        **outcomes(moment, limb.side, end),
    }


def _as_it_was(moment: Moment, seq: int) -> Moment:
    """The pathway up to this entry: what is written later belongs to a later version, or to none (IPG651 1.3)."""
    if seq == moment.pathway.version:
        return moment
    start = Pathway(moment.pathway.id, moment.pathway.trust, moment.pathway.nation)
    return replace(moment, pathway=fold(start, moment.pathway.entries[:seq]))


def _written(moment: Moment, number: int) -> tuple[Entry, Entry, Entry]:
    start, opened = started(moment.pathway)[number], moment.pathway.latest(Referral)
    end = moment.pathway.every(ProcedureEnd)[number]
    assert opened is not None  # noqa: S101 -- a start needs a referral
    return start, end, opened


def _band(age_years: int | None) -> str | None:
    return None if age_years is None else f"{age_years // 10 * 10}-{age_years // 10 * 10 + 9}"


def _identifiable(moment: Moment) -> bool:
    """Whether the patient agrees to identifiable data (R-REG-5); a no changes the payload, never the duty."""
    return line_status(moment, ConsentLine.REGISTRY_IDENTIFIABLE_DATA) == LineStatus.GIVEN


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


def _procedure(end: Record) -> dict[str, Any]:
    assert isinstance(end, ProcedureEnd)  # noqa: S101 -- filed by its own kind
    return {
        "devices": [each.model_dump(mode="json") for each in end.devices_used],
        "lysis": {"dose_mg": end.lysis.dose.value, "mode": end.lysis.mode.value} if end.lysis else None,
        "stent": end.stent is not None,
        "outcome": end.outcome,
        "clot_removal": {vein.value: grade.value for vein, grade in end.clot_removal.items()},
        "events": sorted(end.events),
    }
