"""Turns: few requests are worked on at once, and who waits, waits in a lane of their own trust.

A process has one processor: whatever it begins at once ends late, together. A fixed pace (pace.py) cannot know how much
this machine can do today; turns need not know. A trust that asks for more than its share makes its own lane longer.
"""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field

WAITING_MOST = 100
"""In one lane: more would wait longer than anybody looks at an empty page."""


class CrowdedError(Exception):
    """There is no turn to be had soon: the lane is full, or has not moved for too long."""


@dataclass(eq=False, slots=True)
class Place:
    """Somebody's place in a lane, and then their turn, which they have once they are called."""

    lane: str
    called: asyncio.Event = field(default_factory=asyncio.Event)
    left: bool = False


class Turns:
    """At most `at_once` turns. One lane never has them all, so that whoever comes next finds one at once.

    Within a lane the first is called first. Between lanes it is the one that has the fewest turns now, of several the
    one that was called from longest ago: in a round while everybody waits, and before all others for who comes rarely.
    """

    def __init__(self, at_once: int, waiting_most: int = WAITING_MOST) -> None:
        self._free = at_once
        self._most_of_a_lane = max(1, at_once - 1)
        self._waiting_most = waiting_most
        self._taken: Counter[str] = Counter()
        self._lanes: dict[str, deque[Place]] = {}  # none is empty; called from longest ago comes first

    def join(self, lane: str) -> Place:
        """A place at the end of this lane, called already if there is a turn. To be left. Raises CrowdedError."""
        place = Place(lane)
        if self._free and lane not in self._lanes and self._taken[lane] < self._most_of_a_lane:
            self._call(place)
            return place
        waiting = self._lanes.setdefault(lane, deque())
        if len(waiting) >= self._waiting_most:
            raise CrowdedError
        waiting.append(place)
        return place

    def leave(self, place: Place) -> None:
        """Gives back the turn, or the place of who waits no longer. The second time it does nothing."""
        if place.left:
            return
        place.left = True
        if place.called.is_set():
            self._give_back(place.lane)
        else:
            self._lanes[place.lane].remove(place)
            self._forget_if_empty(place.lane)

    def _give_back(self, lane: str) -> None:
        self._free += 1
        self._taken[lane] -= 1
        if not self._taken[lane]:
            del self._taken[lane]
        while self._free and (following := self._following()) is not None:
            self._call_first_of(following)

    def _following(self) -> str | None:
        """The lane to be called from now; None when nobody waits who may be called."""
        able = (lane for lane in self._lanes if self._taken[lane] < self._most_of_a_lane)
        return min(able, key=self._taken.__getitem__, default=None)

    def _call_first_of(self, lane: str) -> None:
        waiting = self._lanes.pop(lane)
        self._call(waiting.popleft())
        self._lanes[lane] = waiting  # at the end of the round
        self._forget_if_empty(lane)

    def _call(self, place: Place) -> None:
        self._free -= 1
        self._taken[place.lane] += 1
        place.called.set()

    def _forget_if_empty(self, lane: str) -> None:
        if not self._lanes[lane]:
            del self._lanes[lane]
