"""What the doctor says: one line for each check, in words for whoever has to put it right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    WELL = "well"
    WARNING = "look at"  # it works, less well or not for long
    ILL = "put right"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome. `remedy` says what to do when it is not well. No value of a secret is ever in it."""

    verdict: Verdict
    said: str
    remedy: str = ""


Check = Callable[[], Finding | Awaitable[Finding]]


def well(said: str) -> Finding:
    return Finding(Verdict.WELL, said)


def warning(said: str, remedy: str) -> Finding:
    return Finding(Verdict.WARNING, said, remedy)


def ill(said: str, remedy: str) -> Finding:
    return Finding(Verdict.ILL, said, remedy)


def line(name: str, found: Finding) -> str:
    """As it is printed: `put right  disk  2 GB free: make room`."""
    remedy = f": {found.remedy}" if found.remedy else ""
    return f"{found.verdict.value:<10} {name:<14} {found.said}{remedy}"


def code(verdicts: list[Verdict]) -> int:
    """The exit code: 0 well, 1 something has to be put right. A warning alone is 0."""
    return 1 if Verdict.ILL in verdicts else 0
