"""The first try of what the outside world is owed, made by whoever looks, while that side answers promptly.

What works at once then costs the engine no task of its own: two writes and a turn of the workflow less for each mail
and each registry entry. Whatever does not work at once is left to an errand, which has the patience (reliability).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from activities.ports import OutsideUnavailable
from shared.contracts.looks import Errand, Order, Owed
from shared.wiring import telemetry

log = logging.getLogger(__name__)

TRY_S = 3.0
"""No try is longer: two of them fit into a look's own time."""

PROMPT_S = 2.5
"""Who took longer than this is left to errands for a while."""

SHUT_S = 15.0
AT_ONCE = 8
MOST_IN_A_LOOK = 2


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to see to an errand: the name of its span, and the try itself, which says whether it is done."""

    name: str
    make: Callable[[Errand], Awaitable[bool]]


class Door:
    """One side of the outside world. It is knocked at only while it opens promptly, by few at a time.

    So a registry that hangs keeps at most AT_ONCE looks waiting, each for TRY_S, once in SHUT_S.
    """

    def __init__(self, attempt: Attempt, clock: Callable[[], float] = time.monotonic) -> None:
        self._attempt = attempt
        self._clock = clock
        self._knocking = 0
        self._shut_until = float("-inf")

    @property
    def opens(self) -> bool:
        return self._knocking < AT_ONCE and self._clock() >= self._shut_until

    async def knock(self, errand: Errand) -> bool:
        """Whether the errand is done. What goes wrong is for the errand to meet again, and to be retried there."""
        if not self.opens:
            return False
        began, done = self._clock(), False
        self._knocking += 1
        try:
            done = await self._tried(errand)
        finally:
            self._knocking -= 1
            if not done or self._clock() - began > PROMPT_S:
                self._shut_until = self._clock() + SHUT_S
        return done

    async def _tried(self, errand: Errand) -> bool:
        ref = errand.ref
        try:
            async with asyncio.timeout(TRY_S):
                with telemetry.within(self._attempt.name, pathway_id=ref.pathway_id, trust=ref.trust):
                    return await self._attempt.make(errand)
        except (OutsideUnavailable, TimeoutError):
            return False
        except Exception as error:  # noqa: BLE001 -- a look must never fail by an errand: that would stop every timer
            log.warning("a first try failed", extra={"error": type(error).__name__})
            return False


class FirstTries:
    """What a look tries by itself, by the kind of what is owed. Other kinds are left to errands."""

    def __init__(self, doors: Mapping[str, Door]) -> None:
        self._doors = doors

    async def make(self, order: Order, owed: tuple[Owed, ...]) -> bool:
        """Try the first few of what is owed; returns whether anything was done, so that looking again is worth it."""
        done = False
        for each in owed[:MOST_IN_A_LOOK]:
            door = self._doors.get(each.kind)
            if door is not None:
                done |= await door.knock(Errand(order.ref, each.key, order.cause, looked_after=True))
        return done
