"""Who owes what about adverse events, and by when (clinical.md 2.8, R-AE-1..7; IPG651 3.3, YR2).

None of it ends with the pathway, or with the patient's death.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.pathway import filter_track
from shared.pathway.adverse_event import ThirtyDayCheck
from shared.pathway.adverse_event_suggestions import answered, suggestions
from shared.pathway.adverse_event_track import (
    Reported,
    about,
    device_report,
    events,
    medicine_report,
    notifiable,
    seen_by,
    serious,
)
from shared.pathway.candour import Candour
from shared.pathway.civil_time import add_working_days, at_time, civil, roll_back, start_of
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.life_events import died
from shared.pathway.people import Role
from shared.pathway.procedure import procedure_id, started, started_at
from shared.pathway.question import Moment
from shared.pathway.yellow_card import DeviceRetained, YellowCard
from shared.pathway.yellow_card_draft import route

LOOKED = frozenset({Role.INTERVENTIONAL_RADIOLOGIST, Role.PROCEDURALIST, Role.VASCULAR_SURGEON})
"""Whose look at a serious event counts as that of interventional radiology (R-AE-1)."""

CANDOUR = {"in_person": "In person, as soon as it can be done", "written": "In writing"}
CANDOUR_STEPS = tuple(CANDOUR)


def tasks(moment: Moment) -> Iterator[Task]:
    """Reporting what was named or looks like an event, and for each event what it asks for."""
    for each in suggestions(moment):
        state = _state(done=answered(moment, each))
        yield Task("adverse_event", each.role, each.at, each.at, key=each.key, state=state, why=each.why)
    for found in events(moment):
        yield from _clinical(moment, found)
        yield from _reports(moment, found)
        yield from _candour(moment, found)


def _state(*, done: bool) -> TaskState:
    return TaskState.DONE if done else TaskState.OPEN


def _clinical(moment: Moment, each: Reported) -> Iterator[Task]:
    """The look of the lead at a serious event, at once; and how the event ended."""
    at, key, radiology = each.reported_at, str(each.seq), Role.INTERVENTIONAL_RADIOLOGIST
    if serious(each.event):
        looked = each.entry.by.role in LOOKED or bool(seen_by(moment, each.seq) & {role.value for role in LOOKED})
        yield Task("adverse_event_seen", radiology, at, at, key=key, state=_state(done=looked))
    yield Task("adverse_event_outcome", radiology, at, None, key=key, state=_state(done=not each.open))


def reports(each: Reported) -> tuple[str, ...]:
    """What a Yellow Card, or its sister, is owed about: the device, the medicine, both or neither (R-AE-2, R-AE-3)."""
    wanted = {"device": device_report(each.event), "medicine": medicine_report(each.event)}
    return tuple(name for name, so in wanted.items() if so)


def _carded(moment: Moment, each: Reported, subject: str) -> bool:
    cards = [entry.record for entry in about(moment, YellowCard, each.seq)]
    return any(isinstance(card, YellowCard) and card.about == subject for card in cards)


def _report_due(moment: Moment, each: Reported) -> datetime:
    if serious(each.event):
        return each.event.detected_at + timedelta(hours=moment.policy.yellow_card_serious_hours)
    return _working(moment, each.event.detected_at, moment.policy.yellow_card_working_days)


def _working(moment: Moment, since: datetime, days: int) -> datetime:
    return at_time(add_working_days(civil(since), days, moment.pathway.nation), moment.policy.working_day_ends)


def _reports(moment: Moment, each: Reported) -> Iterator[Task]:
    """A report for each suspicion, and keeping the device: it is not thrown away, and not sent in (R-AE-2)."""
    at, due, officer = each.reported_at, _report_due(moment, each), Role.DEVICE_SAFETY_OFFICER
    for subject in reports(each):
        done = _carded(moment, each, subject)
        late = (Role.GOVERNANCE_LEAD,) if not done and moment.now >= due else ()
        key, state = f"{each.seq}-{subject}", _state(done=done)
        where = route(moment.pathway.nation, subject)
        yield Task("yellow_card", officer, at, due, key=key, state=state, escalated_to=late, why=where)
    yield from _keeping(moment, each)


def _keeping(moment: Moment, each: Reported) -> Iterator[Task]:
    """Keeping the device; a filter from the day it is out, for nobody locks away what is inside the patient."""
    given = each.event.device
    found = filter_track.of_device(moment, given.udi_di, given.serial or given.lot) if given else None
    out = filter_track.came_out(moment, found) if found else each.entry
    if not device_report(each.event) or out is None:
        return
    since, seq = max(each.reported_at, out.at), max(each.seq, out.seq)
    state = _state(done=any(entry.seq > seq for entry in about(moment, DeviceRetained, each.seq)))
    yield Task("device_retained", Role.IR_NURSE, since, since, key=str(each.seq), state=state)


def _told(moment: Moment, each: Reported, step: str) -> bool:
    steps = [entry.record for entry in about(moment, Candour, each.seq)]
    return any(isinstance(record, Candour) and record.step == step for record in steps)


def _candour_due(moment: Moment, each: Reported, step: str) -> datetime:
    policy = moment.policy
    days = {"in_person": policy.candour_in_person_working_days, "written": policy.candour_written_working_days}
    return _working(moment, each.event.detected_at, days[step])


def _candour(moment: Moment, each: Reported) -> Iterator[Task]:
    """Telling the patient, or who speaks for them: in person as soon as practicable, then in writing (R-AE-5)."""
    if not notifiable(each.event):
        return
    for step in CANDOUR_STEPS:
        done, due = _told(moment, each, step), _candour_due(moment, each, step)
        late = (Role.GOVERNANCE_LEAD,) if not done and moment.now >= due else ()
        key, at = f"{each.seq}-{step}", each.reported_at
        state = _state(done=done)
        yield Task("candour", Role.PROCEDURALIST, at, due, key=key, state=state, escalated_to=late, why=CANDOUR[step])


def timers(moment: Moment) -> Iterator[Timer]:
    """T-YC and T-DOC for each event, counted from when it was noticed."""
    lead, officer = (Role.GOVERNANCE_LEAD,), (Role.DEVICE_SAFETY_OFFICER, Role.GOVERNANCE_LEAD)
    for each in events(moment):
        anchor = each.event.detected_at
        for subject in reports(each):
            due, met = _report_due(moment, each), _carded(moment, each, subject)
            rung = f"{subject}_{each.seq}"
            yield Timer("T-YC", rung, "detected_at", anchor, due, civil(due), officer, met=met)
        for step in CANDOUR_STEPS if notifiable(each.event) else ():
            due, met = _candour_due(moment, each, step), _told(moment, each, step)
            rung = f"{step}_{each.seq}"
            yield Timer("T-DOC", rung, "detected_at", anchor, due, civil(due), lead, met=met)


def check_tasks(moment: Moment) -> Iterator[Task]:
    """The 30-day check of each procedure, from day 30 on; a patient who has died is not asked (R-AE-7)."""
    for procedure, begun_at in _checked(moment):
        day = _check_on(moment, begun_at)
        done, due = _asserted(moment, procedure), at_time(_check_by(moment, day), moment.policy.working_day_ends)
        if done or moment.now >= start_of(day):
            late = (Role.REGISTRY_CLERK, Role.INTERVENTIONAL_RADIOLOGIST) if not done and moment.now >= due else ()
            opened, state = start_of(day), _state(done=done)
            yield Task(
                "thirty_day_check", Role.PROCEDURALIST, opened, due, key=procedure, state=state, escalated_to=late
            )


def check_timers(moment: Moment) -> Iterator[Timer]:
    """T-AE30: the day from which it can be said that 30 days went well."""
    tells = (Role.REGISTRY_CLERK, Role.INTERVENTIONAL_RADIOLOGIST)
    for procedure, begun_at in _checked(moment):
        day, met = _check_on(moment, begun_at), _asserted(moment, procedure)
        yield Timer("T-AE30", "check", "started_at", begun_at, start_of(day), day, tells, met=met)


def _checked(moment: Moment) -> Iterator[tuple[str, datetime]]:
    if died(moment) is None:
        for number, entry in enumerate(started(moment.pathway), start=1):
            yield procedure_id(moment.pathway, number), started_at(entry)


def _check_on(moment: Moment, begun_at: datetime) -> date:
    return civil(begun_at) + timedelta(days=moment.policy.adverse_event_check_days)


def _check_by(moment: Moment, day: date) -> date:
    """[D] The check cannot be made before its day: where that is no working day, it is due on the next one."""
    back = roll_back(day, moment.pathway.nation)
    return day if back == day else add_working_days(day, 1, moment.pathway.nation)


def _asserted(moment: Moment, procedure: str) -> bool:
    """Whether somebody who knows has said how the 30 days went. Nobody being reached says nothing."""
    checks = [entry.record for entry in moment.pathway.every(ThirtyDayCheck)]
    said = [each for each in checks if isinstance(each, ThirtyDayCheck) and each.procedure_id == procedure]
    return any(each.no_event or each.events for each in said)
