"""Consent and shared decision making (IPG651 1.2, 3.7, 1.1)."""

from shared.contracts.steps import Step
from shared.pathway import consent_rules
from shared.pathway.consent import Consent, ConsentWithdrawn, ResearchEnrolment
from shared.pathway.roles import CLINICAL, CONSENTING, RESEARCH
from shared.pathway.stage import Kind, Stage, nothing_refuses

STAGE = Stage(
    "consent",
    Step.CONSENT,
    ("1.2", "3.7", "1.1"),
    (
        Kind(Consent, "consent", CONSENTING, consent_rules.refusals),
        Kind(ConsentWithdrawn, "consent", CLINICAL, nothing_refuses, any_version=True),
        Kind(ResearchEnrolment, "consent", RESEARCH, consent_rules.enrolment_refusals),
    ),
    consent_rules.settled,
    (consent_rules.tasks,),
    (consent_rules.timers,),
    asks=("stop_procedure",),
)
