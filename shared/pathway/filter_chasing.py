"""Who owes what about a filter that is inside, and the ladder of T-FIL (clinical.md 2.7, R-FIL-1; IPG651 2.5).

People's tasks fall due on the working day before, never after; what protects the patient fires on the true day.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, takewhile

from shared.pathway.civil_time import at_time, civil, roll_back
from shared.pathway.clock_marks import TimerFired
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.filter_track import Filter, filters
from shared.pathway.people import Role
from shared.pathway.question import Moment

OWNER = (Role.INTERVENTIONAL_RADIOLOGIST,)
"""Owner and backup are persons, named in the plan; both belong to those who take filters out."""

GOVERNANCE = (*OWNER, Role.GOVERNANCE_LEAD)
DIRECTOR = (*GOVERNANCE, Role.MEDICAL_DIRECTOR)


def tasks(moment: Moment) -> Iterator[Task]:
    """For each filter: its plan where it has none, the look whether it is needed, and taking it out."""
    for each in filters(moment):
        yield from _plan(moment, each)
        yield from _review(moment, each)
        yield from _retrieval(moment, each)


def _plan(moment: Moment, each: Filter) -> Iterator[Task]:
    """Only where an emergency let the plan come after the filter (R-FIL-1)."""
    if each.inserted.plan is not None:
        return
    opened = each.inserted.inserted_at
    state = _state(done=each.plan is not None or each.outcome is not None)
    yield Task("filter_plan", Role.PROCEDURALIST, opened, _plan_due(moment, each), key=str(each.number), state=state)


def _plan_due(moment: Moment, each: Filter) -> datetime:
    return each.inserted.inserted_at + timedelta(hours=moment.policy.filter_plan_hours)


def _review(moment: Moment, each: Filter) -> Iterator[Task]:
    state = _state(done=bool(each.reviews) or each.outcome is not None)
    due = _working_day(moment, _day(each, moment.policy.filter_review_days))
    opened = each.inserted.inserted_at
    yield Task(
        "filter_review", Role.INTERVENTIONAL_RADIOLOGIST, opened, due, key=str(each.number), state=state, why=_who(each)
    )


def _retrieval(moment: Moment, each: Filter) -> Iterator[Task]:
    """Open for as long as the filter is inside; who else is told grows with its stay."""
    state = _state(done=each.outcome is not None)
    told = _louder(moment, each) if state == TaskState.OPEN else ()
    due = _working_day(moment, each.target_on(moment.policy))
    opened, key = each.inserted.inserted_at, str(each.number)
    yield Task("filter_retrieval", OWNER[0], opened, due, key=key, state=state, escalated_to=told, why=_who(each))


def _louder(moment: Moment, each: Filter) -> tuple[Role, ...]:
    policy, today = moment.policy, civil(moment.now)
    if today >= each.critical_on(policy):
        return (Role.GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR)
    return (Role.GOVERNANCE_LEAD,) if today >= _day(each, policy.filter_red_days) else ()


def _who(each: Filter) -> str:
    named = f"Vena cava filter {each.number}"
    return named if each.plan else f"{named}: nobody is named yet"


def _state(*, done: bool) -> TaskState:
    return TaskState.DONE if done else TaskState.OPEN


def _day(each: Filter, days: int) -> date:
    return each.inserted_on + timedelta(days=days)


def _working_day(moment: Moment, day: date) -> datetime:
    return at_time(roll_back(day, moment.pathway.nation), moment.policy.working_day_ends)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-FIL: plan, review, target, amber, red, critical, and every week again. Only an outcome ends them."""
    for each in filters(moment):
        yield from timers_of(moment, each)


def timers_of(moment: Moment, each: Filter) -> Iterator[Timer]:
    """The ladder of one filter. While it is inside, one rung at least lies ahead."""
    anchor, settled = each.inserted.inserted_at, each.outcome is not None
    if each.inserted.plan is None:
        due, met = _plan_due(moment, each), settled or each.plan is not None
        yield Timer("T-FIL", "plan", "inserted_at", anchor, due, civil(due), (Role.PROCEDURALIST,), met=met)
    yield _target(moment, each)
    for rung, day, at, tells in _rungs(moment, each):
        met = settled or (rung == "review" and bool(each.reviews))
        yield Timer("T-FIL", rung, "inserted_at", anchor, at, day, tells, met=met)


def _target(moment: Moment, each: Filter) -> Timer:
    """Counted from the plan where there is one: another target is another timer."""
    day = roll_back(each.target_on(moment.policy), moment.pathway.nation)
    at = at_time(day, moment.policy.working_day_ends)
    field, anchor = ("target_on", each.plan.target_on) if each.plan else ("inserted_on", each.inserted_on)
    return Timer("T-FIL", "target", field, anchor, at, day, OWNER, met=each.outcome is not None)


def _rungs(moment: Moment, each: Filter) -> Iterator[tuple[str, date, datetime, tuple[Role, ...]]]:
    policy = moment.policy
    review = roll_back(_day(each, policy.filter_review_days), moment.pathway.nation)
    yield "review", review, at_time(review, policy.working_day_ends), OWNER
    critical = each.critical_on(policy)
    louder = (
        ("amber", _day(each, policy.filter_amber_days), OWNER),
        ("red", _day(each, policy.filter_red_days), GOVERNANCE),
        ("critical", critical, DIRECTOR),
        *((f"weekly_{n}", day, DIRECTOR) for n, day in enumerate(_weeks(moment, each, critical), start=1)),
    )
    for rung, day, tells in louder:
        # a filter that the maker wants out early is never amber after it was critical
        if day <= critical or rung.startswith("weekly"):
            yield rung, day, at_time(day, "00:00"), tells


def _weeks(moment: Moment, each: Filter, critical: date) -> Iterator[date]:
    """A week after the critical day, and every week again: those that are past, and the one that comes next."""
    last = each.outcome.on if each.outcome else civil(moment.now)
    step = timedelta(days=moment.policy.filter_again_days)
    yield from takewhile(lambda day: day <= last + step, (critical + n * step for n in count(1)))


def next_due_at(moment: Moment, each: Filter) -> datetime | None:
    """When the ladder of this filter goes on: the first rung neither fired nor met; None after its end."""
    fired = {entry.record.key for entry in moment.pathway.every(TimerFired) if isinstance(entry.record, TimerFired)}
    ahead = (timer.due_at for timer in timers_of(moment, each) if not timer.met and timer.key not in fired)
    return min(ahead, default=None)
