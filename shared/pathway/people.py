"""Who acts on a pathway (clinical.md 1): roles come from the staff directory, never from a form."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The closed list of roles a person, or a machine, can hold in one trust."""

    REFERRER = "referrer"
    TRIAGE_CLINICIAN = "triage_clinician"
    MDT_COORDINATOR = "mdt_coordinator"
    VASCULAR_SURGEON = "vascular_surgeon"
    INTERVENTIONAL_RADIOLOGIST = "interventional_radiologist"
    HAEMATOLOGIST = "haematologist"
    GOVERNANCE_LEAD = "governance_lead"
    DEPUTY_GOVERNANCE_LEAD = "deputy_governance_lead"
    MEDICAL_DIRECTOR = "medical_director"
    CONSENT_TAKER = "consent_taker"
    PROCEDURALIST = "proceduralist"
    IR_NURSE = "ir_nurse"
    WARD_CLINICIAN = "ward_clinician"
    ANTICOAG_CLINIC = "anticoag_clinic"
    RESEARCH_LEAD = "research_lead"
    REGISTRY_CLERK = "registry_clerk"
    DEVICE_SAFETY_OFFICER = "device_safety_officer"
    OPS = "ops"
    AUDITOR = "auditor"
    CLINICAL_OWNER = "clinical_owner"
    MAIL_SYSTEM = "mail_system"  # reports what became of a governance notice
    PATENCY = "patency"  # the system itself: timers that fell due, receipts it was given


# The three specialties an MDT needs (IPG651 3.8).
MDT_SPECIALTIES = frozenset({Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST, Role.HAEMATOLOGIST})


@dataclass(frozen=True, slots=True)
class Signature:
    """Who wrote an entry down, and in which role. `person` is a directory id, never a name."""

    person: str
    role: Role


PATENCY = Signature(person="patency", role=Role.PATENCY)
