"""Referral and classification of each leg (IPG651 2.1, 2.2, 1.1, 1.4)."""

from shared.contracts.steps import Step
from shared.pathway import classification, referral
from shared.pathway.classification import Classification
from shared.pathway.people import Role
from shared.pathway.referral import NewImaging, Referral
from shared.pathway.roles import IMAGING, TRIAGE
from shared.pathway.stage import Kind, Stage

STAGE = Stage(
    "referral",
    Step.REFERRAL,
    ("2.1", "2.2", "1.1", "1.4"),
    (
        Kind(Referral, "referral", frozenset({Role.REFERRER}), referral.refusals),
        Kind(NewImaging, "referral", IMAGING, referral.imaging_refusals),
        Kind(Classification, "referral", TRIAGE, classification.refusals),
    ),
    classification.settled,
    (classification.tasks,),
    (classification.timers,),
)
