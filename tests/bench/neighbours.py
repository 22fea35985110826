"""`python -m tests.bench.neighbours`: one trust asks many times as much as usual. What does its neighbour notice?

The same desks are started on one database without limits, with paces or turns alone, and as deployed. Each time both
trusts first ask as usual, then the first asks sevenfold, or `--fold` times as much, until it is more than this machine
can answer; at its own pace, whether it is answered or not. Told is how much longer the second one waits then (S14: a
p95 within 1.5 times); the ratio within one run is what counts. Each trust asks from a process of its own: what one has
to wait for at its own end is not told of the other.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from deploy.local.processes import Command, Process, launch
from deploy.local.readiness import listens, until_ready
from deploy.local.tokens import token
from deploy.local.world import UNHURRIED, World
from shared.pathway.people import Role
from shared.pathway.roles import CLINICAL
from tests.bench.staff import directory_id
from tests.bench.wire import Line

PARTS = ("postgres", "migrations", "seed", "outside")
NOISY, QUIET = "RXX", "RYY"
ROLES = tuple(sorted(CLINICAL & {Role.REFERRER, Role.HAEMATOLOGIST, Role.VASCULAR_SURGEON, Role.WARD_CLINICIAN}))
READY_S = 60.0
AT_ONCE = {"PATENCY_AT_ONCE": "1000000"}
LIMITS: dict[str, Mapping[str, str]] = {
    "none": UNHURRIED | AT_ONCE,
    "paces": AT_ONCE,
    "turns": UNHURRIED,
    "as deployed": {},
}
OK = 200


@dataclass(slots=True)
class Heard:
    """What one trust got in one phase."""

    took_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def p95(self) -> float:
        return statistics.quantiles(self.took_ms, n=20)[-1]


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked: requests a second of each trust as usual, for how long, and how many times as much then."""

    usual: float
    seconds: float
    fold: float


class Asking:
    """The people of one trust, asking for their worklists in turn."""

    def __init__(self, port: int, tokens: Mapping[Role, str]) -> None:
        self._port, self._tokens = port, tokens
        self._idle: list[Line] = []

    async def at(self, per_second: float, seconds: float) -> Heard:
        """Asks at this pace and waits for nobody; then for all answers."""
        heard, under_way, roles = Heard(), [], list(self._tokens)
        begun = time.perf_counter()
        for number in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
            under_way.append(asyncio.create_task(self._asked(roles[number % len(roles)], heard)))
        await asyncio.gather(*under_way)
        return heard

    async def _asked(self, role: Role, heard: Heard) -> None:
        begun = time.perf_counter()
        whose = {"Authorization": f"Bearer {self._tokens[role]}"}
        line = self._idle.pop() if self._idle else Line(self._port)
        answer = await line.ask("GET", f"/api/worklist?role={role.value}", whose)
        self._idle.append(line)
        heard.statuses[answer.status] += 1
        if answer.status == OK:
            heard.took_ms.append((time.perf_counter() - begun) * 1000)

    def hang_up(self) -> None:
        for line in self._idle:
            line.close()


async def _asked(port: int, tokens: Mapping[Role, str], per_second: float, seconds: float) -> Heard:
    asking = Asking(port, tokens)
    try:
        return await asking.at(per_second, seconds)
    finally:
        asking.hang_up()


def _asked_apart(port: int, tokens: Mapping[Role, str], per_second: float, seconds: float) -> Heard:
    return asyncio.run(_asked(port, tokens, per_second, seconds))


@dataclass(frozen=True, slots=True)
class Crowd:
    """One trust, in a process of its own."""

    port: int
    tokens: Mapping[Role, str]
    apart: Executor

    async def ask(self, per_second: float, seconds: float) -> Heard:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.apart, _asked_apart, self.port, self.tokens, per_second, seconds)


async def started(world: World, limits: Mapping[str, str], logs: Path) -> Process:
    env = {name: value for name, value in world.env.items() if name not in UNHURRIED} | dict(limits)
    process = await launch(Command("desks", (sys.executable, "-m", "services", "--only", "front_door"), env), logs)

    async def answers(_: Process) -> bool:
        return await listens(world.ports.of("front_door"))

    await until_ready(process, answers, within_s=READY_S)
    return process


async def tokens_of(world: World, trust: str) -> dict[Role, str]:
    return {role: await token(world.ports.url("issuer"), directory_id(role, trust)) for role in ROLES}


async def compared(world: World, name: str, limits: Mapping[str, str], load: Load) -> str:
    """One line of the table: the neighbour's p95 as usual, beside the noisy trust, and what that one was told."""
    usual, seconds = load.usual, load.seconds
    process = await started(world, limits, world.directory)
    try:
        with _one_process() as here, _one_process() as there:
            port, crowds = world.ports.of("front_door"), {NOISY: here, QUIET: there}
            noisy, quiet = [Crowd(port, await tokens_of(world, trust), apart) for trust, apart in crowds.items()]
            await asyncio.gather(noisy.ask(usual, 3), quiet.ask(usual, 3))  # warm
            _, before = await asyncio.gather(noisy.ask(usual, seconds), quiet.ask(usual, seconds))
            flood, beside = await asyncio.gather(noisy.ask(load.fold * usual, seconds), quiet.ask(usual, seconds))
    finally:
        await process.stop()
    told = ", ".join(f"{count} x {status}" for status, count in sorted(flood.statuses.items()))
    lost = sum(beside.statuses.values()) - beside.statuses[OK]
    ratio = beside.p95() / before.p95()
    return f"{name:<16}{before.p95():>10.1f}{beside.p95():>10.1f}{ratio:>8.2f}{lost:>8}   {told}"


def _one_process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"))


async def measured(load: Load) -> list[str]:
    lines = [f"{'limits':<16}{'usual ms':>10}{'beside ms':>10}{'ratio':>8}{'lost':>8}   what the noisy trust was told"]
    async with World.scratch() as world:
        await world.start(PARTS)
        for name, limits in LIMITS.items():
            lines.append(await compared(world, name, limits, load))
    return lines


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--usual", type=float, default=15.0, help="requests a second of each trust (15)")
    asked.add_argument("--seconds", type=float, default=30.0, help="length of each phase (30)")
    asked.add_argument("--fold", type=float, default=7.0, help="what the noisy trust asks, in times of the usual (7)")
    given = asked.parse_args()
    sys.stdout.write("\n".join(asyncio.run(measured(Load(given.usual, given.seconds, given.fold)))) + "\n")
