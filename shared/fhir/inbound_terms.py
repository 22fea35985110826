"""What each component of an arriving Observation stands for: a field of the referral, and the kind of its value."""

from dataclasses import dataclass
from typing import Literal

from shared.fhir.own_lists import SIGNS

Value = Literal["concept", "integer", "quantity", "dateTime", "string", "boolean"]
ELEMENT: dict[Value, str] = {
    "concept": "valueCodeableConcept",
    "integer": "valueInteger",
    "quantity": "valueQuantity",
    "dateTime": "valueDateTime",
    "string": "valueString",
    "boolean": "valueBoolean",
}


@dataclass(frozen=True, slots=True)
class Term:
    """Where a value goes, what kind it is, of which of our lists, and whether there may be several."""

    field: str
    value: Value
    members: str = ""
    several: bool = False

    @property
    def element(self) -> str:
        return ELEMENT[self.value]


PRESENTATION = {
    "presentation_at": Term("presentation_at", "dateTime"),
    "onset_certainty": Term("onset_certainty", "concept", "onset-certainty"),
    "pregnancy_status": Term("pregnancy_status", "concept", "pregnancy"),
    "pulmonary_embolism": Term("pulmonary_embolism.state", "concept", "embolism"),
    "haemodynamic_instability": Term("pulmonary_embolism.haemodynamic_instability", "concept", "answer"),
    "risk_factor": Term("risk_factors", "concept", "risk-factor", several=True),
    "language": Term("communication_needs.language", "string"),
    "interpreter_needed": Term("communication_needs.interpreter_needed", "boolean"),
    "format": Term("communication_needs.format", "string"),
    "anticoagulant_contraindication": Term("anticoagulant_contraindication", "string"),
}
LEG = {
    "pain": Term("symptoms.pain", "integer"),
    "swelling_difference_cm": Term("symptoms.swelling_difference_cm", "quantity"),
    "tenderness": Term("symptoms.tenderness", "concept", "answer"),
    "redness": Term("symptoms.redness", "concept", "answer"),
    "acute_on_chronic": Term("acute_on_chronic", "concept", "answer"),
    "rutherford_limb_status": Term("rutherford_limb_status", "concept", "rutherford"),
    "side_in_report": Term("imaging.side_in_report", "concept", "side"),
    "inferred_from": Term("inferred_from", "string"),
    **{sign: Term(f"phlegmasia_signs.{sign}", "concept", "answer") for sign in SIGNS},
}
URGENCY = {"urgent": "routine_urgent", "asap": "urgent_24h", "stat": "emergency_limb_or_life"}
