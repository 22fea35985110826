"""What is owed: tasks for people, timers for the clock, obligations to the outside world. All are derived."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.pathway.people import Role


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person has to do.

    `kind` is the record (or the piece of work) asked for, `key` tells two of one kind apart (a limb, a
    procedure), `due_at` is the instant it becomes overdue (None: no deadline), `escalated_to` who else is told.
    """

    kind: str
    role: Role
    opened_at: datetime
    due_at: datetime | None
    key: str = ""
    state: TaskState = TaskState.OPEN
    escalated_to: tuple[Role, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """One rung of one timer of clinical.md section 3.

    `anchor_field` and `anchor_value` say what it is counted from; a corrected anchor therefore makes a new
    timer. `due_on` is the civil date (Europe/London), `due_at` the instant it fires.
    """

    id: str
    rung: str
    anchor_field: str
    anchor_value: datetime | date
    due_at: datetime
    due_on: date
    tells: tuple[Role, ...] = ()
    met: bool = False  # what it waited for has happened: it will not fire any more

    @property
    def key(self) -> str:
        """The same for the same rung counted from the same anchor: a timer fires once by this key."""
        return f"{self.id}/{self.rung}/{self.anchor_value.isoformat()}"


class Outside(StrEnum):
    """The kinds of thing the outside world is owed."""

    GOVERNANCE_NOTICE = "governance_notice"
    REGISTRY_ENTRY = "registry_entry"


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed to the outside world and not met yet.

    `key` is stable and idempotent at the receiver: a notice's dispatch, or procedure id + dataset version.
    """

    kind: Outside
    key: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition to start a procedure (clinical.md 5.1).

    `state` is open, shut, after (owed afterwards), at_sign_in (the start form decides it), broken or recorded (a
    consultant broke it for a threatened limb or life).
    """

    id: str
    state: str
    reason: str
    paragraph: str
