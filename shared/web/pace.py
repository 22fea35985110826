"""How much one person, one trust, one address may ask of a process: buckets that fill again at an even pace.

A bucket holds some seconds' worth, so that nobody who merely works quickly ever notices; held it more, a flood would
stand in everybody's way before it is stopped. Kept in the process: a desk that runs in two processes lets through twice
as much, and none of them has to ask another.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

SECONDS_IN_A_BUCKET = 3
MOST_BUCKETS = 10_000  # who has not asked for longest is forgotten first, and begins anew with a full one
WRONG_PER_SECOND, WRONG_AT_ONCE = 2.0, 100
"""Tokens that nobody has, from one address: more is guessing, or a program whose configuration is wrong. As many as are
asked about at once, since each counts until it turns out to be right: a whole shift may come through one proxy."""


class Pace:
    """One bucket for each key, which holds `at_once`. `now` gives seconds that never go back."""

    def __init__(self, per_second: float, at_once: float, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._full = at_once
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """Takes one and returns 0, or takes nothing and returns in how many seconds there is one again."""
        there = self._there(key)
        if there < 1:
            return (1 - there) / self._per_second
        self._keep(key, there - 1)
        return 0

    def give_back(self, key: str) -> None:
        """What was taken did not count after all."""
        self._keep(key, min(self._full, self._there(key) + 1))

    def _there(self, key: str) -> float:
        left, at = self._buckets.get(key, (self._full, self._now()))
        return min(self._full, left + (self._now() - at) * self._per_second)

    def _keep(self, key: str, left: float) -> None:
        self._buckets[key] = left, self._now()
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)


def _endless() -> Pace:
    return Pace(1e12, 1e12)


@dataclass(frozen=True, slots=True)
class Paces:
    """What the desks of one process share. Without anything given nobody is ever told to wait."""

    person: Pace = field(default_factory=_endless)
    trust: Pace = field(default_factory=_endless)
    wrong: Pace = field(default_factory=_endless)

    @classmethod
    def of(cls, *, person_per_second: float, trust_per_second: float) -> Self:
        return cls(
            Pace(person_per_second, person_per_second * SECONDS_IN_A_BUCKET),
            Pace(trust_per_second, trust_per_second * SECONDS_IN_A_BUCKET),
            Pace(WRONG_PER_SECOND, WRONG_AT_ONCE),
        )
