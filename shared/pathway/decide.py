"""What a pathway amounts to at a moment: may a record stand, who owes what, where it is. Reads the table of stages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from shared.contracts.steps import Step
from shared.pathway import classification, closure, follow_up_duties, mdt_offer
from shared.pathway.choices import Status
from shared.pathway.clock_marks import TimerFired
from shared.pathway.closure import Closure
from shared.pathway.discharge import Discharge
from shared.pathway.duties import Obligation, Task, Timer
from shared.pathway.follow_up import min_until, reviewed
from shared.pathway.life_events import died
from shared.pathway.people import Signature
from shared.pathway.procedure import started, under_way
from shared.pathway.procedure_rules import ready
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal
from shared.pathway.stage import Stage
from shared.pathway.stages import KINDS, STAGES, STEPS

AFTER_CLOSING = frozenset(
    kind.name
    for stage in STAGES
    for kind in stage.kinds
    if not kind.desk or kind.after_closing or stage.outlives_closing
)
"""What may still arrive for a closed pathway: answers of the outside world, and what outlives its closing."""


def refusals(moment: Moment, record: Record, by: Signature) -> tuple[Refusal, ...]:
    """Every reason why `record` cannot be added by `by` at this moment; empty means it stands. Guidance: all."""
    if moment.pathway.record(Closure) is not None and record.kind not in AFTER_CLOSING:
        return (Refusal("1.1", "", "This pathway is closed", "D"),)
    if record.kind != Referral.kind and moment.pathway.record(Referral) is None:
        return (Refusal("R-REF-1", "", "A pathway begins with its referral", "2.1"),)
    if died(moment) is not None and record.kind in NEVER_AFTER_DEATH and not _written_up(record):
        return (Refusal("H-05", "", "The patient has died: this cannot be done any more", "D"),)
    return tuple(dict.fromkeys(KINDS[record.kind].refusals(Question(moment, record, by))))


NEVER_AFTER_DEATH = frozenset({"consent", "consent_confirmed", "research_enrolment", "procedure_start", "mdt_sign_off"})
"""What nobody may begin for somebody who has died (hazard H-05). What happened before may still be written down."""


def _written_up(record: Record) -> bool:
    """A start written down afterwards is one that happened: the registry is owed it in any case (IPG651 1.3)."""
    return getattr(record, "started_at", None) is not None


def _living(moment: Moment) -> tuple[Stage, ...]:
    """The stages that still have duties: of somebody who died only those that outlive death (clinical.md 3)."""
    return tuple(stage for stage in STAGES if stage.outlives_death) if died(moment) else STAGES


def settled(moment: Moment) -> frozenset[Step]:
    """The steps that wait for nothing more at this moment. A started procedure settles for good what led to it."""
    return moment.once("settled", lambda: _settled(moment))


def _settled(moment: Moment) -> frozenset[Step]:
    found = frozenset(stage.step for stage in STEPS if stage.step and stage.settled(moment))
    return found | LED_TO_THE_PROCEDURE if started(moment.pathway) else found


LED_TO_THE_PROCEDURE = frozenset({Step.REFERRAL, Step.MDT_REVIEW, Step.CONSENT})


def tasks(moment: Moment) -> tuple[Task, ...]:
    """Who owes what. Of a closed pathway only what outlives it; of an ending one nothing that leads to a procedure."""
    return moment.once("tasks", lambda: _tasks(moment))


def _tasks(moment: Moment) -> tuple[Task, ...]:
    closed, ending = closure.closed(moment), closure.ending(moment)
    stages = [stage for stage in _living(moment) if closed is None or stage.outlives_closing]
    found = chain.from_iterable(find(moment) for stage in stages for find in stage.tasks)
    return tuple(each for each in found if ending is None or each.kind not in MOOT_WHEN_ENDING)


MOOT_WHEN_ENDING = frozenset({"mdt_review", "mdt_sign_off", "consent", "consent_confirmed", "procedure_start"})


def owed(moment: Moment) -> tuple[Obligation, ...]:
    """What the outside world is owed and has not got. A closed pathway still owes what it owed."""
    return moment.once("owed", lambda: _owed(moment))


def _owed(moment: Moment) -> tuple[Obligation, ...]:
    return tuple(chain.from_iterable(find(moment) for stage in _living(moment) for find in stage.owed))


@dataclass(frozen=True, slots=True)
class TimerView:
    """A timer with what became of it: pending, fired (once, at `fired_at`), or met before it fired."""

    timer: Timer
    state: str
    fired_at: datetime | None


def timers(moment: Moment) -> tuple[TimerView, ...]:
    """Every timer of the pathway, with what became of it."""
    return moment.once("timers", lambda: _timers(moment))


def _timers(moment: Moment) -> tuple[TimerView, ...]:
    fired = {
        entry.record.key: entry.record.due_at
        for entry in moment.pathway.every(TimerFired)
        if isinstance(entry.record, TimerFired)
    }
    closed, dead = closure.closed(moment) is not None, died(moment) is not None
    return tuple(
        _seen(
            timer,
            fired.get(timer.key),
            over=(closed and not _runs_on(stage)) or (dead and not stage.outlives_death),
        )
        for stage in STAGES
        for find in stage.timers
        for timer in find(moment)
    )


def _runs_on(stage: Stage) -> bool:
    """Whether the clock of this stage goes on when the pathway is closed: that of a filter, or of an adverse event."""
    return stage.outlives_closing and stage.step is None


def _seen(timer: Timer, fired_at: datetime | None, *, over: bool) -> TimerView:
    if fired_at is not None:
        return TimerView(timer, "fired", fired_at)
    return TimerView(timer, "met" if timer.met or over else "pending", None)


def due(moment: Moment) -> tuple[TimerFired, ...]:
    """The timers that have fallen due and not fired, in the order in which they fell due."""
    ripe = sorted(
        (view.timer for view in timers(moment) if view.state == "pending"),
        key=lambda each: (each.due_at, each.key),
    )
    return tuple(
        TimerFired(timer=each.id, rung=each.rung, anchor_value=each.anchor_value.isoformat(), due_at=each.due_at)
        for each in ripe
        if each.due_at <= moment.now
    )


def next_due_at(moment: Moment) -> datetime | None:
    """The next instant at which the clock alone changes something; None when nothing is waiting for it."""
    return min((view.timer.due_at for view in timers(moment) if view.state == "pending"), default=None)


def status(moment: Moment) -> Status:
    """Where the pathway stands (clinical.md 1.1)."""
    if closure.closed(moment):
        return Status.CLOSED
    if started(moment.pathway):
        return _after_start(moment)
    if not classification.settled(moment):
        return classification.status(moment)
    found = mdt_offer.status(moment)
    return Status.READY if found == Status.PREPARING and ready(moment) else found


def _after_start(moment: Moment) -> Status:
    if under_way(moment.pathway):
        return Status.IN_PROCEDURE
    if reviewed(moment):
        return Status.LONG_TERM_FOLLOWUP
    left = moment.pathway.latest(Discharge)
    if left is None or left.seq < started(moment.pathway)[-1].seq:
        return Status.POST_PROCEDURE
    until = min_until(moment)
    return Status.ANTICOAG_FOLLOWUP if until and moment.now >= _review_opens(moment) else Status.DISCHARGED


def _review_opens(moment: Moment) -> datetime:
    own = follow_up_duties.timers(moment)  # of all timers only those of the stage that has this one
    return next(timer.due_at for timer in own if (timer.id, timer.rung) == ("T-3M", "opens"))


def step(moment: Moment) -> Step:
    """The first step, in the order of the guidance, that still waits for something; the last one when none does."""
    done = settled(moment)
    waiting: Iterator[Step] = (step for step in Step if step not in done)
    return next(waiting, tuple(Step)[-1])


def entry_at(moment: Moment, record: Record) -> datetime:
    """The time an entry carries: now, or a timer's own due time; never before the entry it follows."""
    at = record.due_at if isinstance(record, TimerFired) else moment.now
    last = moment.pathway.entries[-1].at if moment.pathway.entries else at
    return max(at, last)


def next_entry(moment: Moment, record: Record, by: Signature) -> Entry:
    return Entry(moment.pathway.version + 1, entry_at(moment, record), by, record, moment.facts)
