"""The 3-month anticoagulation review (IPG651 2.6): the record, and what counts as reviewed.

Silence never stops a drug: it asks louder.
"""

from datetime import date, timedelta
from typing import ClassVar, Literal

from shared.pathway.anticoagulation import HOW_OFTEN, ONE_DOSE
from shared.pathway.bleeding_risk import HasBledItem
from shared.pathway.choices import Answer
from shared.pathway.civil_time import add_months, civil
from shared.pathway.discharge import Discharge
from shared.pathway.news import AnticoagStoppedElsewhere
from shared.pathway.people import Role
from shared.pathway.procedure import started, started_at
from shared.pathway.quantity import Dose, Haemoglobin, Weight
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record, asked
from shared.pathway.text import Line, StaffId, Words


class AnticoagulationReview(Record):
    """A clinician's decision about the anticoagulant, made with the patient (R-ACO-1)."""

    kind: ClassVar[str] = "anticoagulation_review"

    attended_on: date = asked("When was the patient reviewed?")
    drug: Line | None = asked("Anticoagulant taken now", hint=HOW_OFTEN, default=None)
    dose: Dose | None = asked("Dose", hint=ONE_DOSE, default=None)
    missed_doses: Answer = asked("Were doses missed?")
    bleeding_since: Literal["none", "crnm", "major", "unknown"] = asked("Bleeding since the procedure (ISTH)")
    hb: Haemoglobin | None = asked("Haemoglobin", default=None)
    egfr_ml_min: float | None = asked("Estimated GFR (mL/min/1.73 m²)", ge=0, le=300, default=None)
    liver_function: Literal["normal", "abnormal", "not_assessed"] = asked("Liver function", default="not_assessed")
    weight: Weight | None = asked("Weight", default=None)
    has_bled: dict[HasBledItem, Answer] = asked(
        "HAS-BLED", hint="Shown to you; no threshold of it decides anything", default={}
    )
    provoked: Literal["provoked_factor_gone", "provoked_factor_present", "unprovoked", "unknown"] = asked(
        "Was the DVT provoked?"
    )
    stent_in_place: Answer = asked("Is there a venous stent?")
    filter_in_situ: Answer = asked("Is a vena cava filter still inside?")
    post_thrombotic_syndrome: Answer = asked("Are there signs of post-thrombotic syndrome?")
    recurrence: Answer = asked("Another clot since?")
    thrombophilia: Literal["none_known", "antiphospholipid", "other", "unknown"] = asked(
        "Thrombophilia, antiphospholipid syndrome among them", default="unknown"
    )
    patency: Literal["patent", "partly_patent", "occluded", "not_imaged"] = asked(
        "Is the vein open on imaging?", default="not_imaged"
    )
    patient_preference: Words | None = asked("What does the patient wish?", default=None)
    decision: Literal["continue_same", "change_drug", "reduce_dose", "stop", "refer"] = asked("Decision")
    decision_maker: StaffId = asked("Who decides?")
    rationale: Words = asked("Why?")
    patient_discussed: bool = asked("Was this discussed with the patient?")
    stopped_early_because: Literal["contraindication", "bleeding"] | None = asked("Why before 3 months?", default=None)
    co_signed_by: StaffId | None = asked("Haematologist who agrees", default=None)
    next_review_due: date | None = asked("Next review", default=None)


MAY_DECIDE = frozenset(
    {
        Role.ANTICOAG_CLINIC,
        Role.HAEMATOLOGIST,
        Role.VASCULAR_SURGEON,
        Role.INTERVENTIONAL_RADIOLOGIST,
        Role.PROCEDURALIST,
        Role.WARD_CLINICIAN,
        Role.REFERRER,
    }
)
"""Clinicians who may decide to stop an anticoagulant. Clerks, coordinators and machines may not."""


def min_until(moment: Moment) -> date | None:
    """Anticoagulation lasts at least until this day; None without a procedure (IPG651 2.6).

    The later of the latest procedure plus calendar months, and the start of treatment plus the months that the
    policy names for it.
    """
    begun = started(moment.pathway)
    if not begun:
        return None
    counted = add_months(civil(started_at(begun[-1])), moment.policy.anticoagulation_months)
    since = _treated_since(moment)
    return counted if since is None else max(counted, add_months(since, moment.policy.treatment_months))


def _treated_since(moment: Moment) -> date | None:
    left = moment.pathway.record(Discharge)
    return left.anticoagulant.started_on if left is not None and left.anticoagulant is not None else None


def reviewed(moment: Moment) -> Entry | None:
    """The review that answers for the latest procedure; None while it is owed."""
    begun, entry = started(moment.pathway), moment.pathway.latest(AnticoagulationReview)
    if not begun or entry is None or entry.seq < begun[-1].seq or not isinstance(entry.record, AnticoagulationReview):
        return None
    until = min_until(moment)
    early = until is not None and entry.record.attended_on < until - timedelta(days=moment.policy.review_opens_days)
    return None if early and entry.record.decision != "stop" else entry


def stopped_elsewhere(moment: Moment) -> Entry | None:
    """The news that somebody else stopped the drug, while no review has answered it; None otherwise."""
    news, answer = moment.pathway.latest(AnticoagStoppedElsewhere), moment.pathway.latest(AnticoagulationReview)
    return news if news is not None and (answer is None or answer.seq < news.seq) else None


def settled(moment: Moment) -> bool:
    return not started(moment.pathway) or reviewed(moment) is not None
