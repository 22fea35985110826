"""The three lists that have to agree about registry entries, and what is found when they do not (R-REG-4; IPG651 1.3).

Ids, codes and dates: nothing here identifies a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

GOVERNANCE_DAYS = 30
"""What is not entered for longer than this is the governance lead's to see to (R-REG-4)."""


class Difference(StrEnum):
    """What is wrong. NOT_ENTERED: started, and neither accepted nor confirmed by hand."""

    NOT_ENTERED = "not_entered"
    NO_PROCEDURE = "no_procedure"
    MISSING_THERE = "missing_there"
    EXTRA_THERE = "extra_there"
    OTHER_VERSION = "other_version"
    OTHER_RECEIPT = "other_receipt"
    TWICE_THERE = "twice_there"


@dataclass(frozen=True, slots=True)
class Begun:
    """A procedure by its own records alone."""

    procedure_id: str
    pathway_id: str
    started_on: date


@dataclass(frozen=True, slots=True)
class Recorded:
    """What our record says of one procedure's entry: its state, the newest version accepted, and its receipt."""

    procedure_id: str
    pathway_id: str
    state: str
    version: int | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One dataset version as the registry lists it. `receipt` is None while it has not accepted it."""

    key: str
    procedure_id: str
    version: int
    state: str
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """One difference. `ours` and `theirs` are what each side says, as codes; `days` since the start, if it is known."""

    procedure_id: str
    what: Difference
    pathway_id: str | None
    started_on: date | None
    days: int | None
    ours: str
    theirs: str

    @property
    def for_governance(self) -> bool:
        return self.days is not None and self.days > GOVERNANCE_DAYS


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a trust as it was found.

    `started` procedures by their own records, `states` of their entries by ours, `held` versions accepted there.
    """

    at: datetime
    started: int
    held: int
    states: Mapping[str, int]
    found: tuple[Found, ...]

    @property
    def for_governance(self) -> int:
        return sum(each.for_governance for each in self.found)
