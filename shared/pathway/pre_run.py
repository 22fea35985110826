"""What the picture before the first run says of the class of the leg (R-PRO-2; IPG651 1.1)."""

from shared.pathway import pregnancy
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.civil_time import civil
from shared.pathway.classification import recommended
from shared.pathway.eligibility import ArrangementClass, classify
from shared.pathway.question import Moment
from shared.pathway.referral import Referral

TAKEN_OUT = frozenset({ArrangementClass.RESEARCH_ONLY, ArrangementClass.OUTSIDE_GUIDANCE, ArrangementClass.NO_DVT})
"""Classes under which this procedure would not have been begun. Veins not looked at change nothing."""


def changed_class(moment: Moment, side: Side, seen: dict[Segment, Finding]) -> ArrangementClass | None:
    """The class by what was seen in the room, where it takes the leg out of what was decided; None else."""
    opened = moment.pathway.latest(Referral)
    if opened is None or not isinstance(opened.record, Referral):
        return None
    before = recommended(moment, side).cls
    referral = opened.record
    found = classify(
        side,
        seen,
        symptom_onset_on=referral.symptom_onset_date,
        onset_certainty=referral.onset_certainty.value,
        on=civil(moment.now),
        acute_on_chronic="unknown",
        age_years=opened.facts.age_years,
        pregnancy=pregnancy.status(moment).value,
        policy=moment.policy,
    ).cls
    return found if found != before and found in TAKEN_OUT else None
