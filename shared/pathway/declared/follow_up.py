"""Discharge and the 3-month anticoagulation review (IPG651 2.6, 3.2)."""

from shared.contracts.steps import Step
from shared.pathway import closure, follow_up
from shared.pathway.closure import HandoffAccepted
from shared.pathway.discharge import Discharge
from shared.pathway.follow_up import AnticoagulationReview
from shared.pathway.roles import CLINIC, CLINICAL, WARD
from shared.pathway.stage import Kind, Stage

STAGE = Stage(
    "follow_up",
    Step.ANTICOAGULATION_FOLLOW_UP,
    ("2.6", "3.2"),
    (
        Kind(Discharge, "follow_up", WARD, follow_up.discharge_refusals),
        Kind(AnticoagulationReview, "follow_up", CLINIC, follow_up.review_refusals),
        Kind(HandoffAccepted, "follow_up", CLINICAL, closure.acceptance_refusals),
    ),
    follow_up.settled,
    (follow_up.discharge_tasks, follow_up.tasks),
    (follow_up.timers,),
    asks=("supply_check", "supply_gap"),
)
