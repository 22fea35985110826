"""What passes between a pathway's workflow and its activities: ids, enums, numbers. Nothing identifies a patient."""

from dataclasses import dataclass

from shared.contracts.identifiers import PathwayRef


@dataclass(frozen=True, slots=True)
class Order:
    """Look at this pathway. `cause` is the traceparent of the click that made it worth looking; None: the clock did."""

    ref: PathwayRef
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """Something the outside world is owed: a kind (`governance_notice`, `registry_entry`) and its stable key."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Look:
    """A pathway as its workflow sees it.

    `wait_s` is how long until the clock alone changes something (None: never), in the pathway's own time, which
    for every real patient is everybody's time. `ended` is the closing reason, once it is closed.
    """

    version: int
    step: str
    settled: tuple[str, ...] = ()
    owed: tuple[Owed, ...] = ()
    wait_s: float | None = None
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do for the outside world, whoever does it and however often it takes."""

    ref: PathwayRef
    key: str
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What the outbox relay tells a workflow: there is a new version, and which click caused it."""

    version: int
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """How long a fresh run sleeps before it looks again, unless it is told something."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pathway ended: the closing reason of the clinical record."""

    reason: str
