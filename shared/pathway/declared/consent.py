"""Consent and shared decision making (IPG651 1.2, 3.7, 1.1)."""

from shared.contracts.steps import Step
from shared.pathway import consent_duties, consent_refusals, consent_rules
from shared.pathway.consent import Consent, ConsentConfirmed, ConsentWithdrawn, ResearchEnrolment
from shared.pathway.people import Role
from shared.pathway.roles import ANYBODY, CONSENTING, OPERATING, RESEARCH
from shared.pathway.stage import Kind, Stage, nothing_refuses

STAGE = Stage(
    "consent",
    Step.CONSENT,
    ("1.2", "3.7", "1.1"),
    (
        Kind(Consent, "consent", CONSENTING, consent_refusals.refusals),
        Kind(ConsentWithdrawn, "consent", ANYBODY, nothing_refuses, any_version=True),
        Kind(ConsentConfirmed, "consent", OPERATING | {Role.IR_NURSE}, consent_refusals.confirmation_refusals),
        Kind(ResearchEnrolment, "consent", RESEARCH, consent_refusals.enrolment_refusals),
    ),
    consent_rules.settled,
    (consent_duties.tasks,),
    (consent_duties.timers,),
    asks=("stop_procedure",),
)
