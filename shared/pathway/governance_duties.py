"""Chasing what governance is owed (IPG651 1.2, R-GOV-1..3): reading each notice, and what happens in silence."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.pathway.choices import Urgency
from shared.pathway.civil_time import add_working_days, at_time, civil
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.governance import LADDER
from shared.pathway.governance_notice import Notice, current, notices, reached
from shared.pathway.governance_quiet import morning_after, waits
from shared.pathway.people import Role
from shared.pathway.procedure import started, started_at
from shared.pathway.question import Moment
from shared.pathway.referral import urgency


def tasks(moment: Moment) -> Iterator[Task]:
    """Reading each notice, for the lead; telling governance in person, when no notice arrives at all."""
    for notice in notices(moment):
        state = TaskState.DONE if notice.acknowledged_at else TaskState.OPEN
        days = moment.policy.notice_ack_working_days
        due = _working(moment, notice, days[0])
        key = str(notice.number)
        yield Task(
            "governance_acknowledgement",
            LADDER[0],
            notice.owed_at,
            due,
            key=key,
            state=state,
            escalated_to=_asked_besides(moment, notice) if state == TaskState.OPEN else (),
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


def _asked_besides(moment: Moment, notice: Notice) -> tuple[Role, ...]:
    """Whom an unread notice is shown to besides the lead: the deputy, then the director while nobody was reached."""
    policy = moment.policy
    late = moment.now >= _working(moment, notice, policy.notice_ack_working_days[1])
    silent = moment.now >= _working(moment, notice, policy.notice_director_working_days)
    deputy = (Role.DEPUTY_GOVERNANCE_LEAD,) if late else ()
    return (*deputy, Role.MEDICAL_DIRECTOR) if silent and not reached(moment, notice) else deputy


def _unreachable(notice: Notice) -> bool:
    """Whether every dispatch failed, up to the medical director: then a person has to tell governance."""
    return notice.acknowledged_at is None and all(each.failed_at for each in notice.dispatches if each.to in LADDER)


def _working(moment: Moment, notice: Notice, days: int) -> datetime:
    day = add_working_days(civil(notice.owed_at), days, moment.pathway.nation)
    return at_time(day, moment.policy.working_day_ends)


Rung = tuple[str, datetime, tuple[Role, ...], bool]
"""Its name, when it falls due, whom it tells, and whether what it waits for has happened."""


def timers(moment: Moment) -> Iterator[Timer]:
    """T-GOV chases each notice; T-EMG wants an emergency's notice within hours of the start (R-GOV-2)."""
    for notice in notices(moment):
        for rung, due, tells, met in (*_delivering(moment, notice), *_reading(moment, notice)):
            yield Timer("T-GOV", rung, f"{notice.about}_at", notice.owed_at, due, civil(due), tells, met=met)
    yield from _emergency_timers(moment)


def _delivering(moment: Moment, notice: Notice) -> Iterator[Rung]:
    """Sent within minutes, another way after hours of silence; what fell silent at night, in the morning."""
    sent = any(each.sent_at or each.delivered_at for each in notice.dispatches)
    arrived = notice.delivered_at is not None or notice.acknowledged_at is not None
    soon = notice.owed_at + timedelta(minutes=moment.policy.notice_send_minutes)
    silent = notice.owed_at + timedelta(hours=moment.policy.notice_undelivered_hours)
    yield "send", soon, (Role.OPS,), sent
    yield "undelivered", silent, (Role.DEPUTY_GOVERNANCE_LEAD,), arrived
    if waits(moment, notice.about, silent):
        yield "morning", morning_after(moment, silent), (Role.DEPUTY_GOVERNANCE_LEAD,), arrived


def _reading(moment: Moment, notice: Notice) -> Iterator[Rung]:
    """The acknowledgement chased on working days; the medical director told when lead and deputy stay silent."""
    first, second = moment.policy.notice_ack_working_days
    at_last = _working(moment, notice, moment.policy.notice_director_working_days)
    lead, deputy = Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD
    read = notice.acknowledged_at is not None
    yield "acknowledge", _working(moment, notice, first), (lead,), read
    yield "acknowledge_again", _working(moment, notice, second), (lead, deputy), read
    yield "director", at_last, (Role.MEDICAL_DIRECTOR,), reached(moment, notice)


def _emergency_timers(moment: Moment) -> Iterator[Timer]:
    """T-EMG for each emergency start: G5 let it go ahead, so governance has to know within hours (R-GOV-2)."""
    if urgency(moment.pathway) != Urgency.EMERGENCY:
        return
    notice = current(moment)
    told = notice is not None and (notice.delivered_at is not None or notice.acknowledged_at is not None)
    for entry in started(moment.pathway):
        begun = started_at(entry)
        due = begun + timedelta(hours=moment.policy.emergency_notice_hours)
        director = (Role.MEDICAL_DIRECTOR,)
        yield Timer("T-EMG", "governance", "started_at", begun, due, civil(due), director, met=told)
