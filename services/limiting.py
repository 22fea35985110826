"""Who asks too much is told to wait (429), so that the others are answered: by person, by trust, by address.

What must never wait: breaking a gate for a limb or a life, a withdrawn consent, and opening a record in an emergency.
"""

import math
import re
from collections.abc import Iterable

from fastapi import Request

from shared.web.pace import Pace, Paces
from shared.web.problems import ProblemError

URGENT = re.compile(r"/open-record/.*|(?:/api)?/pathways/[^/]+/(?:break_glass|consent_withdrawn)(?:/.*)?")


def is_urgent(path: str) -> bool:
    """Whether this is let in however much its sender has asked already."""
    return URGENT.fullmatch(path) is not None


def let_in(request: Request, paces: Paces, person: str, trusts: Iterable[str]) -> None:
    """Counts one request of this person. Raises ProblemError 429, and then counts nothing for the trust."""
    if is_urgent(request.url.path):
        return
    _take(paces.person, person)
    for trust in trusts:
        _take(paces.trust, trust)


def may_guess(request: Request, paces: Paces) -> str:
    """The address that a token nobody has seen yet comes from; counted until it turns out to be right. Raises 429."""
    address = request.client.host if request.client else ""
    _take(paces.wrong, address)
    return address


def _take(pace: Pace, key: str) -> None:
    if wait_s := pace.wait_s(key):
        raise too_many(wait_s)


def too_many(wait_s: float) -> ProblemError:
    """429: nothing was done, and when to come again."""
    words = "Too many requests: nothing was done. Send it again after the seconds in Retry-After"
    return ProblemError(429, "too-many", words, headers={"Retry-After": str(math.ceil(wait_s))})
