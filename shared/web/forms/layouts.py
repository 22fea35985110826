"""Which questions stand on one page: all of a record where staff repeat it every day, few where they should think.

Consent and the referral are split: patient and clinician go through them together, step by step (IPG651 1.2, 3.7).
The end of a procedure is split because it asks for every vein twice, its start and the MDT review because of length.
"""

import re
from dataclasses import dataclass

from shared.pathway.adverse_event import AdverseEvent
from shared.pathway.bleeding_risk import BleedingRisk
from shared.pathway.consent import Consent
from shared.pathway.discharge import Discharge
from shared.pathway.long_term import LongTermVisit
from shared.pathway.mdt_review import MdtReview
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.record import Part
from shared.pathway.referral import Referral
from shared.pathway.work_up import WorkUp

_NUMBER = re.compile(r"\.\d+(?=\.|$)")


@dataclass(frozen=True, slots=True)
class Page:
    """Some questions of a record. `slug` names the page in its address; `fields` are top-level names, in order.

    `left_out` are parts of these that another page asks: "legs.*.vcss", a row's number written as a star.
    """

    slug: str
    title: str
    fields: tuple[str, ...]
    left_out: frozenset[str] = frozenset()

    def asks(self, name: str) -> bool:
        """Whether the field at this path in dots is asked on this page."""
        parts = _NUMBER.sub(".*", name).split(".")
        around = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
        return parts[0] in self.fields and not around & self.left_out


def _of_each(rows: str, *parts: str) -> frozenset[str]:
    return frozenset(f"{rows}.*.{part}" for part in parts)


_SEEN = _of_each("limbs", "side", "segments", "imaging", "inferred_from")
_SIGNS = _of_each("limbs", "acute_on_chronic", "symptoms", "phlegmasia_signs", "rutherford_limb_status")
_VILLALTA = _of_each("legs", "side", "villalta")
_MEASURES = _of_each("legs", "vcss", "ceap")
_VEINS = _of_each("legs", "patency", "reflux", "stent", "compression_worn")

_SPLIT: dict[type[Part], tuple[Page, ...]] = {
    Referral: (
        Page(
            "when",
            "When it began",
            ("presentation_at", "symptom_onset_date", "onset_certainty", "diagnosis_confirmed_at"),
        ),
        Page("leg", "Which leg, and what was seen", ("limbs",), _SIGNS),
        Page("signs", "Symptoms and signs of each leg", ("limbs",), _SEEN),
        Page("patient", "About the patient", ("pregnancy_status", "pulmonary_embolism", "risk_factors")),
        Page("treatment", "Treatment so far", ("current_anticoagulant", "anticoagulant_contraindication")),
        Page("urgency", "Urgency and communication", ("urgency", "communication_needs")),
    ),
    WorkUp: (
        Page("patient", "The patient", ("assessed_at", "functional_status", "life_expectancy_over_1y", "weight")),
        Page("allergies", "Allergies", ("allergies", "allergies_in_words")),
        Page("legs", "Earlier DVT, and each leg before treatment", ("previous_dvt", "baseline_villalta")),
    ),
    BleedingRisk: (
        Page("has_bled", "HAS-BLED", ("assessed_at", "has_bled")),
        Page("thrombolysis", "Thrombolysis checklist", ("absolute", "relative", "note")),
    ),
    Consent: (
        Page("leg", "Which leg, which device", ("sides", "device_class")),
        Page("decision", "What the patient decided", ("lines",)),
        Page("discussed", "What was discussed", ("discussed", "not_discussed_because")),
        Page("information", "Information the patient was given", ("written_information", "nice_information")),
        Page("patient", "What matters to the patient", ("what_matters", "patient_questions")),
        Page("understanding", "Understanding", ("interpreter",)),
        Page("capacity", "Being able to decide", ("capacity_doubted", "capacity", "best_interests", "young_person")),
        Page("signature", "Research and signature", ("how", "study_id", "signed_at")),
    ),
    MdtReview: (
        Page(
            "meeting",
            "The meeting, and what it looked at",
            (
                "meeting_type",
                "met_at",
                "attendees",
                "imaging_reviewed",
                "bleeding_risk_summary",
                "thrombolysis_status",
                "relative_risks_acknowledged",
            ),
        ),
        Page(
            "decision",
            "What it weighed, and what it decided",
            ("options_considered", "attempts", "decided_without", "decisions"),
        ),
    ),
    ProcedureStart: (
        Page(
            "sign-in",
            "The room and the sign in",
            (
                "side",
                "started_at",
                "room",
                "operators",
                "first_operator_grade",
                "anaesthesia",
                "anaesthesia_reason",
                "sign_in",
            ),
        ),
        Page(
            "plan",
            "Access, devices and plan",
            (
                "access_vein",
                "access_side",
                "puncture_guidance",
                "devices",
                "lysis_mode",
                "filter_planned",
                "filter_indication",
                "stent_planned",
            ),
        ),
    ),
    ProcedureEnd: (
        Page("end", "How it ended", ("outcome", "ended_at", "abandoned_reason", "pre_run_extent", "stop_and_call")),
        Page("used", "What was used", ("devices_used", "lysis", "heparin", "angioplasty", "stent")),
        Page("filter", "Filter and rescue", ("filter", "rescue_reason")),
        Page(
            "exposure",
            "Contrast, radiation and blood",
            ("contrast", "dose_area_product", "fluoroscopy_min", "irmer_justification", "aspirated_blood"),
        ),
        Page(
            "result",
            "Result, adverse events, sign out",
            ("clot_removal", "completion_flow", "residual_stenosis_percent", "events", "no_event", "sign_out"),
        ),
    ),
    Discharge: (
        Page("leaving", "Leaving hospital", ("discharged_at", "leaving", "destination", "mobilised_at", "compression")),
        Page(
            "anticoagulation",
            "Anticoagulation, and who reviews it",
            ("anticoagulant", "anticoagulant_contraindication", "review_booked_on"),
        ),
        Page(
            "safety",
            "Adverse events, filter and stent",
            ("no_adverse_event_so_far", "adverse_events", "filter_in_situ", "filter_removal_on", "stent_in_place"),
        ),
        Page(
            "told",
            "What the patient and the GP were told",
            (
                "warnings_given",
                "driving_and_work_advised",
                "contact_line",
                "bookings",
                "gp_letter_sent_at",
                "patient_letter_document",
            ),
        ),
    ),
    LongTermVisit: (
        Page("visit", "The visit", ("visit", "visited_on", "way")),
        Page("villalta", "Villalta items of each leg", ("legs",), _MEASURES | _VEINS),
        Page("measures", "VCSS and CEAP of each leg", ("legs",), _VILLALTA | _VEINS),
        Page("veins", "The veins of each leg", ("legs",), _VILLALTA | _MEASURES),
        Page(
            "since",
            "What happened since the procedure",
            ("recurrence", "pulmonary_embolism", "reintervention", "anticoagulant"),
        ),
        Page("patient", "What the patient says", ("eq5d", "experience")),
    ),
    AdverseEvent: (
        Page(
            "what",
            "What happened",
            ("category", "description", "side", "procedure_id", "onset_at", "detected_at"),
        ),
        Page(
            "how_bad",
            "How bad it was",
            ("serious_because", "severity_sir", "cirse_grade", "cirse_version", "bleed"),
        ),
        Page("why", "Causes and treatment", ("contributions", "device", "medicine", "treatment")),
        Page(
            "after",
            "Harm, candour and other reports",
            ("expected", "harm_level", "notifiable", "incident_number", "lfpse_reference"),
        ),
    ),
}


def steps(record: type[Part]) -> tuple[Page, ...]:
    """The pages of this record's form, in order; one page with everything where it is not split."""
    whole = Page("form", "", tuple(record.model_fields))
    return _SPLIT.get(record, (whole,))


def page_of(record: type[Part], field: str) -> Page:
    """The page on which a field (a path in dots) is asked; the first one for what is asked nowhere."""
    pages = steps(record)
    return next((page for page in pages if page.asks(field)), pages[0])
