"""What the MDT has to know before it offers, and when it may plan a drug (R-MDT-1, R-PRO-3; IPG651 2.3, 2.4)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.bleeding_risk import AbsoluteContraindication, RelativeContraindication
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.mdt_review import Outcome, ThrombolysisStatus
from shared.pathway.people import Role
from tests.forms.mdt_review import decided, mdt_review, offer, plan
from tests.forms.the_day import bleeding_risk
from tests.patients import Case, classified, limb_under_threat

MEETING = "2026-03-05T14:00"
WITH_DRUG = offer(plan=plan(lysis_mode=LysisMode.DURING))


def at_the_meeting(case: Case | None = None) -> Case:
    return (case or classified()).when(MEETING)


def assessed(**changes: Any) -> Case:
    return at_the_meeting(classified().writes(bleeding_risk(**changes)))


def test_an_offer_without_work_up_bleeding_risk_and_bloods_waits_or_says_why() -> None:
    silent = mdt_review(decided_without=None)
    assert at_the_meeting().refused(silent) == {("R-MDT-1", "decided_without", "2.3")}
    assert at_the_meeting().refused(mdt_review(decided_without="She is needed elsewhere tonight")) == set()


def test_an_emergency_and_a_decision_to_decline_wait_for_nothing() -> None:
    assert at_the_meeting(classified(limb_under_threat())).refused(mdt_review(decided_without=None)) == set()
    assert at_the_meeting().refused(mdt_review(decided(Outcome.DECLINE), decided_without=None)) == set()


def test_a_thrombolytic_drug_is_planned_when_nothing_forbids_it() -> None:
    assert assessed().refused(mdt_review(WITH_DRUG)) == set()


@pytest.mark.parametrize("answer", [Answer.YES, Answer.UNKNOWN, Answer.NOT_ASSESSED])
@pytest.mark.parametrize("item", AbsoluteContraindication)
def test_a_drug_that_is_or_may_be_contraindicated_is_not_planned(
    item: AbsoluteContraindication, answer: Answer
) -> None:
    found = dict.fromkeys(AbsoluteContraindication, Answer.NO) | {item: answer}
    refused = assessed(absolute=found).refused(mdt_review(WITH_DRUG))
    assert refused == {("R-PRO-3", "decisions.0.plan.lysis_mode", "2.4")}
    assert assessed(absolute=found).refused(mdt_review()) == set()


@pytest.mark.parametrize("status", [ThrombolysisStatus.ABSOLUTE_CONTRAINDICATION, ThrombolysisStatus.UNKNOWN])
def test_a_meeting_that_finds_the_drug_forbidden_does_not_plan_it(status: ThrombolysisStatus) -> None:
    review = mdt_review(WITH_DRUG, thrombolysis_status=status)
    assert assessed().refused(review) == {("R-PRO-3", "decisions.0.plan.lysis_mode", "2.4")}


def test_relative_contraindications_are_accepted_by_the_meeting() -> None:
    present = dict.fromkeys(RelativeContraindication, Answer.NO) | {RelativeContraindication.EGFR_UNDER_60: Answer.YES}
    case = assessed(relative=present)
    refused = case.refused(mdt_review(WITH_DRUG))
    assert refused == {("R-PRO-3", "relative_risks_acknowledged", "2.3")}
    assert case.refused(mdt_review(WITH_DRUG, relative_risks_acknowledged=True)) == set()


@pytest.mark.parametrize(
    ("wall", "told"),
    [
        ("2026-03-05T16:59", ()),
        ("2026-03-05T17:00", (Role.VASCULAR_SURGEON,)),
        ("2026-03-12T17:00", (Role.VASCULAR_SURGEON, Role.GOVERNANCE_LEAD)),
    ],
)
def test_a_late_decision_is_taken_to_the_chair_and_then_to_governance(wall: str, told: tuple[Role, ...]) -> None:
    case = classified().when(wall)
    (task,) = (each for each in decide.tasks(case.moment) if each.kind == "mdt_review")
    assert task.escalated_to == told
