"""What is told of many measurements: percentiles of one round, medians over rounds, ratios beside a reference."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Figures = dict[str, Any]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed. Raises ValueError for none at all."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def spread_ms(seconds: Sequence[float]) -> Figures:
    """p50, p95 and p99 in milliseconds, and of how many. Empty where nothing was measured."""
    if not seconds:
        return {}
    found = {f"p{each}_ms": round(percentile(seconds, each) * 1000, 1) for each in (50, 95, 99)}
    return found | {"measured": len(seconds)}


def medians(rounds: Iterable[Mapping[str, Any]]) -> Figures:
    """One mapping of the shape of each round: numbers become their median, mappings are gone through alike.

    A figure that some rounds lack is the median of those that have it. Counts (`measured`) and whatever is no number
    stay as lists would: counts are added up, other values are those of the last round.
    """
    told: dict[str, list[Any]] = {}
    for each in rounds:
        for name, value in each.items():
            told.setdefault(name, []).append(value)
    return {name: _middle(name, values) for name, values in told.items()}


SUMMED = frozenset({"measured", "sent_again", "sent_away", "asked", "there", "kept", "broken"})


def _middle(name: str, values: list[Any]) -> Any:
    if all(isinstance(each, Mapping) for each in values):
        return medians(values)
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
        return values[-1]
    return sum(values) if name in SUMMED else round(statistics.median(values), 3)


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """Ours for one of theirs; None where either was not measured, or theirs is nothing."""
    if ours is None or not theirs:
        return None
    return round(ours / theirs, 2)


def at(found: Mapping[str, Any], path: str) -> float | None:
    """The number at `a.b.c`; None where there is none."""
    here: Any = found
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return float(here) if isinstance(here, int | float) and not isinstance(here, bool) else None
