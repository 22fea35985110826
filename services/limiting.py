"""Who asks too much waits for their turn, or is told to wait (429): by person, by trust, by address.

What must never wait: breaking a gate for a limb or a life, a withdrawn consent, and opening a record in an emergency.
"""

import math
import re
from collections.abc import Collection

from fastapi import Request

from shared.web.in_turn import turn_of
from shared.web.pace import Pace, Paces
from shared.web.problems import ProblemError
from shared.web.turns import CrowdedError

URGENT = re.compile(r"/open-record/.*|(?:/api)?/pathways/[^/]+/(?:break_glass|consent_withdrawn)(?:/.*)?")

CROWDED_S = 2.0
"""When to come again to a lane that was too long."""


def is_urgent(path: str) -> bool:
    """Whether this is let in however much its sender has asked already."""
    return URGENT.fullmatch(path) is not None


async def let_in(request: Request, paces: Paces, person: str, trusts: Collection[str]) -> None:
    """Counts one request of this person, then waits for a turn in the lane of their trust. Raises ProblemError 429.

    Here, where somebody is known for certain: a lane found earlier would have to be guessed, and strangers could fill
    the lane of those about whom nothing is known yet.
    """
    if is_urgent(request.url.path):
        return
    _take(paces.person, person)
    for trust in trusts:
        _take(paces.trust, trust)
    await _take_turn(request, " ".join(sorted(trusts)))


def may_guess(request: Request, paces: Paces) -> str:
    """The address that a token nobody has seen yet comes from; counted until it turns out to be right. Raises 429."""
    address = request.client.host if request.client else ""
    _take(paces.wrong, address)
    return address


async def _take_turn(request: Request, lane: str) -> None:
    if (turn := turn_of(request)) is None:
        return
    try:
        await turn.take(lane)
    except CrowdedError:
        raise too_many(CROWDED_S) from None


def stand_aside(request: Request) -> None:
    """Gives the turn to the next: what takes long from here on is done beside the event loop."""
    if (turn := turn_of(request)) is not None:
        turn.over()


def _take(pace: Pace, key: str) -> None:
    if wait_s := pace.wait_s(key):
        raise too_many(wait_s)


def too_many(wait_s: float) -> ProblemError:
    """429: nothing was done, and when to come again."""
    words = "Too many requests: nothing was done. Send it again after the seconds in Retry-After"
    return ProblemError(429, "too-many", words, headers={"Retry-After": str(math.ceil(wait_s))})
