"""Which questions stand on one page: all of a record where staff repeat it every day, few where they should think.

Consent and the referral are split: patient and clinician go through them together, step by step (IPG651 1.2, 3.7).
The end of a procedure is split because it asks for every vein twice.
"""

from dataclasses import dataclass

from shared.pathway.consent import Consent
from shared.pathway.procedure import ProcedureEnd
from shared.pathway.record import Part
from shared.pathway.referral import Referral


@dataclass(frozen=True, slots=True)
class Page:
    """Some questions of a record. `slug` names the page in its address; `fields` are top-level names, in order."""

    slug: str
    title: str
    fields: tuple[str, ...]


_SPLIT: dict[type[Part], tuple[Page, ...]] = {
    Referral: (
        Page(
            "when",
            "When it began",
            ("presentation_at", "symptom_onset_date", "onset_certainty", "diagnosis_confirmed_at"),
        ),
        Page("leg", "Which leg, and what was seen", ("limbs",)),
        Page("patient", "About the patient", ("pregnancy_status", "pulmonary_embolism", "risk_factors")),
        Page("treatment", "Treatment so far", ("current_anticoagulant", "anticoagulant_contraindication")),
        Page("urgency", "Urgency and communication", ("urgency", "communication_needs")),
    ),
    Consent: (
        Page("leg", "Which leg, which device", ("sides", "device_class")),
        Page("decision", "What the patient decided", ("lines",)),
        Page("discussed", "What was discussed", ("discussed", "not_discussed_because")),
        Page("information", "Information the patient was given", ("written_information", "nice_information")),
        Page("patient", "What matters to the patient", ("what_matters", "patient_questions")),
        Page("understanding", "Understanding and deciding", ("interpreter", "capacity_doubted")),
        Page("signature", "Research and signature", ("study_id", "signed_at")),
    ),
    ProcedureEnd: (
        Page("end", "How it ended", ("outcome", "ended_at", "abandoned_reason", "pre_run_extent")),
        Page(
            "used",
            "What was used",
            ("devices_used", "lysis", "stent", "contrast", "dose_area_product", "fluoroscopy_min"),
        ),
        Page("result", "Result, adverse events, sign out", ("clot_removal", "events", "no_event", "sign_out")),
    ),
}


def steps(record: type[Part]) -> tuple[Page, ...]:
    """The pages of this record's form, in order; one page with everything where it is not split."""
    whole = Page("form", "", tuple(record.model_fields))
    return _SPLIT.get(record, (whole,))


def page_of(record: type[Part], field: str) -> Page:
    """The page on which a field (a path in dots) is asked; the first one for what is asked nowhere."""
    top = field.partition(".")[0]
    pages = steps(record)
    return next((page for page in pages if top in page.fields), pages[0])
