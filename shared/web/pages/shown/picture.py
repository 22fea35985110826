"""The pathway as a picture: the steps of IPG651 in order, where the patient is, and who waits for whom."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.steps import Step
from shared.pathway.duties import TaskState
from shared.pathway.stages import STEP_OF
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import Words, spoken
from shared.web.shapes import ShownTask

# Which steps go on side by side (clinical.md 1.1).
PLACES = (
    (Step.REFERRAL,),
    (Step.MDT_REVIEW,),
    (Step.GOVERNANCE_NOTIFICATION, Step.CONSENT),
    (Step.PROCEDURE,),
    (Step.REGISTRY_ENTRY, Step.ANTICOAGULATION_FOLLOW_UP),
)
COLOURS = {"done": "green", "current": "blue", "waiting": "grey"}


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody has to do something: role and task in words."""

    role: str
    task: str
    due: Due


@dataclass(frozen=True, slots=True)
class StepShown:
    """`state` is done, current or waiting; `number` counts the places, not the steps."""

    name: str
    state: str
    tag: Tag
    waits: tuple[Wait, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One or two steps side by side, with the furthest state of them."""

    number: int
    state: str
    steps: tuple[StepShown, ...]


def pathway_picture(
    settled: Collection[Step], tasks: Iterable[ShownTask], *, now: datetime, say: Words | None = None
) -> tuple[Place, ...]:
    """The places of the pathway: those before the first unsettled one are done, that one is now, the rest comes later.

    `settled` as `decide.settled` gives it, `tasks` all of the pathway's, of which the open ones are shown.
    """
    say = say or spoken()
    waits = _waits(tasks, now, say)
    found: list[Place] = []
    reached = True
    for number, steps in enumerate(PLACES, start=1):
        shown = tuple(_step(step, reached=reached, done=step in settled, waits=waits, say=say) for step in steps)
        found.append(Place(number, _furthest(shown), shown))
        reached = reached and all(step in settled for step in steps)
    return tuple(found)


def _step(step: Step, *, reached: bool, done: bool, waits: list[tuple[Step, Wait]], say: Words) -> StepShown:
    mine = tuple(wait for at, wait in waits if at == step)
    state = "done" if done and reached else "current" if reached or mine else "waiting"
    return StepShown(say(f"step.{step.value}"), state, Tag(say(f"step_state.{state}"), COLOURS[state]), mine)


def _furthest(steps: Iterable[StepShown]) -> str:
    states = {step.state for step in steps}
    if "current" in states or len(states) > 1:
        return "current"
    return states.pop()


def _waits(tasks: Iterable[ShownTask], now: datetime, say: Words) -> list[tuple[Step, Wait]]:
    return list(_each_wait(tasks, now, say))


def _each_wait(tasks: Iterable[ShownTask], now: datetime, say: Words) -> Iterator[tuple[Step, Wait]]:
    for task in tasks:
        step = step_of(task.kind)
        if task.state == TaskState.OPEN and step is not None:
            yield step, Wait(say(f"role.{task.role.value}"), say(f"task.{task.kind}"), due(task.due_at, now, say))


def step_of(kind: str) -> Step | None:
    """The step a task belongs to; None for the work of a track, which has a life of its own beside the steps."""
    return STEP_OF.get(kind)
