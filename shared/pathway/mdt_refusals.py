"""Why an MDT review or a signature under it cannot stand (R-MDT-1..6; IPG651 3.8, 3.9, 1.1, 1.4, 2.3-2.5)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from shared.pathway.anatomy import Side
from shared.pathway.before_mdt import missing_before_mdt
from shared.pathway.bleeding_risk_rules import lysis_contraindicated, to_acknowledge
from shared.pathway.breaking import emergency
from shared.pathway.choices import LysisMode
from shared.pathway.classification import agreed, committed, recommended
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.mdt_offer import looks_back, newest, overtaken, signatures_of, specialties
from shared.pathway.mdt_review import (
    OFFERS,
    LimbDecision,
    MdtReview,
    MdtSignOff,
    MeetingType,
    Option,
    Outcome,
    Plan,
    ThrombolysisStatus,
    quorum_missing,
)
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.question import Question
from shared.pathway.record import Entry
from shared.pathway.referral import imaging_of, sides
from shared.pathway.refusal import Refusal
from shared.pathway.retrospective import to_look_back_on

NO_LYSIS = frozenset({ThrombolysisStatus.ABSOLUTE_CONTRAINDICATION, ThrombolysisStatus.UNKNOWN})


def refusals(question: Question[MdtReview]) -> Iterator[Refusal]:
    """Why this review cannot stand.

    Refuses: no quorum of three different people, an offer the class of the leg does not allow, imaging that
    is not the newest or too old, options not weighed, a thrombolytic drug that is contraindicated, a look back
    at nothing. Guidance: 3.8, 1.1, 2.3-2.5, 1.4.
    """
    review, moment = question.record, question.moment
    back = review.meeting_type == MeetingType.RETROSPECTIVE
    if committed(moment) is None and not _in_danger(question):
        yield Refusal("G2", "", "Classify each leg first", "1.1")
        return
    yield from _meeting(question)
    if sorted(each.side for each in review.decisions) != sorted(sides(moment.pathway)):
        yield Refusal("R-MDT-1", "decisions", "Decide for each referred leg once", "3.8")
        return
    if back:
        yield from _looking_back(question)
        return
    for place, limb in enumerate(review.decisions):
        if limb.outcome in OFFERS:
            yield from chain(_offer(question, limb, f"decisions.{place}"), _imaging(question, limb.side))
    yield from _known_enough(question)


def _in_danger(question: Question[MdtReview]) -> bool:
    """Whether limb or life is in danger: a call does not wait for what it can do without (R-MDT-6; IPG651 3.5)."""
    return emergency(question.moment, *sides(question.pathway))


def _meeting(question: Question[MdtReview]) -> Iterator[Refusal]:
    review = question.record
    deferred = all(each.outcome == Outcome.DEFER for each in review.decisions)
    missing = quorum_missing(specialties(review, question.facts))
    if missing and not deferred:
        yield from _without_quorum(question, missing)
    if review.met_at > question.now:
        yield Refusal("R-MDT-1", "met_at", "This lies in the future", "3.8")
    if len(review.options_considered) < 2 or Option.ANTICOAGULATION_ALONE not in review.options_considered:  # noqa: PLR2004 -- clinical.md 2.3
        yield Refusal(
            "R-MDT-1",
            "options_considered",
            "Weigh at least two options, anticoagulation alone among them",
            "2.3",
        )


def _without_quorum(question: Question[MdtReview], missing: tuple[Role, ...]) -> Iterator[Refusal]:
    """A call in an emergency may go without a specialty that was called for long enough; nothing else may (R-MDT-6).

    Such a review makes no offer: gate G4 has to be broken to go on under it.
    """
    wanted = ", ".join(role.replace("_", " ") for role in missing)
    if question.record.meeting_type != MeetingType.AD_HOC_CALL or not _in_danger(question):
        words = f"Three different people of three specialties are needed; missing: {wanted}"
        yield Refusal("R-MDT-1", "attendees", words, "3.8")
        return
    long_ago = question.now - timedelta(minutes=question.policy.reach_minutes)
    tried = {each.specialty for each in question.record.attempts if each.tried_at <= long_ago}
    if set(missing) - tried:
        words = f"Write down whom you called, {question.policy.reach_minutes} minutes ago or more; missing: {wanted}"
        yield Refusal("R-MDT-6", "attempts", words, "3.5")


def _looking_back(question: Question[MdtReview]) -> Iterator[Refusal]:
    """It reviews an emergency that began before the meeting; it cannot undo (R-MDT-6)."""
    if not any(each.at <= question.record.met_at for each in to_look_back_on(question.moment)):
        words = "No procedure was started without a full MDT before this meeting"
        yield Refusal("R-MDT-6", "meeting_type", words, "3.8")


def _offer(question: Question[MdtReview], limb: LimbDecision, at: str) -> Iterator[Refusal]:
    found = recommended(question.moment, limb.side).cls
    allowed = {
        Outcome.OFFER_SPECIAL_ARRANGEMENTS: ArrangementClass.SPECIAL_ARRANGEMENTS,
        Outcome.OFFER_IN_RESEARCH: ArrangementClass.RESEARCH_ONLY,
    }[limb.outcome]
    if found == ArrangementClass.RESEARCH_ONLY and limb.outcome == Outcome.OFFER_SPECIAL_ARRANGEMENTS:
        words = "The clot does not reach the common femoral vein: offer only inside a research study"
        yield Refusal("R-MDT-3", f"{at}.outcome", words, "1.1")
    elif limb.side not in agreed(question.moment) and not _in_danger(question):
        yield Refusal("G2", f"{at}.outcome", "A clinician disagreed with the class of this leg: settle it first", "1.1")
    elif found != allowed:
        words = f"This leg is classified {found.replace('_', ' ')}: it cannot be offered so"
        yield Refusal("G2", f"{at}.outcome", words, "1.1")
    if limb.outcome == Outcome.OFFER_IN_RESEARCH and not any(s.open_on_site for s in question.facts.studies.values()):
        yield Refusal("R-ELI-1", f"{at}.outcome", "No study is open at this site", "1.1")
    if limb.plan is None:
        yield Refusal("R-MDT-5", f"{at}.plan", "An offer needs its plan", "2.5")
    else:
        yield from _plan(question, limb.plan, f"{at}.plan")


def _plan(question: Question[MdtReview], plan: Plan, at: str) -> Iterator[Refusal]:
    if plan.filter_planned and plan.filter_indication is None:
        yield Refusal("G9", f"{at}.filter_indication", "A planned filter needs its indication", "2.5")
    if plan.lysis_mode == LysisMode.NONE:
        return
    if why := lysis_contraindicated(question.moment):
        words = f"No thrombolytic drug can be planned: {'; '.join(why)}. Thrombectomy alone stays possible"
        yield Refusal("R-PRO-3", f"{at}.lysis_mode", words, "2.4")
    if question.record.thrombolysis_status in NO_LYSIS:
        words = "The meeting found a thrombolytic drug contraindicated, or does not know"
        yield Refusal("R-PRO-3", f"{at}.lysis_mode", words, "2.4")
    if to_acknowledge(question.moment) and not question.record.relative_risks_acknowledged:
        words = "There are relative contraindications to a thrombolytic drug: the meeting has to accept them"
        yield Refusal("R-PRO-3", "relative_risks_acknowledged", words, "2.3")


def _known_enough(question: Question[MdtReview]) -> Iterator[Refusal]:
    """What clinical.md 2.1 wants before the MDT; a meeting may decide without it and say why (YR1)."""
    review = question.record
    offered = [limb.plan for limb in review.decisions if limb.outcome in OFFERS and limb.plan is not None]
    if not offered or review.decided_without is not None or _in_danger(question):
        return
    lysis = any(plan.lysis_mode != LysisMode.NONE for plan in offered)
    if missing := [words for _kind, words in missing_before_mdt(question.moment, lysis=lysis)]:
        words = f"Not known yet: {'; '.join(missing)}. Wait for it, or say why the meeting decides without"
        yield Refusal("R-MDT-1", "decided_without", words, "2.3")


def _imaging(question: Question[MdtReview], side: Side) -> Iterator[Refusal]:
    study = imaging_of(question.pathway, side)
    reviewed = [each for each in question.record.imaging_reviewed if each.side == side]
    if study is None or study[1].accession not in {each.accession for each in reviewed}:
        yield Refusal("R-MDT-2", "imaging_reviewed", f"Review the newest imaging of the {side.upper()} leg", "2.5")
    elif question.record.met_at < study[1].performed_at:
        words = f"The newest imaging of the {side.upper()} leg was done after this meeting"
        yield Refusal("R-MDT-2", "imaging_reviewed", words, "2.5")
    elif question.record.met_at - study[1].performed_at > timedelta(hours=question.policy.imaging_max_age_hours):
        words = (
            f"The newest imaging of the {side.upper()} leg is over {question.policy.imaging_max_age_hours} hours old"
        )
        yield Refusal("R-MDT-2", "imaging_reviewed", words, "2.5")


def sign_off_refusals(question: Question[MdtSignOff]) -> Iterator[Refusal]:
    """Why this signature does not count.

    Refuses: a review that is not the newest of its sort or was overtaken, a person who did not attend or has
    signed already, a specialty that has signed already, an objection without its reason. Guidance: 3.8.
    """
    record, review = question.record, _to_sign(question)
    if review is None:
        yield Refusal("R-MDT-1", "review", "This is not the review to sign now: look at the newest one", "3.8")
        return
    signed, meeting = signatures_of(question.moment, review.seq), review.record
    attended = {each.person for each in meeting.attendees} if isinstance(meeting, MdtReview) else set()
    if question.by.person not in attended:
        yield Refusal("R-MDT-1", "", "A review is signed by those who attended the meeting", "3.8")
    elif question.by.person in {each.by.person for each in signed}:
        yield Refusal("R-MDT-1", "", "You have signed this review already; one person signs for one specialty", "3.8")
    elif question.by.role in {each.by.role for each in signed}:
        yield Refusal("R-MDT-1", "", "Your specialty has signed this review already", "3.8")
    elif question.by.role not in MDT_SPECIALTIES:
        yield Refusal("R-MDT-1", "", "A review is signed by the three specialties only", "3.8")
    if not record.agrees and record.objection is None:
        yield Refusal("R-MDT-4", "objection", "Write down your objection", "YR1")


def _to_sign(question: Question[MdtSignOff]) -> Entry | None:
    """The review this signature is about, if it is the one to sign now. A look back is never overtaken."""
    back = [each for each in question.pathway.every(MdtReview) if looks_back(each)]
    if back and back[-1].seq == question.record.review:
        return back[-1]
    review = newest(question.moment)
    if review is None or review.seq != question.record.review or overtaken(question.moment, review.seq):
        return None
    return review
