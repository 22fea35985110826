"""`python -m tests.upgrades.rolling [N]`: N open pathways through a rolling restart old -> new -> old.

In every phase some of the pathways change, so that work is under way while one build takes over from the other.
"""

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass

from tests.upgrades.fleet import Fleet, fleet

OLD, NEW = "1.0", "1.1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rolling restart did to the pathways: all but `pathways`, `by` and `seconds` have to be 0."""

    pathways: int
    failed_tasks: int
    lost: int
    deadlines_changed: int
    unseen: int
    by: dict[str, int]
    """Workflow tasks done by each build: nothing is proved if one of them did none."""
    seconds: float

    @property
    def safe(self) -> bool:
        worked = all(self.by.get(build, 0) for build in (OLD, NEW))
        return worked and not (self.failed_tasks or self.lost or self.deadlines_changed or self.unseen)


async def roll(here: Fleet, many: int, *, new: str = "workflows.worker") -> Outcome:
    """Open them under the old build, hand over to the new one and back; `new` is the module of the new workers."""
    began = time.monotonic()
    await here.start_worker(OLD)
    await here.release(OLD)
    pathways = await here.open(many)
    await here.until_at(pathways, 1)
    before = await here.deadlines()
    third = len(pathways) // 3
    changed = pathways[: 2 * third]
    await _hand_over(here, OLD, NEW, pathways[:third], new)
    await _hand_over(here, NEW, OLD, pathways[third : 2 * third], "workflows.worker")
    await here.until_told()
    unseen = 0 if not changed else await _unseen(here, changed)
    after = await here.deadlines()
    still = {name: due for name, due in before.items() if name.partition(" ")[0] not in set(changed)}
    return Outcome(
        pathways=many,
        failed_tasks=await here.failed_tasks(pathways),
        lost=len(set(pathways) - await here.running()),
        deadlines_changed=sum(after.get(name) != due for name, due in still.items()),
        unseen=unseen,
        by=await here.tasks_by_build(changed),
        seconds=time.monotonic() - began,
    )


async def _hand_over(here: Fleet, leaving: str, coming: str, changing: tuple[str, ...], module: str) -> None:
    """The rolling restart itself, while these pathways change under it."""
    half = len(changing) // 2
    await here.start_worker(coming, module)
    before = asyncio.create_task(here.classify(changing[:half]))
    await here.release(coming)
    after = asyncio.create_task(here.classify(changing[half:]))
    await here.stop_worker(leaving)
    await asyncio.gather(before, after)


async def _unseen(here: Fleet, changed: tuple[str, ...]) -> int:
    """How many of these the engine has not looked at in their new version, after a fair time."""
    try:
        await here.until_at(changed, 2, within_s=60 + len(changed) / 5)
    except AssertionError:
        return sum([await here.seen(each) < 2 for each in changed])
    return 0


async def _main(many: int) -> int:
    async with fleet() as here:
        found = await roll(here, many)
    sys.stdout.write(
        f"{found.pathways} open pathways, old -> new -> old in {found.seconds:.0f} s: "
        f"{found.failed_tasks} failed workflow tasks, {found.lost} lost, {found.deadlines_changed} deadlines changed, "
        f"{found.unseen} changes not seen; tasks by build: {found.by}\n"
    )
    return 0 if found.safe else 1


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("many", type=int, nargs="?", default=1000)
    sys.exit(asyncio.run(_main(asked.parse_args().many)))
