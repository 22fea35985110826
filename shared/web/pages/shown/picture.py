"""The pathway as a picture: the steps of IPG651 in order, where the patient is, and who waits for whom."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.steps import Step
from shared.pathway.duties import TaskState
from shared.pathway.stages import STEP_OF
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.tag import Tag
from shared.web.pages.shown.tasks import task_words, when_due
from shared.web.pages.words import Words, spoken
from shared.web.shapes import ShownTask

# Which steps go on side by side (clinical.md 1.1).
PLACES = (
    (Step.REFERRAL,),
    (Step.MDT_REVIEW,),
    (Step.GOVERNANCE_NOTIFICATION, Step.CONSENT),
    (Step.PROCEDURE,),
    (Step.REGISTRY_ENTRY, Step.ANTICOAGULATION_FOLLOW_UP),
    (Step.LONG_TERM_OUTCOMES,),
)
# What an emergency leaves to be done belongs to a step that its start went past.
OWED_TO = {"retrospective_mdt": Step.MDT_REVIEW}
COLOURS = {
    "done": "green",
    "current": "blue",
    "waiting": "grey",
    "owed": "orange",
    "unread": "orange",
    "ended": "grey",
    "withdrawn": "red",
}


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody has to do something: role and task in words."""

    role: str
    task: str
    due: Due


@dataclass(frozen=True, slots=True)
class StepShown:
    """`state` is done, current or waiting. What a closed pathway or an emergency start went past is owed, or ended.

    unread: governance was told, or has to be told again, and has not acknowledged it; withdrawn: consent was.
    """

    name: str
    state: str
    tag: Tag
    waits: tuple[Wait, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One or two steps side by side, with the furthest state of them. `number` counts the places, not the steps."""

    number: int
    state: str
    steps: tuple[StepShown, ...]


def pathway_picture(
    settled: Collection[Step],
    tasks: Iterable[ShownTask],
    *,
    now: datetime,
    closed: bool = False,
    passed_over: Collection[Step] = (),
    taken_back: Collection[Step] = (),
    begun: bool = False,
    say: Words | None = None,
) -> tuple[Place, ...]:
    """The places of the pathway: those before the first unsettled one are done, that one is now, the rest comes later.

    `settled` as `decide.settled` gives it, `tasks` all of the pathway's, of which the open ones are shown. A `closed`
    pathway has no current step: what was not done by then stays so. `passed_over` are settled steps that never were,
    because an emergency could not wait for them; `taken_back` are those the patient withdrew from, whatever is asked:
    they lead to nothing, unless it had begun by then.
    """
    say = say or spoken()
    waits = _waits(tasks, now, say)
    found: list[Place] = []
    reached, done = True, frozenset(settled) - frozenset(passed_over)
    going_on = frozenset(settled) - (frozenset() if begun else frozenset(taken_back))

    def state(step: Step, *, asked: bool) -> str:
        if step in taken_back:
            return "withdrawn"
        found = _state(step in done, reached=reached, asked=asked, over=closed or step in passed_over)
        return "unread" if found == "done" and asked and step is Step.GOVERNANCE_NOTIFICATION else found

    for number, steps in enumerate(PLACES, start=1):
        mine = {step: tuple(wait for at, wait in waits if at == step) for step in steps}
        shown = tuple(_step(step, state(step, asked=bool(mine[step])), mine, say) for step in steps)
        found.append(Place(number, _furthest(shown), shown))
        reached = reached and all(step in going_on for step in steps)
    return tuple(found)


def _step(step: Step, state: str, waits: Mapping[Step, tuple[Wait, ...]], say: Words) -> StepShown:
    return StepShown(say(f"step.{step.value}"), state, Tag(say(f"step_state.{state}"), COLOURS[state]), waits[step])


def _state(done: bool, *, reached: bool, asked: bool, over: bool) -> str:
    if done and reached:
        return "done"
    if over:
        return "owed" if asked else "ended"
    return "current" if reached or asked else "waiting"


def _furthest(steps: Iterable[StepShown]) -> str:
    states = {step.state for step in steps}
    if len(states) == 1:
        return states.pop()
    if states == {"done", "unread"}:
        return "unread"
    return next((state for state in ("withdrawn", "owed", "ended") if state in states), "current")


def _waits(tasks: Iterable[ShownTask], now: datetime, say: Words) -> list[tuple[Step, Wait]]:
    """The soonest due first; what has no deadline last."""
    return list(_each_wait(sorted(tasks, key=when_due), now, say))


def _each_wait(tasks: Iterable[ShownTask], now: datetime, say: Words) -> Iterator[tuple[Step, Wait]]:
    for task in tasks:
        step = step_of(task.kind)
        if task.state == TaskState.OPEN and step is not None:
            yield step, Wait(say(f"role.{task.role.value}"), task_words(task.kind, say), due(task.due_at, now, say))


def step_of(kind: str) -> Step | None:
    """The step a task belongs to; None for the work of a track, which has a life of its own beside the steps."""
    return OWED_TO.get(kind) or STEP_OF.get(kind)
