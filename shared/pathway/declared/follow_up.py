"""Discharge and the 3-month anticoagulation review (IPG651 2.6, 3.2)."""

from shared.contracts.steps import Step
from shared.pathway import closure, contact, discharge_rules, follow_up, follow_up_duties, follow_up_rules
from shared.pathway.closure import HandoffAccepted
from shared.pathway.contact import ContactAttempt, DidNotAttend
from shared.pathway.discharge import Discharge
from shared.pathway.follow_up import AnticoagulationReview
from shared.pathway.news import AnticoagStoppedElsewhere
from shared.pathway.roles import CLINIC, CLINICAL, WARD
from shared.pathway.stage import Kind, Stage, nothing_refuses

STAGE = Stage(
    "follow_up",
    Step.ANTICOAGULATION_FOLLOW_UP,
    ("2.6", "3.2"),
    (
        Kind(Discharge, "follow_up", WARD, discharge_rules.refusals),
        Kind(AnticoagulationReview, "follow_up", CLINIC, follow_up_rules.refusals),
        Kind(DidNotAttend, "follow_up", CLINICAL, contact.missed_refusals),
        Kind(ContactAttempt, "follow_up", CLINICAL, contact.attempt_refusals, any_version=True),
        Kind(AnticoagStoppedElsewhere, "follow_up", CLINICAL, nothing_refuses, any_version=True),
        Kind(HandoffAccepted, "follow_up", CLINICAL, closure.acceptance_refusals),
    ),
    follow_up.settled,
    (discharge_rules.tasks, follow_up_duties.tasks, contact.tasks),
    (follow_up_duties.timers,),
    asks=("supply_check", "supply_gap", "contact_after_leaving"),
)
