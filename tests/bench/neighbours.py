"""`python -m tests.bench.neighbours`: one trust asks seven times as much as usual. What does its neighbour notice?

The same desks are started twice on one database, with the limits of a real deployment and without any. Each time both
trusts first ask as usual, then the first asks sevenfold, at its own pace whether it is answered or not. Told is how
much longer the second one waits then (S14: a p95 within 1.5 times); the ratio within one run is what counts.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.processes import Command, Process, launch
from deploy.local.readiness import listens, until_ready
from deploy.local.tokens import token
from deploy.local.world import UNHURRIED, World
from shared.pathway.people import Role
from shared.pathway.roles import CLINICAL
from tests.bench.staff import directory_id

PARTS = ("postgres", "migrations", "seed", "outside")
NOISY, QUIET = "RXX", "RYY"
ROLES = tuple(sorted(CLINICAL & {Role.REFERRER, Role.HAEMATOLOGIST, Role.VASCULAR_SURGEON, Role.WARD_CLINICIAN}))
FOLD = 7
READY_S, ANSWER_S = 60.0, 30.0
OK = 200


@dataclass(slots=True)
class Heard:
    """What one trust got in one phase."""

    took_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def p95(self) -> float:
        return statistics.quantiles(self.took_ms, n=20)[-1]


class Crowd:
    """The people of one trust, asking for their worklists in turn."""

    def __init__(self, url: str, tokens: Mapping[Role, str], http: httpx.AsyncClient) -> None:
        self._url, self._tokens, self._http = url, tokens, http

    async def ask(self, per_second: float, seconds: float) -> Heard:
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
        answer = await self._http.get(f"{self._url}/api/worklist?role={role.value}", headers=whose)
        heard.statuses[answer.status_code] += 1
        if answer.status_code == OK:
            heard.took_ms.append((time.perf_counter() - begun) * 1000)


async def started(world: World, limits: Mapping[str, str], logs: Path) -> Process:
    env = {name: value for name, value in world.env.items() if name not in UNHURRIED} | dict(limits)
    process = await launch(Command("desks", (sys.executable, "-m", "services", "--only", "front_door"), env), logs)

    async def answers(_: Process) -> bool:
        return await listens(world.ports.of("front_door"))

    await until_ready(process, answers, within_s=READY_S)
    return process


async def tokens_of(world: World, trust: str) -> dict[Role, str]:
    return {role: await token(world.ports.url("issuer"), directory_id(role, trust)) for role in ROLES}


async def compared(world: World, name: str, limits: Mapping[str, str], usual: float, seconds: float) -> str:
    """One line of the table: the neighbour's p95 as usual, beside the noisy trust, and what that one was told."""
    process = await started(world, limits, world.directory)
    room = httpx.Limits(max_connections=400, max_keepalive_connections=400)
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_S, limits=room) as http:
            url = world.ports.url("front_door")
            noisy, quiet = [Crowd(url, await tokens_of(world, trust), http) for trust in (NOISY, QUIET)]
            await asyncio.gather(noisy.ask(usual, 3), quiet.ask(usual, 3))  # warm
            _, before = await asyncio.gather(noisy.ask(usual, seconds), quiet.ask(usual, seconds))
            flood, beside = await asyncio.gather(noisy.ask(FOLD * usual, seconds), quiet.ask(usual, seconds))
    finally:
        await process.stop()
    told = ", ".join(f"{count} x {status}" for status, count in sorted(flood.statuses.items()))
    lost = sum(beside.statuses.values()) - beside.statuses[OK]
    ratio = beside.p95() / before.p95()
    return f"{name:<16}{before.p95():>10.1f}{beside.p95():>10.1f}{ratio:>8.2f}{lost:>8}   {told}"


async def measured(usual: float, seconds: float) -> list[str]:
    lines = [f"{'limits':<16}{'usual ms':>10}{'beside ms':>10}{'ratio':>8}{'lost':>8}   what the noisy trust was told"]
    async with World.scratch() as world:
        await world.start(PARTS)
        for name, limits in (("none", UNHURRIED), ("as deployed", {})):
            lines.append(await compared(world, name, limits, usual, seconds))
    return lines


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--usual", type=float, default=15.0, help="requests a second of each trust (15)")
    asked.add_argument("--seconds", type=float, default=30.0, help="length of each phase (30)")
    given = asked.parse_args()
    sys.stdout.write("\n".join(asyncio.run(measured(given.usual, given.seconds))) + "\n")
