"""Playing stories live: in a world started for them on free ports, or in one that runs already."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.local.ports import PortTakenError
from deploy.local.readiness import NotReadyError
from deploy.local.supervisor import State
from deploy.local.world import InUseError, World
from deploy.scenarios.desks import Desks, WorldAway
from deploy.scenarios.expectations import Check
from deploy.scenarios.live import LiveStage
from deploy.scenarios.never import Watch
from deploy.scenarios.outside import REJECTED
from deploy.scenarios.playing import play
from deploy.scenarios.story import Story
from deploy.scenarios.table import Report

AT_ONCE = 3
"""Stories side by side: more of them only wait for each other on a machine with two cores."""


async def run(
    stories: Sequence[Story],
    report: Report,
    front_door: str | None,
    *,
    own_numbers: bool = False,
    remember: Path | None = None,
) -> None:
    """Plays every story through the desks behind `front_door`; None starts a world and ends it afterwards.

    The stories run side by side. Their patients keep the stories' numbers in a world started for them, and with
    `own_numbers`: then they are there to be gone on with. `remember` gets a line, the name of the story's file, for
    each of them.
    """
    _end_on_signal()
    try:
        async with _world(front_door, report) as door, Desks.of(door) as desks:
            await desks.refuse_if_away()
            keeping = stories if own_numbers else _first_of_each_patient(stories) if front_door is None else ()
            await _side_by_side(stories, desks, report, keeping, remember)
    except (NotReadyError, PortTakenError, InUseError, WorldAway) as failure:
        report.no_play(str(failure))


async def _side_by_side(
    stories: Sequence[Story], desks: Desks, report: Report, keeping: Sequence[Story], remember: Path | None
) -> None:
    """A few at a time, the longest first. The patients of those in `keeping` have the numbers of their stories."""
    places = asyncio.Semaphore(AT_ONCE)

    async def placed(story: Story) -> None:
        own = any(story is each for each in keeping)
        async with places:
            await _played(story, desks, report, own_number=own, remember=remember)

    async with asyncio.TaskGroup() as group:
        for each in sorted(stories, key=lambda story: len(story.steps), reverse=True):
            group.create_task(placed(each))


def _first_of_each_patient(stories: Sequence[Story]) -> tuple[Story, ...]:
    """One story for each patient: two stories of one patient side by side would be two pathways of one person."""
    return tuple({str(each.patient.plain()): each for each in reversed(stories)}.values())


def _end_on_signal() -> None:
    """SIGTERM ends the play as Ctrl-C does: in order, with the world it started."""
    playing = asyncio.current_task()
    if playing is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)


@asynccontextmanager
async def _world(front_door: str | None, report: Report) -> AsyncIterator[str]:
    """The front door's address."""
    if front_door is not None:
        yield front_door
        return
    began = time.perf_counter()

    def told(name: str, state: State) -> None:
        if state in {State.READY, State.DONE, State.DIED}:
            report.say(f"{name}: {state} after {time.perf_counter() - began:.1f} s")

    async with World.scratch(told=told) as world:
        await world.start()
        yield world.ports.url("front_door")


async def _played(story: Story, desks: Desks, report: Report, *, own_number: bool, remember: Path | None) -> None:
    if not own_number:
        report.say(f"{story.scenario}: played under another synthetic number, the story's own may be taken here")
    began = time.perf_counter()
    watch = Watch(story.never)
    stage = LiveStage(story, desks, watch.see, own_number=own_number)
    found: list[Check] = []
    try:
        async for check in play(story, stage, watch):
            if not found and stage.pathway_id is not None and remember is not None:
                _note(story, remember)
            found.append(check)
        await _left_in_order(story, stage)
    except WorldAway as away:
        found.append(Check(0, None, "the world does its part", str(away), passed=False))
    report.played(story, found, f"live, pathway {stage.pathway_id}", time.perf_counter() - began)


def _note(story: Story, remember: Path) -> None:
    """Before the story is over: a story that was broken off is not begun again, since its patient is there."""
    with remember.open("a", encoding="utf-8") as notes:
        notes.write(f"{Path(story.path).stem}\n")


async def _left_in_order(story: Story, stage: LiveStage) -> None:
    """A registry that was told to reject accepts again: whoever goes on with this patient can put it right."""
    if stage.pathway_id is not None and any(step.outside == REJECTED for step in story.steps):
        await stage.desks.release("simulated_registry", stage.pathway_id, "accepted")
