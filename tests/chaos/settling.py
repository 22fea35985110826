"""Waits until the engine has caught up with the record."""

import asyncio

from deploy.local.world import World
from tests.chaos.looking import workflows

WITHIN_S = 120.0


async def all_at_their_end(world: World, pathways: tuple[str, ...]) -> None:
    """Returns when every workflow is completed, or when the time the product is given for that is over."""
    clock = asyncio.get_running_loop()
    latest = clock.time() + WITHIN_S
    while clock.time() < latest:
        seen = await workflows(world)
        if all(seen.get(pathway) == "COMPLETED" for pathway in pathways):
            return
        await asyncio.sleep(0.5)
