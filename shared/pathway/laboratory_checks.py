"""Blood and urine after a rheolytic run: haemolysis is nearly universal, kidney injury not rare (R-PRO-5; IPG651 3.3).

T-LABS counts from the end of the procedure. Blood answers for the check whose hour it lies nearest to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.pathway.choices import Mechanism
from shared.pathway.civil_time import civil
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.laboratory import Bloods
from shared.pathway.laboratory_rules import CREATININE, HB, baseline, collections
from shared.pathway.life_events import died
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, procedures, started_at
from shared.pathway.question import Moment
from shared.pathway.record import Entry

TOLD = (Role.WARD_CLINICIAN, Role.INTERVENTIONAL_RADIOLOGIST)


@dataclass(frozen=True, slots=True)
class Run:
    """A procedure in which a rheolytic device was used. `number` counts from 1; checks count from `ended_at`."""

    number: int
    began_at: datetime
    ended_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one run: due after so many hours, answered by blood from `opens_at` until `closes_at`."""

    run: Run
    hours: int
    due_at: datetime
    opens_at: datetime
    closes_at: datetime | None  # None: the last one, which waits until it is done
    met: bool

    @property
    def key(self) -> str:
        return f"{self.run.number}-{self.hours}"


def runs(moment: Moment) -> tuple[Run, ...]:
    """Every rheolytic run, oldest first."""
    done = [(number, each.start, each.end) for number, each in enumerate(procedures(moment.pathway), start=1)]
    return tuple(
        Run(number, started_at(start), end.record.ended_at, end.at)
        for number, start, end in done
        if end is not None and isinstance(end.record, ProcedureEnd) and _rheolytic(end.record)
    )


def _rheolytic(end: ProcedureEnd) -> bool:
    return any(each.mechanism == Mechanism.RHEOLYTIC and each.outcome != "opened_unused" for each in end.devices_used)


def run_before(moment: Moment, bloods: Entry) -> Run | None:
    """The newest rheolytic run that was over when this blood was taken."""
    taken_at = bloods.record.collected_at if isinstance(bloods.record, Bloods) else bloods.at
    before = [run for run in runs(moment) if run.ended_at <= taken_at]
    return before[-1] if before else None


def checks(moment: Moment) -> Iterator[Check]:
    """The checks of every run, with whether blood of their time answers them."""
    hours, half = moment.policy.laboratory_check_hours, timedelta(hours=moment.policy.laboratory_window_hours)
    for run in runs(moment):
        for each in hours:
            due = run.ended_at + timedelta(hours=each)
            closes = None if each == hours[-1] else due + half
            yield Check(run, each, due, due - half, closes, met=_answered(moment, due - half, closes))


def _answered(moment: Moment, opens: datetime, closes: datetime | None) -> bool:
    taken = (each.bloods for each in collections(moment) if opens <= each.collected_at)
    return any(_complete(each) for each in taken if closes is None or each.collected_at < closes)


def _complete(bloods: Bloods) -> bool:
    """Haemoglobin, creatinine and the colour of the urine: each of them may be the first sign."""
    return bloods.hb is not None and bloods.creatinine is not None and bloods.urine_colour != "not_seen"


def tasks(moment: Moment) -> Iterator[Task]:
    """Each check from the end of the procedure on, until blood of its time has come or its time has gone.

    A check that was missed is the next one's work; that it was missed stays in the record as a timer that fired.
    """
    if died(moment) is not None:
        return
    for each in checks(moment):
        if each.met or each.closes_at is None or moment.now < each.closes_at:
            state = TaskState.DONE if each.met else TaskState.OPEN
            late = state == TaskState.OPEN and moment.now >= each.due_at
            told = (Role.INTERVENTIONAL_RADIOLOGIST,) if late else ()
            opened, due = each.run.known_at, each.due_at
            yield Task(
                "laboratory_check",
                Role.WARD_CLINICIAN,
                opened,
                due,
                key=each.key,
                state=state,
                escalated_to=told,
                why=f"{each.hours} hours after the rheolytic run: haemoglobin, creatinine, colour of the urine",
            )


def timers(moment: Moment) -> Iterator[Timer]:
    """T-LABS: ward and interventional radiology are told when the hour comes and no blood has."""
    gone = died(moment) is not None
    for each in checks(moment):
        rung, anchor = f"h{each.hours}", each.run.ended_at
        due_on = civil(each.due_at)
        yield Timer("T-LABS", rung, "run_ended_at", anchor, each.due_at, due_on, TOLD, met=each.met or gone)


def haemolysis_signs(moment: Moment, run: Run, bloods: Entry) -> tuple[str, ...]:
    """What in this blood, or urine, looks like haemolysis or kidney injury beside the values before the run."""
    taken = bloods.record
    if not isinstance(taken, Bloods):
        return ()
    hb, creatinine = baseline(moment, HB, run.began_at), baseline(moment, CREATININE, run.began_at)
    fall = hb - taken.hb.value if hb is not None and taken.hb is not None else 0.0
    injured = (
        taken.creatinine is not None and creatinine is not None and _injured(moment, creatinine, taken.creatinine.value)
    )
    signs = {
        "Red or brown urine after a rheolytic run": taken.urine_colour == "red_or_brown",
        "Haemoglobin has fallen": fall >= moment.policy.material_hb_fall,
        "Creatinine has risen": injured,
    }
    return tuple(words for words, there in signs.items() if there)


def _injured(moment: Moment, before: float, after: float) -> bool:
    """Acute kidney injury as it is suggested (clinical.md 2.8): by the factor, or by the rise in µmol/L."""
    policy = moment.policy
    return after >= policy.aki_creatinine_times * before or after - before >= policy.aki_creatinine_rise
