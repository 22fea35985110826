"""What governance is owed (IPG651 1.2, R-GOV-1..3): one notice for each offer, its dispatches, its chasing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.pathway.clock_marks import TimerFired
from shared.pathway.duties import Obligation, Outside
from shared.pathway.governance import (
    LADDER,
    NoticeAcknowledged,
    NoticeBounced,
    NoticeDelivered,
    NoticeSent,
    NoticeUnsendable,
    in_line_after,
)
from shared.pathway.governance_occasions import OPENS_G5, Occasion, in_research, occasions
from shared.pathway.governance_quiet import waits
from shared.pathway.mdt_offer import decision
from shared.pathway.people import Role
from shared.pathway.question import Moment, Question
from shared.pathway.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One sending of a notice to one role. Times are None for what has not happened."""

    key: str
    to: Role
    reason: str  # first | bounced | undelivered | reminder
    owed_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about one occasion (governance_occasions). `number` counts from 1 within the pathway."""

    number: int
    about: str
    owed_at: datetime
    dispatches: tuple[Dispatch, ...]
    acknowledged_at: datetime | None
    acknowledged_by: str | None

    @property
    def delivered_at(self) -> datetime | None:
        """When it first reached somebody of governance; the research office is told besides (R-GOV-4)."""
        return min(
            (each.delivered_at for each in self.dispatches if each.delivered_at and each.to in LADDER), default=None
        )


def notices(moment: Moment) -> tuple[Notice, ...]:
    return moment.pathway.once(("notices",), moment.policy, lambda: _notices(moment))


def _notices(moment: Moment) -> tuple[Notice, ...]:
    return tuple(_notice(moment, number, each) for number, each in enumerate(occasions(moment), start=1))


def _notice(moment: Moment, number: int, occasion: Occasion) -> Notice:
    said = next(
        (e for e in moment.pathway.every(NoticeAcknowledged) if getattr(e.record, "notice", 0) == number),
        None,
    )
    dispatches = tuple(_dispatches(moment, number, occasion))
    at, who = (said.at, said.by.person) if said else (None, None)
    return Notice(number, occasion.about, occasion.at, dispatches, at, who)


def _dispatches(moment: Moment, number: int, occasion: Occasion) -> Iterator[Dispatch]:
    """The first dispatch to the leads, one more for each rung of T-GOV that fired, each with its way up the ladder.

    A key says what caused the dispatch, so that it stays the same whatever happens in between.
    """
    owed_at = occasion.at
    yield from _up_the_ladder(moment, f"n{number}-first", LADDER[0], "first", owed_at)
    if in_research(moment, occasion):
        yield _reported(moment, Dispatch(f"n{number}-research", Role.RESEARCH_LEAD, "first", owed_at, None, None, None))
    for rung, at, to, reason in _chases(moment, occasion):
        yield from _up_the_ladder(moment, f"n{number}-{rung}-{to.value}", to, reason, at)


def _up_the_ladder(moment: Moment, key: str, to: Role, reason: str, owed_at: datetime) -> Iterator[Dispatch]:
    found = _reported(moment, Dispatch(key, to, reason, owed_at, None, None, None))
    yield found
    higher = in_line_after(to)
    if found.failed_at is not None and higher is not None:
        yield from _up_the_ladder(moment, f"{key}-up", higher, "bounced", found.failed_at)


CHASES: dict[str, tuple[tuple[Role, str], ...]] = {
    "undelivered": ((Role.DEPUTY_GOVERNANCE_LEAD, "undelivered"),),
    "acknowledge": ((Role.GOVERNANCE_LEAD, "reminder"),),
    "acknowledge_again": ((Role.GOVERNANCE_LEAD, "reminder"), (Role.DEPUTY_GOVERNANCE_LEAD, "reminder")),
    "director": ((Role.MEDICAL_DIRECTOR, "reminder"),),
}
"""What each rung of T-GOV adds: the deputy after silence, reminders for the acknowledgement, at last the director."""


def _chases(moment: Moment, occasion: Occasion) -> Iterator[tuple[str, datetime, Role, str]]:
    anchor = occasion.at.isoformat()
    for entry in moment.pathway.every(TimerFired):
        record = entry.record
        if isinstance(record, TimerFired) and record.timer == "T-GOV" and record.anchor_value == anchor:
            rung = _rung(moment, occasion, record)
            for to, reason in CHASES.get(rung, ()):
                yield rung, entry.at, to, reason


def _rung(moment: Moment, occasion: Occasion, fired: TimerFired) -> str:
    """What a rung that fired stands for: silence at night counts in the morning, by a rung of its own."""
    if fired.rung == "undelivered" and waits(moment, occasion.about, fired.due_at):
        return ""
    return "undelivered" if fired.rung == "morning" else fired.rung


def _reported(moment: Moment, owed: Dispatch) -> Dispatch:
    """The dispatch with what the mail system said of it since."""
    at: dict[type, datetime] = {}
    for kind in (NoticeSent, NoticeDelivered, NoticeBounced, NoticeUnsendable):
        for entry in moment.pathway.every(kind):
            if getattr(entry.record, "dispatch", "") == owed.key:
                at.setdefault(kind, entry.at)
    failed = min((at[kind] for kind in (NoticeBounced, NoticeUnsendable) if kind in at), default=None)
    return Dispatch(owed.key, owed.to, owed.reason, owed.owed_at, at.get(NoticeSent), at.get(NoticeDelivered), failed)


def current(moment: Moment) -> Notice | None:
    """The newest notice that lets a procedure go ahead, or was owed for one; None when there is none yet.

    What governance is told besides (a death, a withdrawal, a device) opens and shuts nothing.
    """
    return next((each for each in reversed(notices(moment)) if each.about in OPENS_G5), None)


def informed(moment: Moment) -> bool:
    """Whether a governance lead of the trust was told of the present offer (R-GOV-1; IPG651 1.2).

    Delivered is enough, unless the trust demands an acknowledgement; who says to have read it was told in any case,
    whatever became of the mail.
    """
    notice, offer = current(moment), decision(moment)
    if notice is None or (offer is not None and notice.owed_at < offer.decided_at):
        return False
    return reached(moment, notice)


def reached(moment: Moment, notice: Notice) -> bool:
    """Whether somebody of governance is known to have been told of this notice, by what the trust takes for it."""
    if notice.acknowledged_at is not None:
        return True
    return notice.delivered_at is not None and not moment.facts.ack_required


def owed(moment: Moment) -> Iterator[Obligation]:
    """Every dispatch that the mail system has not taken yet; nothing more once the notice is acknowledged."""
    for notice in notices(moment):
        for each in notice.dispatches:
            answered = each.sent_at or each.delivered_at or each.failed_at
            if answered is None and notice.acknowledged_at is None:
                yield Obligation(Outside.GOVERNANCE_NOTICE, each.key, each.owed_at)


def report_refusals(
    question: Question[NoticeDelivered] | Question[NoticeBounced] | Question[NoticeSent] | Question[NoticeUnsendable],
) -> Iterator[Refusal]:
    """Why a report of the mail system cannot stand. Refuses: a dispatch this pathway does not have. Guidance: 1.2."""
    keys = {each.key for notice in notices(question.moment) for each in notice.dispatches}
    if question.record.dispatch not in keys:
        yield Refusal("R-GOV-1", "dispatch", "This pathway has no such notice", "1.2")


def acknowledgement_refusals(question: Question[NoticeAcknowledged]) -> Iterator[Refusal]:
    """Why an acknowledgement cannot stand. Refuses: a notice that does not exist or was acknowledged. Guidance: 1.2."""
    notice = next((each for each in notices(question.moment) if each.number == question.record.notice), None)
    if notice is None:
        yield Refusal("R-GOV-1", "notice", "There is no such notice", "1.2")
    elif notice.acknowledged_at is not None:
        yield Refusal("R-GOV-1", "notice", "This notice has been acknowledged already", "1.2")


def settled(moment: Moment) -> bool:
    return informed(moment)
