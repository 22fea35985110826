"""This product's own closed lists, as FHIR code systems under `urn:patency:code:`: read off the enumerations."""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType

from shared.contracts.steps import Step
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Answer, ClosingReason, Embolism, Mechanism, Pregnancy, Status, Urgency
from shared.pathway.consent import ConsentLine, LineStatus
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.long_term import Visit
from shared.pathway.mdt_review import Outcome
from shared.pathway.people import Role
from shared.pathway.procedure_parts import Event
from shared.pathway.referral import Modality, OnsetCertainty, PhlegmasiaSigns, RiskFactor, Rutherford
from shared.pathway.stages import KINDS, STAGE_OF

OCCASIONS = (
    "mdt_offer",
    "emergency_start",
    "break_glass",
    "consent_withdrawn",
    "research_withdrawal",
    "serious_adverse_event",
    "death",
    "device_change",
    "moved_trust",
    "identity_corrected",
)
"""What governance is told of; a test compares this list with the notices' own words."""

SIGNS = tuple(PhlegmasiaSigns.model_fields)
OBSERVED = (
    "villalta_scale",
    "mdt_decision",
    "leg_findings",
    "presentation",
    "presentation_at",
    "onset_certainty",
    "pregnancy_status",
    "pulmonary_embolism",
    "haemodynamic_instability",
    "risk_factor",
    "language",
    "interpreter_needed",
    "format",
    "anticoagulant_contraindication",
    "pain",
    "swelling_difference_cm",
    "tenderness",
    "redness",
    "acute_on_chronic",
    "rutherford_limb_status",
    "side_in_report",
    "inferred_from",
    *SIGNS,
)
"""What an Observation, or a component of one, is about."""

OUTCOME_OF_FILTER = ("retrieved", "permanent_by_decision", "died", "transferred_accepted")
DEVICE_ROLES = ("thrombectomy", "catheter", "balloon", "stent", "filter", "closure", "used_device")
SEVERITY_OF_LEG = ("none", "mild", "moderate", "severe", "incomplete")


def _members(of: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in of)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


OWN_LISTS = MappingProxyType(
    {
        "status": _members(Status),
        "step": _members(Step),
        "closing-reason": _members(ClosingReason),
        "urgency": _members(Urgency),
        "role": _members(Role),
        "record": tuple(KINDS),
        "task": _once(STAGE_OF),
        "side": _members(Side),
        "vein": _members(Segment),
        "finding": _members(Finding),
        "answer": _members(Answer),
        "arrangement": _members(ArrangementClass),
        "modality": _members(Modality),
        "onset-certainty": _members(OnsetCertainty),
        "pregnancy": _members(Pregnancy),
        "embolism": _members(Embolism),
        "risk-factor": _members(RiskFactor),
        "rutherford": _members(Rutherford),
        "mdt-outcome": _members(Outcome),
        "consent-line": _members(ConsentLine),
        "line-status": _members(LineStatus),
        "mechanism": _members(Mechanism),
        "device-role": DEVICE_ROLES,
        "filter-outcome": OUTCOME_OF_FILTER,
        "event": _members(Event),
        "seriousness": ("serious", "not_serious"),
        "occasion": OCCASIONS,
        "visit": _members(Visit),
        "villalta-category": SEVERITY_OF_LEG,
        "observed": OBSERVED,
        "flag": ("filter_inside",),
        "notice": ("governance_notice",),
        "procedure": ("percutaneous_mechanical_thrombectomy",),
    }
)
"""Name of the list, and its members."""
