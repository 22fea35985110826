"""What a measure says of one pathway: yes, no, or open, while nobody can know yet."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["yes", "no", "open"]


def all_of(found: Iterable[Verdict | None]) -> Verdict | None:
    """One answer for several procedures: no if one says no, else open if one is; None when nothing was asked."""
    said = [each for each in found if each is not None]
    if not said:
        return None
    if "no" in said:
        return "no"
    return "open" if "open" in said else "yes"


def is_so(answer: bool) -> Verdict:
    return "yes" if answer else "no"


def in_time(*, done: bool, late: bool) -> Verdict:
    """Late counts as no whatever came of it afterwards."""
    if late:
        return "no"
    return "yes" if done else "open"
