"""`make chaos`: pathways walk while processes are killed and the network fails; then every side is compared.

After that every crash point of a pathway's way is met, one by one, by a process that dies there.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.behind_proxies import WorldBehindProxies
from tests.chaos.checking import broken_promises
from tests.chaos.harming import Harm
from tests.chaos.looking import history, rows
from tests.chaos.settling import all_at_their_end
from tests.chaos.sweeping import sweep_all
from tests.journey.clinic import Clinic
from tests.journey.walk import walk

SIDE_BY_SIDE = 4
TOLD_EVERY = 50
QUICK_PATHWAYS, QUICK_DEEDS, QUICK_STRIKES = 8, 12, 0
PATHWAYS, DEEDS, STRIKES = 1000, 560, 10_000


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def chaos(pathways: int, deeds: int, seed: int) -> int:
    """Run it; returns the number of broken promises."""
    async with WorldBehindProxies.scratch() as world:
        say(f"starting a world, seed {seed}")
        await world.start()
        clinic, way = Clinic(world.ports, patience_s=120, comes_back=True), Way(pathways)
        harm = Harm(world, seed, deeds, lambda number: way.reached(number / deeds))
        began = time.monotonic()
        harming = asyncio.create_task(harm.run())
        walked = await side_by_side(clinic, way, harming)
        await harming
        ended = time.monotonic()
        say(f"{len(walked)} pathways walked through {deeds} blows in {ended - began:.0f} s")
        tell(harm.done)
        await all_at_their_end(world, walked)
        say(f"every workflow at its end {time.monotonic() - ended:.0f} s later")
        found = list(broken_promises(await history(world, clinic, walked)))
        found += [
            f"{row['n']} outbox rows left" for row in await rows(world, "SELECT count(*) n FROM outbox") if row["n"]
        ]
        for words in found:
            say(f"BROKEN: {words}")
        errors = wrong_answers(clinic)
        await clinic.close()
        return len(found) + len(errors)


def tell(done: Counter[str]) -> None:
    """How often each deed was done, and how many of them ended a process."""
    for name, count in sorted(done.items()):
        say(f"  {name:<36}{count:>4}")
    say(f"  {sum(count for name, count in done.items() if name.endswith('killed'))} kills")


def wrong_answers(clinic: Clinic) -> set[int]:
    """Answers of 500 and more that do not say: ask again."""
    lost = sum(status == 0 for _method, _path, status in clinic.answers)
    errors = {status for _method, _path, status in clinic.answers if status >= 500 and status != 503}
    say(f"{len(clinic.answers)} requests, {lost} answers lost, broken answers (500 or more, not 503): {len(errors)}")
    return errors


@dataclass
class Way:
    """How many of so many pathways have been walked, and waiting for a share of them."""

    pathways: int
    walked: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def arrived(self, pathway: str) -> None:
        async with self._news:
            self.walked.append(pathway)
            self._news.notify_all()
        if not len(self.walked) % TOLD_EVERY:
            say(f"  {time.strftime('%H:%M:%S')} {len(self.walked)} pathways")

    async def reached(self, share: float) -> None:
        """Returns when about this share has been walked: harm comes from the first pathway to the last."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.walked) + SIDE_BY_SIDE >= share * self.pathways)


async def side_by_side(clinic: Clinic, way: Way, harming: "asyncio.Task[None]") -> tuple[str, ...]:
    """Walk them all, a few at a time, and go on with more while there is harm to come."""
    slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(serial: int) -> None:
        async with slots:
            await way.arrived(await walk(clinic, serial))

    await asyncio.gather(*(one(serial) for serial in range(way.pathways)))
    while not harming.done():
        await one(len(way.walked))
    return tuple(way.walked)


async def everything(pathways: int, deeds: int, strikes: int, seed: int) -> int:
    """The harm, then the crash points; returns the number of broken promises."""
    broken = await chaos(pathways, deeds, seed) if deeds else 0
    if strikes:
        say("crash points: process, point, how often it died there")
        broken += await sweep_all(strikes)
    return broken


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="8 pathways and 12 blows, for the test suite")
    arguments.add_argument("--seed", type=int, default=651)
    arguments.add_argument("--pathways", type=int, help=f"how many at least ({PATHWAYS})")
    arguments.add_argument("--deeds", type=int, help=f"how much harm; about 2 in 5 are kills ({DEEDS})")
    arguments.add_argument("--strikes", type=int, help="how often a process dies at each kind of point; 0 for none")
    asked = arguments.parse_args()
    usual = (QUICK_PATHWAYS, QUICK_DEEDS, QUICK_STRIKES) if asked.quick else (PATHWAYS, DEEDS, STRIKES)
    given = (asked.pathways, asked.deeds, asked.strikes)
    pathways, deeds, strikes = (default if own is None else own for own, default in zip(given, usual, strict=True))
    broken = asyncio.run(everything(pathways, deeds, strikes, asked.seed))
    say("nothing lost, nothing doubled, every pathway at its end" if not broken else f"{broken} promises broken")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
