"""Playing stories live: in a world started for them on free ports, or in one that runs already."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from deploy.local.ports import PortTakenError
from deploy.local.readiness import NotReadyError
from deploy.local.supervisor import State
from deploy.local.world import InUseError, World
from deploy.scenarios.desks import Desks, WorldAway
from deploy.scenarios.expectations import Check
from deploy.scenarios.live import LiveStage
from deploy.scenarios.never import Watch
from deploy.scenarios.playing import play
from deploy.scenarios.story import Story
from deploy.scenarios.table import Report


async def run(stories: Sequence[Story], report: Report, front_door: str | None) -> None:
    """Plays every story through the desks behind `front_door`; None starts a world and ends it afterwards."""
    _end_on_signal()
    try:
        async with _world(front_door, report) as door, Desks.of(door) as desks:
            await desks.refuse_if_away()
            taken: set[str] = set()
            for each in stories:
                number = str(each.patient.plain())
                await _played(each, desks, report, own_number=front_door is None and number not in taken)
                taken.add(number)
    except (NotReadyError, PortTakenError, InUseError, WorldAway) as failure:
        report.no_play(str(failure))


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


async def _played(story: Story, desks: Desks, report: Report, *, own_number: bool) -> None:
    if not own_number:
        report.say(f"{story.scenario}: played under another synthetic number, the story's own may be taken here")
    began = time.perf_counter()
    watch = Watch(story.never)
    stage = LiveStage(story, desks, watch.see, own_number=own_number)
    found: list[Check] = []
    try:
        async for check in play(story, stage, watch):
            found.append(check)  # noqa: PERF401 -- what was found stays when the world goes away
    except WorldAway as away:
        found.append(Check(0, None, "the world does its part", str(away), passed=False))
    report.played(story, found, f"live, pathway {stage.pathway_id}", time.perf_counter() - began)
