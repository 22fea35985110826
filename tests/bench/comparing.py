"""All sides in turn, round after round, so that a slow moment of the machine falls on each of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.bench.day import SEVEN
from tests.bench.figures import Figures, medians
from tests.bench.product import Product
from tests.bench.references import Reference
from tests.bench.walking import Walker, walked
from tests.bench.wire import Lines

Told = Callable[[str], None]
Sides = Sequence[Product | Reference]
WARM = 4  # pathways that count nowhere: first clicks prepare statements, load pages, and fill caches


def key_of(side: Product | Reference) -> str:
    """`forms`, `json`, `bare_temporal` or `bare_postgres`."""
    return side.desks.way.value if isinstance(side, Product) else side.name


async def compared(sides: Sides, sizes: Mapping[int, int], rounds: int, told: Told) -> Figures:
    """For each number of people at work and each side its figures, medians over the rounds.

    `sizes` says how many whole pathways each side walks in one round, by how many people are at work.
    """
    found: dict[int, dict[str, list[Figures]]] = {at_once: {} for at_once in sizes}
    for side in sides:
        told(f"{side.name} warms up")
        await walked(side, WARM, WARM)
    for number in range(rounds):
        for at_once, pathways in sizes.items():
            for side in sides:
                told(f"round {number + 1} of {rounds}: {side.name}, {at_once} at once, {pathways} pathways")
                before, away = _sent_again(side), _sent_away(side)
                walk = await walked(side, pathways, at_once)
                figures = walk.figures(SEVEN) | {"sent_again": _sent_again(side) - before}
                figures["sent_away"] = _sent_away(side) - away
                found[at_once].setdefault(key_of(side), []).append(figures)
    return {f"at_{at_once}": {name: medians(each) for name, each in by.items()} for at_once, by in found.items()}


def _sent_again(side: Product | Reference) -> int:
    """How often a step was not open yet, or a version was not the newest any more: those tries are in no time."""
    return side.desks.looked_again if isinstance(side, Product) else side.handover_waits


def _sent_away(side: Product | Reference) -> int:
    """How often there was no turn to be had; waiting for the next one is in the click's time."""
    return side.desks.sent_away if isinstance(side, Product) else 0


async def signed_together(sides: Sides, pathways: int) -> dict[str, Any]:
    """Three signatures sent at the same moment: how long the slowest took, and how many of them were kept."""
    return {key_of(side): await _signed(side, pathways) for side in sides}


async def _signed(side: Product | Reference, pathways: int) -> Figures:
    await side.prepare()
    lines, slowest, kept = (Lines(), Lines(), Lines()), [], 0
    for _ in range(pathways):
        walker = Walker()
        if isinstance(side, Product):
            await side.refer(walker, lines[0])
            await side.review(walker, lines[0])
        else:
            await side.step("refer", walker, lines[0])
        clicks = await side.sign_together(walker, lines)
        slowest.append(max(each.took_s for each in clicks))
        kept += len(clicks)
    for each in lines:
        each.close()
    return {"slowest_of_three": in_ms(slowest), "kept": kept, "asked": 3 * pathways}


def in_ms(seconds: Sequence[float]) -> Figures:
    """The spread of few values: the median and the worst, in milliseconds."""
    ranked = sorted(seconds)
    return {"p50_ms": round(ranked[len(ranked) // 2] * 1000, 1), "most_ms": round(ranked[-1] * 1000, 1)}
