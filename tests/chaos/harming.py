"""A seeded schedule of harm: processes are killed, frozen or asked to go, and the network turns bad."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.chaos.behind_proxies import BEHIND, WorldBehindProxies
from tests.chaos.proxy import FAULTS, Weather

VICTIMS = ("worker", "relay", "desks", "temporal", "postgres", "outside")
LONGEST_S = {"frozen": 2.5, "weather": 2.5, "away": 0.4}
BETWEEN_S = (0.05, 0.8)

Deed = Callable[[], Awaitable[str]]


async def _at_once(_: int) -> None:
    """No deed waits for anything."""


@dataclass
class Harm:
    """`times` deeds with random pauses. Every kind of process is killed, frozen and asked to go, every connection made
    bad in every way, before anything comes round again. The same seed gives the same schedule. `turn` returns when it
    is time for the deed of this number.
    """

    world: WorldBehindProxies
    seed: int
    times: int
    turn: Callable[[int], Awaitable[None]] = _at_once
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 -- a repeatable schedule, not a secret

    async def run(self) -> None:
        order: list[Deed] = []
        while self.done.total() < self.times:
            order = order or self._shuffled()
            await self.turn(self.done.total())
            await asyncio.sleep(self._chance.uniform(*BETWEEN_S))
            self.done[await order.pop()()] += 1

    def _shuffled(self) -> list[Deed]:
        """One round. As many kills as all other harm together: they are what loses what was not kept."""
        gone = [self._killing(victim) for victim in VICTIMS]
        slowed = [self._freezing(victim) for victim in VICTIMS] + [self._asking(victim) for victim in VICTIMS]
        bad = [self._spoiling(name, weather) for name in BEHIND for weather in FAULTS]
        round_ = [*gone, *gone, *gone, *slowed, *bad]
        self._chance.shuffle(round_)
        return round_

    def _long(self, what: str) -> float:
        return self._chance.uniform(0.1, LONGEST_S[what])

    def _killing(self, victim: str) -> Deed:
        async def kill() -> str:
            await self.world.kill(victim)
            await asyncio.sleep(self._long("away"))
            await self.world.restart(victim)
            return f"{victim} killed"

        return kill

    def _asking(self, victim: str) -> Deed:
        async def ask() -> str:
            await self.world.restart(victim)
            return f"{victim} asked to go"

        return ask

    def _freezing(self, victim: str) -> Deed:
        async def freeze() -> str:
            pid = self.world.supervisor.processes[victim].pid
            os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(self._long("frozen"))
            finally:
                os.kill(pid, signal.SIGCONT)
            return f"{victim} frozen"

        return freeze

    def _spoiling(self, name: str, weather: Weather) -> Deed:
        async def spoil() -> str:
            proxy = self.world.proxies[name]
            await proxy.become(weather)
            try:
                await asyncio.sleep(self._long("weather"))
            finally:
                await proxy.become(Weather.CLEAR)
            return f"way to {name} {weather.value}"

        return spoil
