"""Vena cava filters, until each is out or stays by decision (clinical.md 2.7; IPG651 2.5)."""

from shared.pathway import filter_chasing, filter_rules, filter_track
from shared.pathway.filter_records import (
    FilterMadePermanent,
    FilterPlan,
    FilterRemovedElsewhere,
    FilterRetrieval,
    FilterReview,
)
from shared.pathway.question import Moment
from shared.pathway.roles import CLINICAL, CONSULTANTS, DOCTORS, OPERATING
from shared.pathway.stage import Kind, Stage


def _settled(moment: Moment) -> bool:
    return not filter_track.in_situ(moment)


STAGE = Stage(
    "filter_retrieval",
    None,
    ("2.5", "3.8"),
    (
        Kind(FilterPlan, "procedure", OPERATING, filter_rules.plan_refusals, any_version=True),
        Kind(FilterReview, "follow_up", DOCTORS, filter_rules.review_refusals, any_version=True),
        Kind(FilterRetrieval, "procedure", OPERATING, filter_rules.retrieval_refusals, any_version=True),
        Kind(FilterMadePermanent, "procedure", CONSULTANTS, filter_rules.permanent_refusals, any_version=True),
        Kind(FilterRemovedElsewhere, "follow_up", CLINICAL, filter_rules.elsewhere_refusals, any_version=True),
    ),
    _settled,
    (filter_chasing.tasks,),
    (filter_chasing.timers,),
    outlives_closing=True,
    outlives_death=True,
)
