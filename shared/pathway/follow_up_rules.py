"""Whether a decision about the anticoagulant can stand (R-ACO-1, R-ACO-2, R-ACO-4; IPG651 2.6)."""

from collections.abc import Iterator
from datetime import date

from shared.pathway.choices import Answer
from shared.pathway.civil_time import add_months, civil
from shared.pathway.filter_track import in_situ
from shared.pathway.follow_up import MAY_DECIDE, AnticoagulationReview, min_until
from shared.pathway.people import Role
from shared.pathway.procedure import under_way
from shared.pathway.question import Moment, Question
from shared.pathway.referral import Referral, RiskFactor
from shared.pathway.refusal import Refusal


def refusals(question: Question[AnticoagulationReview]) -> Iterator[Refusal]:
    """Why this review cannot stand.

    Refuses: a review without a procedure, a stop that was not discussed, that comes before the minimum
    without a reason, or that two prompts forbid without a haematologist (R-ACO-1, R-ACO-2).
    """
    review, until = question.record, min_until(question.moment)
    if until is None or under_way(question.pathway):
        yield Refusal("R-ACO-1", "", "There is no finished procedure to review", "2.6")
        return
    if review.attended_on > civil(question.now):
        yield Refusal("R-ACO-1", "attended_on", "This lies in the future", "2.6")
    if review.decision == "stop":
        yield from _stop(question, until)
    elif review.next_review_due is None:
        yield Refusal("R-ACO-4", "next_review_due", "While treatment goes on, book the next review", "2.6")
    elif not review.attended_on < review.next_review_due <= _within_a_year(question):
        words = f"Book it within {question.policy.review_yearly_months} months of this review"
        yield Refusal("R-ACO-4", "next_review_due", words, "2.6")


def _within_a_year(question: Question[AnticoagulationReview]) -> date:
    return add_months(question.record.attended_on, question.policy.review_yearly_months)


def _stop(question: Question[AnticoagulationReview], until: date) -> Iterator[Refusal]:
    review = question.record
    if not review.patient_discussed:
        yield Refusal("R-ACO-1", "patient_discussed", "Discuss stopping with the patient first", "2.6")
    if not question.facts.staff.get(review.decision_maker, frozenset()) & MAY_DECIDE:
        yield Refusal("R-ACO-1", "decision_maker", "Name a clinician of this trust who decides", "2.6")
    if review.attended_on < until and review.stopped_early_because is None:
        words = f"At least until {until.isoformat()}: an earlier stop needs bleeding or a contraindication"
        yield Refusal("R-ACO-1", "decision", words, "2.6")
    found = tuple(prompts(question.moment, review))
    haematologist = Role.HAEMATOLOGIST in question.facts.staff.get(review.co_signed_by or "", frozenset())
    second = haematologist and review.co_signed_by != review.decision_maker
    if len(found) >= question.policy.co_sign_prompts and not second:
        yield Refusal(
            "R-ACO-2", "co_signed_by", f"A second clinician, a haematologist, has to agree: {', '.join(found)}", "2.6"
        )


def prompts(moment: Moment, review: AnticoagulationReview) -> Iterator[str]:
    """What speaks for going on, to be seen before a stop (R-ACO-2). An unknown speaks too."""
    referral = moment.pathway.record(Referral)
    risks = referral.risk_factors if referral else frozenset()
    answers = {
        "unprovoked": review.provoked in {"unprovoked", "unknown"},
        "active cancer": RiskFactor.ACTIVE_CANCER in risks,
        "stent": review.stent_in_place != Answer.NO,
        "filter still inside": review.filter_in_situ != Answer.NO or bool(in_situ(moment)),
        "previous venous thromboembolism": RiskFactor.PREVIOUS_VTE in risks,
        "thrombophilia": RiskFactor.THROMBOPHILIA in risks or review.thrombophilia in {"antiphospholipid", "other"},
        "post-thrombotic syndrome": review.post_thrombotic_syndrome != Answer.NO,
    }
    yield from (words for words, speaks in answers.items() if speaks)
