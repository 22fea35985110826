"""Whole pathways, some at a time: what a click took, what the automatic steps added, what it all cost."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from deploy.local.processes import Process
from tests.bench.clicking import Click
from tests.bench.figures import Figures, spread_ms
from tests.bench.stack import spent_ms, used_s
from tests.bench.wire import Lines

PHASES = 4
"""To the signatures; from consent to the end of the procedure; home; the review and the end."""

REST_S = 0.3


@dataclass(slots=True)
class Walker:
    """One patient's way: the pathway's id and version as they are known, and where the sign-offs belong."""

    pathway: str = ""
    version: int = 0
    clicks: list[Click] = field(default_factory=list)

    def went(self, click: Click) -> None:
        self.pathway, self.version = click.pathway, click.version
        self.clicks.append(click)


class Side(Protocol):
    """One of those that are compared."""

    name: str

    @property
    def processes(self) -> dict[str, Process]: ...

    async def prepare(self) -> None:
        """Whatever is no part of a click, such as signing in."""
        ...

    async def phase(self, number: int, walker: Walker, lines: Lines) -> None:
        """The clicks of one phase, one after the other. Raises NotKeptError."""
        ...

    async def caught_up(self, number: int, pathways: Sequence[str]) -> None:
        """Returns when everything that follows this phase by itself is done. Raises TimeoutError."""
        ...


@dataclass(frozen=True, slots=True)
class Walk:
    """What came of it. `took_s` contains every wait for an automatic step."""

    walkers: tuple[Walker, ...]
    took_s: float
    cpu_ms: dict[str, float]

    @property
    def clicks(self) -> Iterator[Click]:
        return (click for walker in self.walkers for click in walker.clicks)

    def figures(self, seven: frozenset[str]) -> Figures:
        """`seven`: the kinds of click that both sides have."""
        clicks = list(self.clicks)
        count, server = len(self.walkers), sum(ms for name, ms in self.cpu_ms.items() if name not in UNCOUNTED)
        return {
            "click": spread_ms([each.took_s for each in clicks]),
            "seven": spread_ms([each.took_s for each in clicks if each.kind in seven]),
            "pathways_per_second": round(count / self.took_s, 2),
            "clicks_per_second": round(len(clicks) / self.took_s, 1),
            "clicks_per_pathway": round(len(clicks) / count, 1),
            "cpu_ms_per_pathway": self.cpu_ms | {"together": round(server, 1)},
        }


UNCOUNTED = frozenset({"client", "outside"})
"""Who clicks, and the simulated mail, registry and issuer: on both sides they are not the product."""


async def walked(side: Side, pathways: int, at_once: int) -> Walk:
    """All of them from referral to the end. Within a phase `at_once` people are at work; phases wait for each other."""
    await side.prepare()  # and again before each phase, which does nothing unless a proof has grown old meanwhile
    walkers = tuple(Walker() for _ in range(pathways))
    before, began = used_s(side.processes), time.perf_counter()
    for number in range(PHASES):
        await side.prepare()
        await _phase(side, number, walkers, at_once)
        await side.caught_up(number, [each.pathway for each in walkers])
    took = time.perf_counter() - began
    await asyncio.sleep(REST_S)
    return Walk(walkers, took, spent_ms(before, used_s(side.processes), pathways))


async def _phase(side: Side, number: int, walkers: Sequence[Walker], at_once: int) -> None:
    waiting = iter(walkers)

    async def clinician() -> None:
        lines = Lines()
        try:
            for walker in waiting:
                await side.phase(number, walker, lines)
        finally:
            lines.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_once, len(walkers))):
            group.create_task(clinician())
