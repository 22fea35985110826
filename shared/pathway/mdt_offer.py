"""What an MDT review means (IPG651 3.8): whether it counts, what it offers, until when, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from shared.pathway.anatomy import Side
from shared.pathway.choices import Status
from shared.pathway.civil_time import add_days, add_working_days, at_time, civil, roll_back
from shared.pathway.classification import agreed, committed, may_go_on, recommended
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.mdt_review import (
    OFFERS,
    LimbDecision,
    MdtReview,
    MdtSignOff,
    Option,
    Outcome,
    quorum_missing,
)
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.procedure import started
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import NewImaging, Referral, imaging_of, sides
from shared.pathway.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Decision:
    """A review that all three specialties signed. `decided_at` is the moment of the third signature."""

    review: MdtReview
    seq: int
    decided_at: datetime
    lapses_at: datetime

    def offer(self, side: Side) -> LimbDecision | None:
        return next((each for each in self.review.decisions if each.side == side and each.outcome in OFFERS), None)

    @property
    def offers(self) -> tuple[LimbDecision, ...]:
        return tuple(each for each in self.review.decisions if each.outcome in OFFERS)


def signatures(moment: Moment) -> tuple[Entry, ...]:
    """The sign-offs of the newest review."""
    review = moment.pathway.latest(MdtReview)
    return _signatures(moment, review.seq) if review else ()


def _signatures(moment: Moment, review: int) -> tuple[Entry, ...]:
    return tuple(entry for entry in moment.pathway.every(MdtSignOff) if _signs(entry, review))


def _signs(entry: Entry, review: int) -> bool:
    return isinstance(entry.record, MdtSignOff) and entry.record.review == review


def decision(moment: Moment) -> Decision | None:
    """The newest review, once signed by three people of three specialties without objection (R-MDT-1, R-MDT-4)."""
    entry = moment.pathway.latest(MdtReview)
    return _decided(moment, entry) if entry else None


def _decided(moment: Moment, entry: Entry) -> Decision | None:
    """What one review decided; None while it is not fully signed."""
    return moment.pathway.once(("decided", entry.seq), moment.policy, lambda: _signed_off(moment, entry))


def _signed_off(moment: Moment, entry: Entry) -> Decision | None:
    if not isinstance(entry.record, MdtReview):
        return None
    signed = _signatures(moment, entry.seq)
    agreeing = [each for each in signed if isinstance(each.record, MdtSignOff) and each.record.agrees]
    if len(agreeing) != len(signed) or not {each.by.role for each in agreeing} >= MDT_SPECIALTIES:
        return None
    decided_at = max(each.at for each in agreeing)
    # The days run from the meeting: a late signature must not make old imaging young again.
    return Decision(entry.record, entry.seq, decided_at, add_days(entry.record.met_at, moment.policy.offer_valid_days))


def _met_and_decided(moment: Moment, since: int) -> bool:
    """Whether some review after entry `since` decided, whatever became of its offer: T-MDT was met, and stays so."""
    reviews = (entry for entry in moment.pathway.every(MdtReview) if entry.seq > since)
    return any(found is not None and _final(found) for found in (_decided(moment, entry) for entry in reviews))


def _final(found: Decision) -> bool:
    return bool(found.offers) or all(each.outcome != Outcome.DEFER for each in found.review.decisions)


def overtaken(moment: Moment, seq: int) -> bool:
    """Whether something came after entry `seq` that changes what the MDT knew (clinical.md 5.3)."""
    newer = moment.pathway.latest(NewImaging)
    return newer is not None and newer.seq > seq


def standing_offer(moment: Moment) -> Decision | None:
    """The offer in force now: decided, not lapsed (R-MDT-5), not overtaken by a material change. None otherwise."""
    found = decision(moment)
    if found is None or not found.offers or moment.now >= found.lapses_at or overtaken(moment, found.seq):
        return None
    return found


def refusals(question: Question[MdtReview]) -> Iterator[Refusal]:
    """Why this review cannot stand.

    Refuses: no quorum of three different people, an offer the class of the leg does not allow, imaging that
    is not the newest or too old, options not weighed. Guidance: 3.8, 1.1, 2.3-2.5, 1.4.
    """
    review, moment = question.record, question.moment
    if committed(moment) is None:
        yield Refusal("G2", "", "Classify each leg first", "1.1")
        return
    yield from _meeting(question)
    if sorted(each.side for each in review.decisions) != sorted(sides(moment.pathway)):
        yield Refusal("R-MDT-1", "decisions", "Decide for each referred leg once", "3.8")
        return
    for place, limb in enumerate(review.decisions):
        if limb.outcome in OFFERS:
            yield from chain(_offer(question, limb, f"decisions.{place}"), _imaging(question, limb.side))


def _meeting(question: Question[MdtReview]) -> Iterator[Refusal]:
    review, staff = question.record, question.facts.staff
    deferred = all(each.outcome == Outcome.DEFER for each in review.decisions)
    roles = {each.person: staff.get(each.person, frozenset()) for each in review.attendees}
    if (missing := quorum_missing(roles)) and not deferred:
        wanted = ", ".join(role.replace("_", " ") for role in missing)
        yield Refusal(
            "R-MDT-1",
            "attendees",
            f"Three different people of three specialties are needed; missing: {wanted}",
            "3.8",
        )
    if review.met_at > question.now:
        yield Refusal("R-MDT-1", "met_at", "This lies in the future", "3.8")
    if len(review.options_considered) < 2 or Option.ANTICOAGULATION_ALONE not in review.options_considered:  # noqa: PLR2004 -- clinical.md 2.3
        yield Refusal(
            "R-MDT-1",
            "options_considered",
            "Weigh at least two options, anticoagulation alone among them",
            "2.3",
        )


def _offer(question: Question[MdtReview], limb: LimbDecision, at: str) -> Iterator[Refusal]:
    found = recommended(question.moment, limb.side).cls
    allowed = {
        Outcome.OFFER_SPECIAL_ARRANGEMENTS: ArrangementClass.SPECIAL_ARRANGEMENTS,
        Outcome.OFFER_IN_RESEARCH: ArrangementClass.RESEARCH_ONLY,
    }[limb.outcome]
    if found == ArrangementClass.RESEARCH_ONLY and limb.outcome == Outcome.OFFER_SPECIAL_ARRANGEMENTS:
        words = "The clot does not reach the common femoral vein: offer only inside a research study"
        yield Refusal("R-MDT-3", f"{at}.outcome", words, "1.1")
    elif limb.side not in agreed(question.moment):
        yield Refusal("G2", f"{at}.outcome", "A clinician disagreed with the class of this leg: settle it first", "1.1")
    elif found != allowed:
        yield Refusal(
            "G2",
            f"{at}.outcome",
            f"This leg is classified {found.replace('_', ' ')}: it cannot be offered so",
            "1.1",
        )
    if limb.outcome == Outcome.OFFER_IN_RESEARCH and not any(s.open_on_site for s in question.facts.studies.values()):
        yield Refusal("R-ELI-1", f"{at}.outcome", "No study is open at this site", "1.1")
    if limb.plan is None:
        yield Refusal("R-MDT-5", f"{at}.plan", "An offer needs its plan", "2.5")
    elif limb.plan.filter_planned and limb.plan.filter_indication is None:
        yield Refusal("G9", f"{at}.plan.filter_indication", "A planned filter needs its indication", "2.5")


def _imaging(question: Question[MdtReview], side: Side) -> Iterator[Refusal]:
    study = imaging_of(question.pathway, side)
    reviewed = [each for each in question.record.imaging_reviewed if each.side == side]
    if study is None or study[1].accession not in {each.accession for each in reviewed}:
        yield Refusal("R-MDT-2", "imaging_reviewed", f"Review the newest imaging of the {side} leg", "2.5")
    elif question.record.met_at < study[1].performed_at:
        words = f"The newest imaging of the {side} leg was done after this meeting"
        yield Refusal("R-MDT-2", "imaging_reviewed", words, "2.5")
    elif question.record.met_at - study[1].performed_at > timedelta(hours=question.policy.imaging_max_age_hours):
        words = f"The newest imaging of the {side} leg is over {question.policy.imaging_max_age_hours} hours old"
        yield Refusal("R-MDT-2", "imaging_reviewed", words, "2.5")


def sign_off_refusals(question: Question[MdtSignOff]) -> Iterator[Refusal]:
    """Why this signature does not count.

    Refuses: a review that is not the newest or was overtaken, a person who did not attend or has signed
    already, a specialty that has signed already, an objection without its reason. Guidance: 3.8.
    """
    review, record = question.pathway.latest(MdtReview), question.record
    if review is None or review.seq != record.review or overtaken(question.moment, review.seq):
        yield Refusal("R-MDT-1", "review", "This is not the review to sign now: look at the newest one", "3.8")
        return
    signed, meeting = signatures(question.moment), review.record
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


def settled(moment: Moment) -> bool:
    """Whether the MDT is done for now: an offer stands, or it decided against one. A deferral is not done."""
    found = decision(moment)
    if found is None or overtaken(moment, found.seq):
        return False
    return moment.now < found.lapses_at if found.offers else _final(found)


def status(moment: Moment) -> Status:
    found = decision(moment)
    if found is None or overtaken(moment, found.seq) or not settled(moment):
        return Status.MDT_PENDING
    return Status.PREPARING if found.offers else Status.MDT_DECIDED


def tasks(moment: Moment) -> Iterator[Task]:
    """The meeting itself, due by T-MDT, and one signature for each specialty that still owes it."""
    entry, review = committed(moment), moment.pathway.latest(MdtReview)
    if entry is None or not may_go_on(moment):
        return
    open_again = not (settled(moment) or started(moment.pathway))
    waiting = review is not None and review.seq > entry.seq and decision(moment) is None and not _objected(moment)
    state = TaskState.OPEN if open_again and not waiting else TaskState.DONE
    yield Task("mdt_review", Role.MDT_COORDINATOR, entry.at, _due(moment, entry)[1], state=state)
    if review is not None and waiting:
        signed = {each.by.role for each in signatures(moment)}
        for specialty in sorted(MDT_SPECIALTIES):
            state = TaskState.DONE if specialty in signed else TaskState.OPEN
            yield Task("mdt_sign_off", specialty, review.at, _due(moment, entry)[1], key=str(review.seq), state=state)


def _objected(moment: Moment) -> bool:
    return any(isinstance(each.record, MdtSignOff) and not each.record.agrees for each in signatures(moment))


def _due(moment: Moment, anchor: Entry) -> tuple[datetime, datetime]:
    """The latest day from presentation, and when the decision is due: the earlier of both limits (T-MDT)."""
    policy, nation = moment.policy, moment.pathway.nation
    referral = moment.pathway.record(Referral)
    start = civil(anchor.at)
    due = add_working_days(start, policy.mdt_due_working_days, nation)
    latest = due
    if referral is not None:
        latest = roll_back(civil(referral.presentation_at) + timedelta(days=policy.mdt_latest_day), nation)
    ends = policy.working_day_ends
    return at_time(latest, ends), at_time(max(min(due, latest), start), ends)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-MDT counted from the committed classification, T-OFFER from the meeting that made the offer."""
    entry = committed(moment)
    if entry is not None and may_go_on(moment):
        latest, due = _due(moment, entry)
        decided = bool(started(moment.pathway)) or _met_and_decided(moment, entry.seq)
        yield Timer("T-MDT", "due", "classified_at", entry.at, due, civil(due), (Role.MDT_COORDINATOR,), met=decided)
        if latest > due:
            tells = (Role.MDT_COORDINATOR, Role.GOVERNANCE_LEAD)
            yield Timer("T-MDT", "latest_day", "classified_at", entry.at, latest, civil(latest), tells, met=decided)
    found = decision(moment)
    if found is not None and found.offers:
        over = bool(started(moment.pathway)) or overtaken(moment, found.seq)
        chair = (Role.MDT_COORDINATOR,)
        yield Timer(
            "T-OFFER",
            "lapse",
            "met_at",
            found.review.met_at,
            found.lapses_at,
            civil(found.lapses_at),
            chair,
            met=over,
        )
