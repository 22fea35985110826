"""What the 3-month review, the supply and the yearly reviews ask of whom, and when (T-3M, T-SUP, T-1Y; IPG651 2.6)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from shared.pathway.civil_time import at_time, civil, roll_back
from shared.pathway.discharge import Discharge
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.follow_up import AnticoagulationReview, min_until, reviewed, stopped_elsewhere
from shared.pathway.people import Role
from shared.pathway.procedure import started, started_at, under_way
from shared.pathway.question import Moment
from shared.pathway.record import Entry


def tasks(moment: Moment) -> Iterator[Task]:
    """The review: opens before the minimum ends, due a week before it, escalated when it is reached (R-ACO-1).

    A supply that ends before the minimum: at once (R-DIS-3).
    """
    yield from _stopped_elsewhere(moment)
    until = min_until(moment)
    if until is None or under_way(moment.pathway):
        return
    yield from _three_months_review(moment, until)
    yield from _supply_tasks(moment, until)
    yield from _yearly(moment)


def _three_months_review(moment: Moment, until: date) -> Iterator[Task]:
    policy, nation = moment.policy, moment.pathway.nation
    opens = at_time(until - timedelta(days=policy.review_opens_days), "00:00")
    state = TaskState.DONE if reviewed(moment) else TaskState.OPEN
    if moment.now >= opens or state == TaskState.DONE:
        late = moment.now >= at_time(until, "00:00") and state == TaskState.OPEN
        due = at_time(roll_back(until - timedelta(days=policy.review_due_days), nation), policy.working_day_ends)
        told = (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD) if late else ()
        yield Task(
            "anticoagulation_review",
            Role.ANTICOAG_CLINIC,
            opens,
            due,
            state=state,
            escalated_to=told,
            why=CONTINUE,
        )


CONTINUE = "Treatment continues until a clinician has reviewed it with the patient"


def _yearly(moment: Moment) -> Iterator[Task]:
    """The next review while treatment goes on, from three weeks before it (R-ACO-4), again after each decision."""
    last = moment.pathway.latest(AnticoagulationReview)
    if reviewed(moment) is None or last is None or not isinstance(last.record, AnticoagulationReview):
        return
    day = last.record.next_review_due
    if day is None:
        return
    opens = at_time(day - timedelta(days=moment.policy.review_opens_days), "00:00")
    if moment.now >= opens:
        told = (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD) if moment.now >= _next_day(day) else ()
        due = at_time(roll_back(day, moment.pathway.nation), moment.policy.working_day_ends)
        key = day.isoformat()
        yield Task("anticoagulation_review", Role.ANTICOAG_CLINIC, opens, due, key=key, escalated_to=told, why=CONTINUE)


def _next_day(day: date) -> datetime:
    return at_time(day + timedelta(days=1), "00:00")


def _stopped_elsewhere(moment: Moment) -> Iterator[Task]:
    """Somebody stopped the drug outside this record: a clinician looks at once. The stop itself is no decision here."""
    news = stopped_elsewhere(moment)
    if news is not None:
        words = "The anticoagulant was stopped elsewhere: review it with the patient now"
        told = (Role.HAEMATOLOGIST,)
        yield Task(
            "anticoagulation_review",
            Role.ANTICOAG_CLINIC,
            news.at,
            news.at,
            key=f"stopped-{news.seq}",
            escalated_to=told,
            why=words,
        )


def _supply_tasks(moment: Moment, until: date) -> Iterator[Task]:
    left, supply = _supply(moment)
    if left is None or supply is None:
        return
    state = TaskState.DONE if reviewed(moment) else TaskState.OPEN
    check = _supply_check_on(moment, supply)
    if supply < until:
        yield Task(
            "supply_gap",
            Role.ANTICOAG_CLINIC,
            left.at,
            left.at,
            state=state,
            why="The supply ends before the minimum of 3 months",
        )
    if moment.now >= at_time(check, "00:00"):
        due = at_time(supply, moment.policy.working_day_ends)
        yield Task("supply_check", Role.ANTICOAG_CLINIC, at_time(check, "00:00"), due, state=state)


def _supply(moment: Moment) -> tuple[Entry | None, date | None]:
    left = moment.pathway.latest(Discharge)
    if left is None or not isinstance(left.record, Discharge) or left.record.anticoagulant is None:
        return None, None
    return left, left.record.anticoagulant.supply_until


def _supply_check_on(moment: Moment, supply: date) -> date:
    return roll_back(supply - timedelta(days=moment.policy.supply_check_days), moment.pathway.nation)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-3M from the latest procedure, T-SUP from the end of the supply, T-1Y from the last decision.

    None of them ever stops a drug.
    """
    until, begun = min_until(moment), started(moment.pathway)
    if until is not None and begun:
        yield from _three_months(moment, until, civil(started_at(begun[-1])))
    _left, supply = _supply(moment)
    if supply is not None:
        day = _supply_check_on(moment, supply)
        met = reviewed(moment) is not None
        yield Timer(
            "T-SUP",
            "check",
            "supply_until",
            supply,
            at_time(day, "00:00"),
            day,
            (Role.ANTICOAG_CLINIC,),
            met=met,
        )
    entry = moment.pathway.latest(AnticoagulationReview) if reviewed(moment) else None
    if entry is not None and isinstance(entry.record, AnticoagulationReview) and entry.record.next_review_due:
        day, decided = entry.record.next_review_due, entry.record.attended_on
        yield Timer("T-1Y", "review", "decided_on", decided, at_time(day, "00:00"), day, (Role.ANTICOAG_CLINIC,))


def _three_months(moment: Moment, until: date, anchor: date) -> Iterator[Timer]:
    policy, met = moment.policy, reviewed(moment) is not None
    opens = until - timedelta(days=policy.review_opens_days)
    due = roll_back(until - timedelta(days=policy.review_due_days), moment.pathway.nation)
    clinic = (Role.ANTICOAG_CLINIC,)
    louder = (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD)
    rungs: tuple[tuple[str, date, datetime, tuple[Role, ...]], ...] = (
        ("opens", opens, at_time(opens, "00:00"), clinic),
        ("due", due, at_time(due, policy.working_day_ends), clinic),
        ("escalate", until, at_time(until, "00:00"), louder),
    )
    for rung, day, at, tells in rungs:
        yield Timer("T-3M", rung, "procedure_on", anchor, at, day, tells, met=met)
