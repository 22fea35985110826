"""`make bench`: everything that is promised about speed, measured, as tables to read; `--json FILE` keeps the figures.

`--quick` tries it out in a minute or two, and its figures say nothing; `--open 10000` is the large run, about half
an hour. `--profile click` shows instead where the time of one click goes.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.temporal import server_version
from deploy.local.world import World
from tests.bench import compliance, decisions, table, worklist
from tests.bench.click_profile import profiled
from tests.bench.clicking import Way
from tests.bench.comparing import compared, signed_together
from tests.bench.figures import Figures
from tests.bench.handing_on import handed_on
from tests.bench.offered import offered
from tests.bench.product import Product
from tests.bench.references import Reference, references
from tests.bench.staff import Staff
from tests.bench.waiting_room import WaitingRoom

PER_SECOND = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything. `sizes`: pathways for each side in one round, by how many people are at work."""

    sizes: dict[int, int]
    rounds: int
    few: int
    offered_s: float
    open: int
    within_s: float
    tasks: tuple[int, ...]
    list_rounds: int
    decisions_s: float


WHOLE = Plan({1: 6, 10: 20, 50: 50}, 3, 10, 30, 200, 60, worklist.SIZES, worklist.ROUNDS, 2)
QUICK = Plan({1: 1, 10: 4, 50: 8}, 1, 2, 3, 12, 5, worklist.SIZES[:1], 1, 0.2)


def machine() -> dict[str, Any]:
    """What the figures were measured on, without its name."""
    return {
        "processors": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "temporal": server_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def tell(words: str = "") -> None:
    """Progress is told beside the tables, so that those can be kept alone."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stderr.flush()


@asynccontextmanager
async def _everybody() -> AsyncIterator[tuple[Product, Product, Reference, Reference]]:
    """Product by form, product by JSON, and both references, all running side by side."""
    tell("starting the product and both references")
    async with references() as (rows, engine), World.scratch() as world:
        await world.start()
        connection = await asyncpg.connect(world.superuser_dsn)
        staff = Staff(world.ports)
        forms, programs = (Product(world, staff, way, connection) for way in (Way.FORM, Way.API))
        try:
            yield forms, programs, engine, rows
        finally:
            connection.terminate()


async def side_by_side(plan: Plan, found: Figures) -> None:
    """Whatever needs all processes, put into `found` as it comes."""
    async with _everybody() as (forms, programs, engine, rows):
        sides: tuple[Product | Reference, ...] = (forms, programs, engine, rows)
        found["compared"] = await compared(sides, plan.sizes, plan.rounds, tell)
        tell("the next role's task, and three signatures at once")
        found["handed_on"] = {}
        for side in (forms, engine, rows):
            found["handed_on"] |= await handed_on(side, plan.few)
        found["signed_together"] = await signed_together((forms, engine, rows), plan.few)
        tell(f"{PER_SECOND:g} pathways a second are offered for {plan.offered_s:g} s")
        found["offered"] = await offered(forms, PER_SECOND, plan.offered_s)
        found["waiting"] = {}
        await _waiting(WaitingRoom(forms, programs), plan, found["waiting"])


async def _waiting(room: WaitingRoom, plan: Plan, found: Figures) -> None:
    tell(f"{plan.open:,} referrals are imported")
    found["import"] = await room.filled(plan.open)
    found["memory"] = await room.memory()
    tell("timers fall due together")
    found["timers"] = await room.timers_together(plan.within_s)
    tell("everything is killed and started again")
    found["restart"] = await room.restarted()


async def measured(plan: Plan, found: Figures) -> None:
    """Puts each figure into `found` as soon as it is there: a part that fails loses nothing that was measured."""
    tell("decisions of the rules")
    found["decisions"] = decisions.measured(plan.decisions_s)
    await side_by_side(plan, found)
    tell(f"My work and a case with up to {max(plan.tasks):,} open tasks")
    found["worklist"] = await worklist.measured(plan.tasks, times=plan.list_rounds)
    tell(f"the pages of figures over {max(plan.tasks):,} pathways")
    found["compliance"] = await compliance.measured(plan.tasks[-1:], times=plan.list_rounds)


def _plan(given: argparse.Namespace) -> Plan:
    plan = QUICK if given.quick else WHOLE
    changes = {
        "rounds": given.rounds or plan.rounds,
        "open": given.open or plan.open,
        "tasks": tuple(size for size in plan.tasks if size <= given.most) or plan.tasks[:1],
    }
    return Plan(**({name: getattr(plan, name) for name in Plan.__slots__} | changes))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    asked.add_argument("--quick", action="store_true", help="tiny sizes, to try it out; no figure of it says anything")
    asked.add_argument("--most", type=int, default=100_000, metavar="N", help="no more open tasks than this")
    asked.add_argument("--open", type=int, default=0, metavar="N", help="open pathways for memory, timers and restart")
    asked.add_argument("--rounds", type=int, default=0, help="of which the medians are told")
    asked.add_argument("--profile", choices=["click"], help="show where the time goes instead")
    given = asked.parse_args()
    if given.profile:
        sys.stdout.write(asyncio.run(profiled()))
        return
    found: Figures = {"machine": machine(), "quick": given.quick, "complete": False}
    began = time.monotonic()
    try:
        asyncio.run(measured(_plan(given), found))
        found["complete"] = True
    finally:  # what was measured before something failed is told as well, and the failure after it
        found["took_s"] = round(time.monotonic() - began)
        _tell_all(found, given.json)


def _tell_all(found: Figures, file: Path | None) -> None:
    sys.stdout.write(table.document(found))
    if file is not None:
        file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
