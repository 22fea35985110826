"""A seeded killer: SIGKILL for one kind of process after another, at random moments, each started again."""

import asyncio
import random
from dataclasses import dataclass, field

from deploy.local.world import World

VICTIMS = ("worker", "relay", "desks", "temporal", "postgres")


@dataclass
class Killer:
    """Kills `kills` times with random pauses; every kind of victim gets its turn."""

    world: World
    seed: int
    kills: int
    killed: list[str] = field(default_factory=list)

    async def run(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 -- a repeatable schedule, not a secret
        order: list[str] = []
        while len(self.killed) < self.kills:
            order = order or chance.sample(VICTIMS, len(VICTIMS))
            victim = order.pop()
            await asyncio.sleep(chance.uniform(0.05, 0.8))
            await self.world.kill(victim)
            self.killed.append(victim)
            await asyncio.sleep(chance.uniform(0.0, 0.4))
            await self.world.restart(victim)
