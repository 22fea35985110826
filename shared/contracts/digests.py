"""What passes between the weekly digest's workflow and its activity: a trust's code and a week."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DigestOrder:
    """Tell this trust's governance about this ISO week, such as 2026-W48. Once, however often it is asked."""

    trust: str
    week: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A trust's week in counts: nothing here names or describes a patient.

    `ending` are permissions that end within the days of T-AUTH; `without_anybody` are roles of the ladder in which
    nobody would be told. `evidence` is the newest anchor of the trust's record, on one line.
    """

    trust: str
    week: str
    unread_notices: int
    undelivered_notices: int
    overdue_tasks: int
    broken_gates: int
    suspensions: int
    ending: int
    without_anybody: tuple[str, ...]
    addresses: tuple[str, ...]
    channels: tuple[str, ...]
    evidence: str | None = None
