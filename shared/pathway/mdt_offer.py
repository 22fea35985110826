"""What an MDT review means (IPG651 3.8): whether it counts, what it offers, until when, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.pathway.anatomy import Side
from shared.pathway.choices import Status
from shared.pathway.civil_time import add_days, add_working_days, at_time, civil, roll_back
from shared.pathway.classification import committed, may_go_on
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.facts import Facts
from shared.pathway.material_change import overtaken, reclassified
from shared.pathway.mdt_review import (
    OFFERS,
    LimbDecision,
    MdtReview,
    MdtSignOff,
    MeetingType,
    Outcome,
    quorum_missing,
)
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.procedure import started
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import Referral

__all__ = [
    "Decision",
    "decision",
    "newest",
    "overtaken",
    "settled",
    "signatures",
    "standing_offer",
    "status",
    "tasks",
    "timers",
]


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


def newest(moment: Moment) -> Entry | None:
    """The newest review that decides about treatment. A retrospective one looks back, and undoes nothing (R-MDT-6)."""
    return next((entry for entry in reversed(moment.pathway.every(MdtReview)) if not looks_back(entry)), None)


def looks_back(entry: Entry) -> bool:
    """Whether this is a retrospective review of an emergency."""
    return isinstance(entry.record, MdtReview) and entry.record.meeting_type == MeetingType.RETROSPECTIVE


def signatures(moment: Moment) -> tuple[Entry, ...]:
    """The sign-offs of the newest review that decides."""
    review = newest(moment)
    return signatures_of(moment, review.seq) if review else ()


def signatures_of(moment: Moment, review: int) -> tuple[Entry, ...]:
    """The sign-offs under the review with this entry number, objections among them."""
    return tuple(entry for entry in moment.pathway.every(MdtSignOff) if _signs(entry, review))


def _signs(entry: Entry, review: int) -> bool:
    return isinstance(entry.record, MdtSignOff) and entry.record.review == review


def decision(moment: Moment) -> Decision | None:
    """The newest review, once signed by three people of three specialties without objection (R-MDT-1, R-MDT-4)."""
    entry = newest(moment)
    return _decided(moment, entry) if entry else None


def _decided(moment: Moment, entry: Entry) -> Decision | None:
    """What one review decided; None while it is not fully signed."""
    return moment.pathway.once(("decided", entry.seq), moment.policy, lambda: _signed_off(moment, entry))


def _signed_off(moment: Moment, entry: Entry) -> Decision | None:
    if not isinstance(entry.record, MdtReview):
        return None
    signed = signatures_of(moment, entry.seq)
    agreeing = [each for each in signed if isinstance(each.record, MdtSignOff) and each.record.agrees]
    if len(agreeing) != len(signed) or not {each.by.role for each in agreeing} >= MDT_SPECIALTIES:
        return None
    decided_at = max(each.at for each in agreeing)
    # The days run from the meeting: a late signature must not make old imaging young again.
    return Decision(entry.record, entry.seq, decided_at, add_days(entry.record.met_at, moment.policy.offer_valid_days))


def _met_and_decided(moment: Moment, since: int) -> bool:
    """Whether some review after entry `since` decided, whatever became of its offer: T-MDT was met, and stays so."""
    reviews = (e for e in moment.pathway.every(MdtReview) if e.seq > since and not looks_back(e))
    return any(found is not None and _final(found) for found in (_decided(moment, entry) for entry in reviews))


def _final(found: Decision) -> bool:
    return bool(found.offers) or all(each.outcome != Outcome.DEFER for each in found.review.decisions)


def standing_offer(moment: Moment) -> Decision | None:
    """The offer in force now: decided, not lapsed (R-MDT-5), not overtaken by a material change. None otherwise."""
    found = decision(moment)
    if found is None or not found.offers or moment.now >= found.lapses_at or overtaken(moment, found.seq):
        return None
    return found


def settled(moment: Moment) -> bool:
    """Whether the MDT is done for now: an offer stands, or it decided against one. A deferral is not done."""
    found = decision(moment)
    if found is None:
        return False
    if found.offers:
        return moment.now < found.lapses_at and not overtaken(moment, found.seq)
    return _final(found) and not reclassified(moment, found.seq)


def status(moment: Moment) -> Status:
    found = decision(moment)
    if found is None or not settled(moment):
        return Status.MDT_PENDING
    return Status.PREPARING if found.offers else Status.MDT_DECIDED


def tasks(moment: Moment) -> Iterator[Task]:
    """The meeting itself, due by T-MDT, and one signature for each specialty that still owes it."""
    entry, review = committed(moment), newest(moment)
    if entry is None or not may_go_on(moment):
        return
    latest, due = _due(moment, entry)
    open_again = not (settled(moment) or started(moment.pathway))
    waiting = review is not None and review.seq > entry.seq and decision(moment) is None and not _objected(moment)
    state = TaskState.OPEN if open_again and not waiting else TaskState.DONE
    told = _escalated(moment, due, latest) if state == TaskState.OPEN else ()
    yield Task("mdt_review", Role.MDT_COORDINATOR, entry.at, due, state=state, escalated_to=told)
    if review is not None and waiting:
        signed = {each.by.role for each in signatures(moment)}
        for specialty in _who_signs(review):
            state = TaskState.DONE if specialty in signed else TaskState.OPEN
            yield Task("mdt_sign_off", specialty, review.at, due, key=str(review.seq), state=state)


def _who_signs(review: Entry) -> tuple[Role, ...]:
    """The specialties that signatures are asked of: of a call without quorum only those who took part (R-MDT-6)."""
    if not isinstance(review.record, MdtReview):
        return ()
    missing = quorum_missing(specialties(review.record, review.facts))
    return tuple(sorted(MDT_SPECIALTIES - set(missing)))


def specialties(review: MdtReview, facts: Facts) -> dict[str, frozenset[Role]]:
    """Who was at the meeting, each with the roles the staff directory gives them (R-MDT-1)."""
    return {each.person: facts.staff.get(each.person, frozenset()) for each in review.attendees}


# [D] No role chairs the MDT in the staff directory: a late decision is taken to the vascular surgeon first.
CHAIR = Role.VASCULAR_SURGEON


def _escalated(moment: Moment, due: datetime, latest: datetime) -> tuple[Role, ...]:
    """Who is told of a decision that is late: the chair, after the latest day the governance lead too (T-MDT)."""
    if moment.now < due:
        return ()
    return (CHAIR, Role.GOVERNANCE_LEAD) if moment.now >= latest else (CHAIR,)


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
        late = (Role.MDT_COORDINATOR, CHAIR)
        yield Timer("T-MDT", "due", "classified_at", entry.at, due, civil(due), late, met=decided)
        if latest > due:
            tells = (Role.MDT_COORDINATOR, CHAIR, Role.GOVERNANCE_LEAD)
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
