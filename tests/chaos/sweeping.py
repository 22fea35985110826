"""Every crash point of a pathway's way, one after the other: each time a process gets there it dies, before or after.

The walk goes on while this happens, as people do who press a button again: the same key, the same answer. What is done
again until it was noted (a mail, a registry entry, a signal) is met three times: before, after, and once alive.
"""

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import override

from deploy.local.processes import Process
from deploy.local.readiness import Probe
from deploy.local.world import World
from tests.chaos.checking import broken_promises
from tests.chaos.crashing import PASS, SIDES
from tests.chaos.looking import history, rows
from tests.chaos.settling import all_at_their_end
from tests.journey.clinic import Clinic
from tests.journey.walk import walk

MET_BY = {
    "desks": ("commit",),
    "worker": ("mail", "registry", "activity"),
    "relay": ("statement", "signal"),
}
"""The points that each process meets on a pathway's way.

The worker's commits are not among them yet: each try at the registry is written down before it is made, so whoever died
at the second commit of a try meets the first one again, and a sweep that cannot tell them apart never comes to an end.
They are met by the kills of `make chaos` alone.
"""

DONE_AGAIN = frozenset({"mail", "registry", "activity", "signal"})
"""Whoever died after one of these does it again: were every time struck, it would never come to an end."""

LOOKS_EVERY_S = 0.05
PATIENCE_S = 1800.0


class WorldThatCrashes(World):
    """The world as it always is, but that desks, worker and relay die when they are told to."""

    def order_for(self, part: str) -> Path:
        return self.directory / f"{part}.order"

    @override
    async def _module(self, name: str, argv: tuple[str, ...], env: dict[str, str], probe: Probe | None) -> Process:
        if name in MET_BY:
            argv = ("tests.chaos.crashing", str(self.order_for(name)), *argv)
        return await super()._module(name, argv, env, probe)


@dataclass
class Sweep:
    """Kills one process at one kind of point, each time before and then after, until told to stop.

    What a person asked of the desks is then answered before the next order: an audited refusal is written each time.
    """

    world: WorldThatCrashes
    part: str
    point: str
    most: int
    clinic: Clinic
    struck: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Until cancelled, or until it has struck `most` times."""
        while sum(self.struck.values()) < self.most:
            for side in SIDES:
                await self._strike(side)
            if self.part == "desks":
                await self._somebody_is_answered()
            elif self.point in DONE_AGAIN:
                await self._comes_through()

    async def _somebody_is_answered(self) -> None:
        before = self._answered
        while self._answered == before:  # noqa: ASYNC110 -- answers are a list
            await asyncio.sleep(LOOKS_EVERY_S)

    @property
    def _answered(self) -> int:
        return sum(status != 0 for _method, _path, status in self.clinic.answers)

    async def _comes_through(self) -> None:
        """Once at this point alive."""
        order = self.world.order_for(self.part)
        passed = order.with_suffix(".passed")
        _write(order, f"{self.point} {PASS}")
        try:
            while not passed.exists():  # noqa: ASYNC110 -- another process makes it
                await asyncio.sleep(LOOKS_EVERY_S)
        finally:
            order.unlink(missing_ok=True)
            passed.unlink(missing_ok=True)

    async def _strike(self, side: str) -> None:
        order = self.world.order_for(self.part)
        _write(order, f"{self.point} {side}")
        try:
            await self.world.supervisor.processes[self.part].ended()
        finally:
            order.unlink(missing_ok=True)
        self.struck[side] += 1
        order.with_suffix(".struck").unlink()  # it died where it was told to, and nowhere else
        await self.world.restart(self.part)


def _write(order: Path, words: str) -> None:
    """In one step: whoever reads sees all of it or nothing."""
    new = order.with_suffix(".new")
    new.write_text(words, encoding="utf-8")
    new.replace(order)


async def swept(world: WorldThatCrashes, part: str, point: str, walked: list[str], most: int) -> list[str]:
    """One more pathway walked while `part` dies at every `point`; returns the broken promises of all, in words."""
    clinic = Clinic(world.ports, patience_s=PATIENCE_S)
    sweep = Sweep(world, part, point, most, clinic)
    began, striking = time.monotonic(), asyncio.create_task(sweep.run())
    walking = asyncio.create_task(walk(clinic, len(walked)))
    await asyncio.wait({striking, walking}, return_when=asyncio.FIRST_COMPLETED)
    if striking.done() and (defect := striking.exception()) is not None:
        walking.cancel()
        raise defect
    walked.append(await walking)
    await _at_rest(world, part, striking)
    await all_at_their_end(world, tuple(walked))
    found = list(broken_promises(await history(world, clinic, tuple(walked))))
    found += [f"{row['n']} outbox rows left" for row in await rows(world, "SELECT count(*) n FROM outbox") if row["n"]]
    if not sum(sweep.struck.values()):
        found.append(f"{part} never came to a {point}")
    found += [f"an answer was {status}" for _m, _p, status in clinic.answers if status >= 500 and status != 503]
    await clinic.close()
    _say(f"{part:<8}{point:<10}{dict(sweep.struck)!s:<32}{time.monotonic() - began:6.0f} s  {found or 'kept'}")
    return found


async def _at_rest(world: WorldThatCrashes, part: str, striking: "asyncio.Task[None]") -> None:
    """No more orders; and the process runs, whatever it was in the middle of."""
    striking.cancel()
    await asyncio.gather(striking, return_exceptions=True)
    struck, process = world.order_for(part).with_suffix(".struck"), world.supervisor.processes[part]
    if struck.exists():  # it took the order just before that was withdrawn
        await process.ended()
        struck.unlink()
    if not process.running:
        await world.restart(part)


async def sweep_all(most: int) -> int:
    """Every kind of point of every process; returns how many promises were broken."""
    broken, walked = 0, list[str]()
    async with WorldThatCrashes.scratch() as world:
        await world.start()
        places = [(part, point) for part, points in MET_BY.items() for point in points]
        for part, point in places:
            broken += len(await swept(world, part, point, walked, most))
    return broken


def _say(words: str, *_: Any) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
