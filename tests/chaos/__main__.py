"""`make chaos`: pathways walk while processes are killed; then every side is compared."""

import argparse
import asyncio
import sys
import time
from collections import Counter

from deploy.local.world import World
from tests.chaos.checking import broken_promises
from tests.chaos.killing import Killer
from tests.chaos.looking import history, rows
from tests.chaos.settling import all_at_their_end
from tests.journey.clinic import Clinic
from tests.journey.walk import walk

SIDE_BY_SIDE = 4


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def chaos(pathways: int, kills: int, seed: int) -> int:
    """Run it; returns the number of broken promises."""
    async with World.scratch() as world:
        say(f"starting a world, seed {seed}")
        await world.start()
        clinic, killer = Clinic(world.ports, patience_s=120), Killer(world, seed, kills)
        began = time.monotonic()
        killing = asyncio.create_task(killer.run())
        walked = await side_by_side(clinic, pathways, killing)
        await killing
        say(f"{len(walked)} pathways walked through {len(killer.killed)} kills in {time.monotonic() - began:.0f} s")
        say(", ".join(f"{name} killed {count} times" for name, count in sorted(Counter(killer.killed).items())))
        await all_at_their_end(world, walked)
        found = list(broken_promises(await history(world, clinic, walked)))
        found += [
            f"{row['n']} outbox rows left" for row in await rows(world, "SELECT count(*) n FROM outbox") if row["n"]
        ]
        for words in found:
            say(f"BROKEN: {words}")
        lost = sum(status == 0 for _method, _path, status in clinic.answers)
        errors = {status for _method, _path, status in clinic.answers if status >= 500 and status != 503}
        say(
            f"{len(clinic.answers)} requests, {lost} answers lost, broken answers (500 or more, not 503): {len(errors)}"
        )
        await clinic.close()
        return len(found) + len(errors)


async def side_by_side(clinic: Clinic, pathways: int, killing: "asyncio.Task[None]") -> tuple[str, ...]:
    """Walk them all, a few at a time, and go on with more while the killer is not done."""
    slots, walked = asyncio.Semaphore(SIDE_BY_SIDE), []

    async def one(serial: int) -> str:
        async with slots:
            return await walk(clinic, serial)

    walked += await asyncio.gather(*(one(serial) for serial in range(pathways)))
    while not killing.done():
        walked.append(await one(pathways + len(walked)))
    return tuple(walked)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Kill processes while pathways walk, and compare every side.")
    arguments.add_argument("--quick", action="store_true", help="8 pathways and 10 kills, for the test suite")
    arguments.add_argument("--seed", type=int, default=651)
    asked = arguments.parse_args()
    broken = asyncio.run(chaos(8 if asked.quick else 20, 10 if asked.quick else 20, asked.seed))
    say("nothing lost, nothing doubled, every pathway at its end" if not broken else f"{broken} promises broken")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
