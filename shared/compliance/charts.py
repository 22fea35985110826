"""Limits of control charts, by the formulas of the textbooks on statistical process control (clinical.md 2.13).

Too few points, and there are no limits: the page says so. A point beyond a limit is a reason to look, not a verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import sqrt

FEWEST = 12
"""[D] Points below which no limits are drawn: with fewer they are mostly chance."""

XMR = 2.66  # 3 / d2 for a moving range of two (d2 = 1.128), Shewhart's individuals chart
T_POWER = 3.6  # Nelson's transformation, which makes exponential times between events nearly normal
SIGMAS = 3


@dataclass(frozen=True, slots=True)
class Point:
    """`value` of one period or gap; `beyond`: outside the limits."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def beyond(self) -> bool:
        return (self.low is not None and self.value < self.low) or (self.high is not None and self.value > self.high)


@dataclass(frozen=True, slots=True)
class Chart:
    """Points in time order, with the centre line; None where there are too few points for one."""

    points: tuple[Point, ...]
    centre: float | None


def p_chart(counts: Sequence[tuple[str, int, int]]) -> Chart:
    """Shares of (label, yes, all): the centre is the share of them all, limits 3 binomial standard errors around it.

    p ± 3 √(p (1 - p) / n), kept between 0 and 1. Periods without a case are left out.
    """
    some = [each for each in counts if each[2]]
    if len(some) < FEWEST:
        return Chart(tuple(Point(label, yes / many) for label, yes, many in some), None)
    share = sum(each[1] for each in some) / sum(each[2] for each in some)
    points = []
    for label, yes, many in some:
        reach = SIGMAS * sqrt(share * (1 - share) / many)
        points.append(Point(label, yes / many, max(0.0, share - reach), min(1.0, share + reach)))
    return Chart(tuple(points), share)


def xmr_chart(values: Sequence[tuple[str, float]]) -> Chart:
    """Single values: the mean, and 2.66 times the mean moving range of neighbours around it."""
    if len(values) < FEWEST:
        return Chart(tuple(Point(*each) for each in values), None)
    found = [value for _label, value in values]
    centre = sum(found) / len(found)
    moved = [abs(after - before) for before, after in pairwise(found)]
    reach = XMR * sum(moved) / len(moved)
    return Chart(tuple(Point(*each, max(0.0, centre - reach), centre + reach) for each in values), centre)


def t_chart(days: Sequence[date]) -> Chart:
    """Days between rare events: limits on the days to the power 1/3.6, by moving ranges, taken back to days.

    Days that are longer than the upper limit are good news; shorter than the lower one: events come too fast.
    """
    events = sorted(days)
    gaps = [(after.isoformat(), float((after - before).days)) for before, after in pairwise(events)]
    if len(gaps) < FEWEST:
        return Chart(tuple(Point(*each) for each in gaps), None)
    turned = xmr_chart([(label, value ** (1 / T_POWER)) for label, value in gaps])
    centre = turned.centre or 0.0
    limits = ((point.low or 0.0, point.high or 0.0) for point in turned.points)
    back = [(low**T_POWER, high**T_POWER) for low, high in limits]
    points = tuple(Point(*gap, *limit) for gap, limit in zip(gaps, back, strict=True))
    return Chart(points, centre**T_POWER)
