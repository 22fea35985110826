"""Groups of roles that may write the same kinds of records (clinical.md 1). The table of stages names them."""

from shared.pathway.people import MDT_SPECIALTIES, Role

SYSTEM = frozenset({Role.PATENCY})
MAIL = frozenset({Role.MAIL_SYSTEM})
CLINICAL = frozenset(
    {
        Role.REFERRER,
        Role.TRIAGE_CLINICIAN,
        Role.MDT_COORDINATOR,
        *MDT_SPECIALTIES,
        Role.CONSENT_TAKER,
        Role.PROCEDURALIST,
        Role.IR_NURSE,
        Role.WARD_CLINICIAN,
        Role.ANTICOAG_CLINIC,
    }
)
GOVERNANCE = frozenset({Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR})
ANYBODY = CLINICAL | GOVERNANCE | {Role.RESEARCH_LEAD, Role.REGISTRY_CLERK, Role.DEVICE_SAFETY_OFFICER}
"""Everybody of the trust who works on pathways: what must be said at once can be said by whoever hears it first."""

CLERK = frozenset({Role.REGISTRY_CLERK})
DOCTORS = frozenset(
    {
        Role.REFERRER,
        Role.TRIAGE_CLINICIAN,
        *MDT_SPECIALTIES,
        Role.PROCEDURALIST,
        Role.WARD_CLINICIAN,
        Role.ANTICOAG_CLINIC,
    }
)
"""Clinicians who judge a finding or change a plan."""

CONSULTANTS = frozenset({*MDT_SPECIALTIES, Role.PROCEDURALIST})
"""Who may break a gate (clinical.md 5.1). The directory gives these roles to consultants only."""

IMAGING = frozenset({Role.REFERRER, Role.TRIAGE_CLINICIAN, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON})
TRIAGE = frozenset({Role.TRIAGE_CLINICIAN, Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST})
MEETING = frozenset({Role.MDT_COORDINATOR, *MDT_SPECIALTIES})
CONSENTING = frozenset({Role.CONSENT_TAKER, Role.PROCEDURALIST, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON})
OPERATING = frozenset({Role.PROCEDURALIST, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON})
WARD = frozenset({Role.WARD_CLINICIAN, Role.PROCEDURALIST, Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST})
CLINIC = frozenset({Role.ANTICOAG_CLINIC, Role.HAEMATOLOGIST})
RESEARCH = frozenset({Role.RESEARCH_LEAD})
PROVING = frozenset({Role.AUDITOR, *GOVERNANCE})
"""Who makes case files: they prove what was written down, and name no patient."""

DEVICES = frozenset({Role.DEVICE_SAFETY_OFFICER, *GOVERNANCE})
