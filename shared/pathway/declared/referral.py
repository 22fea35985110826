"""Referral, classification of each leg, and what the MDT wants to know (IPG651 2.1, 2.2, 2.3, 1.1, 1.4)."""

from shared.contracts.steps import Step
from shared.pathway import (
    bleeding_risk_rules,
    classification,
    emergency,
    laboratory_rules,
    news_rules,
    preparation,
    referral_rules,
    work_up_rules,
)
from shared.pathway.anticoagulation import AnticoagulationChanged
from shared.pathway.bleeding_risk import BleedingRisk
from shared.pathway.classification import Classification
from shared.pathway.laboratory import Bloods
from shared.pathway.people import Role
from shared.pathway.referral import NewImaging, Referral
from shared.pathway.roles import CLINICAL, DOCTORS, IMAGING, TRIAGE
from shared.pathway.stage import Kind, Stage
from shared.pathway.work_up import WorkUp

STAGE = Stage(
    "referral",
    Step.REFERRAL,
    ("2.1", "2.2", "2.3", "1.1", "1.4"),
    (
        Kind(Referral, "referral", frozenset({Role.REFERRER}), referral_rules.refusals),
        Kind(NewImaging, "referral", IMAGING, referral_rules.imaging_refusals),
        Kind(Classification, "referral", TRIAGE, classification.refusals),
        Kind(WorkUp, "referral", CLINICAL, work_up_rules.refusals),
        Kind(BleedingRisk, "referral", DOCTORS, bleeding_risk_rules.refusals),
        Kind(Bloods, "referral", CLINICAL, laboratory_rules.refusals, any_version=True, after_closing=True),
        Kind(AnticoagulationChanged, "referral", DOCTORS, news_rules.anticoagulation_refusals, any_version=True),
    ),
    classification.settled,
    (classification.tasks, emergency.tasks, preparation.tasks, preparation.alerts),
    (classification.triage_timers, classification.timers),
    asks=("emergency_call",),
)
