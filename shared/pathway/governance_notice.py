"""What governance is owed (IPG651 1.2, R-GOV-1..3): one notice for each offer, its dispatches, its chasing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.pathway.choices import Urgency
from shared.pathway.civil_time import add_working_days, at_time, civil
from shared.pathway.clock_marks import TimerFired
from shared.pathway.duties import Obligation, Outside, Task, TaskState, Timer
from shared.pathway.governance import (
    LADDER,
    NoticeAcknowledged,
    NoticeBounced,
    NoticeDelivered,
    NoticeSent,
    NoticeUnsendable,
    in_line_after,
)
from shared.pathway.mdt_offer import decision
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.procedure import started
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import urgency
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
    """A notice about one offer, or one emergency start. `number` counts from 1 within the pathway."""

    number: int
    about: str  # mdt_offer | emergency_start
    owed_at: datetime
    dispatches: tuple[Dispatch, ...]
    acknowledged_at: datetime | None
    acknowledged_by: str | None

    @property
    def delivered_at(self) -> datetime | None:
        return min((each.delivered_at for each in self.dispatches if each.delivered_at), default=None)


def occasions(moment: Moment) -> tuple[tuple[str, datetime], ...]:
    """Every occasion on which governance had to be told: an offer (third signature), an emergency start without one."""
    found = [("mdt_offer", at) for at in _offers_made(moment)]
    if urgency(moment.pathway) == Urgency.EMERGENCY:
        found += [("emergency_start", entry.at) for entry in started(moment.pathway) if not found]
    return tuple(found)


def _offers_made(moment: Moment) -> Iterator[datetime]:
    """The moment of each offer ever made, oldest first, also of those that lapsed since."""
    for entry in moment.pathway.every(MdtReview):
        signed = [
            s
            for s in moment.pathway.every(MdtSignOff)
            if isinstance(s.record, MdtSignOff) and s.record.review == entry.seq
        ]
        agreed = all(isinstance(s.record, MdtSignOff) and s.record.agrees for s in signed)
        if agreed and {s.by.role for s in signed} >= MDT_SPECIALTIES and _offers(entry):
            yield max(s.at for s in signed)


def _offers(entry: Entry) -> bool:
    return isinstance(entry.record, MdtReview) and any(
        each.outcome.startswith("offer") for each in entry.record.decisions
    )


def notices(moment: Moment) -> tuple[Notice, ...]:
    return moment.pathway.once(("notices",), moment.policy, lambda: _notices(moment))


def _notices(moment: Moment) -> tuple[Notice, ...]:
    return tuple(_notice(moment, number, *each) for number, each in enumerate(occasions(moment), start=1))


def _notice(moment: Moment, number: int, about: str, owed_at: datetime) -> Notice:
    said = next(
        (e for e in moment.pathway.every(NoticeAcknowledged) if getattr(e.record, "notice", 0) == number),
        None,
    )
    dispatches = tuple(_dispatches(moment, number, owed_at))
    return Notice(number, about, owed_at, dispatches, said.at if said else None, said.by.person if said else None)


def _dispatches(moment: Moment, number: int, owed_at: datetime) -> Iterator[Dispatch]:
    """The first dispatch to the leads, one more for each rung of T-GOV that fired, each with its way up the ladder.

    A key says what caused the dispatch, so that it stays the same whatever happens in between.
    """
    yield from _up_the_ladder(moment, f"n{number}-first", LADDER[0], "first", owed_at)
    for rung, at, to, reason in _chases(moment, owed_at):
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
}
"""What each rung of T-GOV adds: the deputy after silence, reminders for the acknowledgement."""


def _chases(moment: Moment, anchor: datetime) -> Iterator[tuple[str, datetime, Role, str]]:
    for entry in moment.pathway.every(TimerFired):
        record = entry.record
        if isinstance(record, TimerFired) and record.timer == "T-GOV" and record.anchor_value == anchor.isoformat():
            for to, reason in CHASES.get(record.rung, ()):
                yield record.rung, entry.at, to, reason


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
    """The notice about the newest occasion; None when governance is owed nothing yet."""
    found = notices(moment)
    return found[-1] if found else None


def informed(moment: Moment) -> bool:
    """Whether a governance lead of the trust was told of the present offer (R-GOV-1; IPG651 1.2).

    Delivered is enough, unless the trust demands an acknowledgement; who says to have read it was told in any case,
    whatever became of the mail.
    """
    notice, offer = current(moment), decision(moment)
    if notice is None or (offer is not None and notice.owed_at < offer.decided_at):
        return False
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


def tasks(moment: Moment) -> Iterator[Task]:
    """Reading each notice, for the lead; telling governance in person, when no notice arrives at all."""
    for notice in notices(moment):
        state = TaskState.DONE if notice.acknowledged_at else TaskState.OPEN
        days = moment.policy.notice_ack_working_days
        due = _working(moment, notice, days[0])
        late = moment.now >= _working(moment, notice, days[1])
        told = (Role.DEPUTY_GOVERNANCE_LEAD,) if late and state == TaskState.OPEN else ()
        key = str(notice.number)
        yield Task(
            "governance_acknowledgement",
            LADDER[0],
            notice.owed_at,
            due,
            key=key,
            state=state,
            escalated_to=told,
        )
        if _unreachable(notice):
            since = notice.dispatches[-1].owed_at
            yield Task(
                "tell_governance_in_person",
                Role.MDT_COORDINATOR,
                since,
                since,
                key=key,
                why="No notice arrived",
            )


def _unreachable(notice: Notice) -> bool:
    """Whether every dispatch failed, up to the medical director: then a person has to tell governance."""
    return notice.acknowledged_at is None and all(each.failed_at for each in notice.dispatches)


def _working(moment: Moment, notice: Notice, days: int) -> datetime:
    day = add_working_days(civil(notice.owed_at), days, moment.pathway.nation)
    return at_time(day, moment.policy.working_day_ends)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-GOV: sent within minutes, another way after hours of silence, acknowledgement chased on working days.

    T-EMG: an emergency's notice within 24 hours of the start (R-GOV-2).
    """
    policy = moment.policy
    for notice in notices(moment):
        sent = any(each.sent_at or each.delivered_at for each in notice.dispatches)
        delivered, read = notice.delivered_at is not None, notice.acknowledged_at is not None
        lead, deputy = Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD
        soon = notice.owed_at + timedelta(minutes=policy.notice_send_minutes)
        silent = notice.owed_at + timedelta(hours=policy.notice_undelivered_hours)
        rungs: list[tuple[str, datetime, tuple[Role, ...], bool]] = [
            ("send", soon, (Role.OPS,), sent),
            ("undelivered", silent, (deputy,), delivered or read),
        ]
        first, second = policy.notice_ack_working_days
        rungs += [("acknowledge", _working(moment, notice, first), (lead,), read)]
        rungs += [("acknowledge_again", _working(moment, notice, second), (lead, deputy), read)]
        for rung, due, tells, met in rungs:
            yield Timer("T-GOV", rung, f"{notice.about}_at", notice.owed_at, due, civil(due), tells, met=met)
    yield from _emergency_timers(moment)


def _emergency_timers(moment: Moment) -> Iterator[Timer]:
    """T-EMG for each emergency start: G5 let it go ahead, so governance has to know within hours (R-GOV-2)."""
    if urgency(moment.pathway) != Urgency.EMERGENCY:
        return
    notice = current(moment)
    told = notice is not None and (notice.delivered_at is not None or notice.acknowledged_at is not None)
    for entry in started(moment.pathway):
        due = entry.at + timedelta(hours=moment.policy.emergency_notice_hours)
        director = (Role.MEDICAL_DIRECTOR,)
        yield Timer("T-EMG", "governance", "started_at", entry.at, due, civil(due), director, met=told)
