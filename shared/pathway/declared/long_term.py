"""Long-term outcomes (IPG651 3.2, 3.3)."""

from shared.contracts.steps import Step
from shared.pathway import long_term_rules
from shared.pathway.long_term import LongTermVisit, PtsReferral, VisitNotMade
from shared.pathway.roles import CLINIC, WARD
from shared.pathway.stage import Kind, Stage

SEEING = CLINIC | WARD

STAGE = Stage(
    "long_term",
    Step.LONG_TERM_OUTCOMES,
    ("3.2", "3.3"),
    (
        Kind(LongTermVisit, "follow_up", SEEING, long_term_rules.visit_refusals),
        Kind(VisitNotMade, "follow_up", SEEING, long_term_rules.not_made_refusals),
        Kind(PtsReferral, "follow_up", SEEING, long_term_rules.referral_refusals),
    ),
    long_term_rules.settled,
    (long_term_rules.tasks,),
    (long_term_rules.timers,),
)
