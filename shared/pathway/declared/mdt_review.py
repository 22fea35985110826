"""MDT review, and what follows when it offers nothing (IPG651 3.8, 3.9, 1.4)."""

from shared.contracts.steps import Step
from shared.pathway import closure, mdt_offer, mdt_refusals
from shared.pathway.closure import Closure, StandardCareHandoff
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.roles import CLINICAL, MEETING
from shared.pathway.stage import Kind, Stage

STAGE = Stage(
    "mdt_review",
    Step.MDT_REVIEW,
    ("3.8", "3.9", "1.4"),
    (
        Kind(MdtReview, "mdt_review", MEETING, mdt_refusals.refusals),
        Kind(MdtSignOff, "mdt_review", MDT_SPECIALTIES, mdt_refusals.sign_off_refusals, any_version=True),
        Kind(StandardCareHandoff, "mdt_review", CLINICAL, closure.handoff_refusals),
        Kind(Closure, "mdt_review", frozenset({Role.MDT_COORDINATOR, Role.ANTICOAG_CLINIC}), closure.refusals),
    ),
    mdt_offer.settled,
    (mdt_offer.tasks, closure.tasks),
    (mdt_offer.timers,),
)
