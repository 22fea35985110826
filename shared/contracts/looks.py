"""What passes between a pathway's workflow and its activities: ids, enums, numbers. Nothing identifies a patient."""

from dataclasses import dataclass

from shared.contracts.identifiers import PathwayRef


@dataclass(frozen=True, slots=True)
class Order:
    """Look at this pathway. `cause` is the traceparent of the click that made it worth looking; None: the clock did.

    With `filter`, its number: look at the track of that filter alone.
    """

    ref: PathwayRef
    cause: str | None = None
    filter: int | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """Something the outside world is owed: a kind (`governance_notice`, `registry_entry`) and its stable key."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Inside:
    """A filter that is inside: its number, and when its ladder goes on (ISO instants in UTC, so that they compare)."""

    number: int
    due: str


@dataclass(frozen=True, slots=True)
class Look:
    """A pathway, or the track of one filter, as its workflow sees it.

    `wait_s` is how long until the clock alone changes something (None: never), in the pathway's own time, which
    for every real patient is everybody's time. `ended` is the closing reason, once it is closed, or the outcome of
    the filter. `filters` are those inside: each has a workflow of its own.
    """

    version: int
    step: str
    settled: tuple[str, ...] = ()
    owed: tuple[Owed, ...] = ()
    wait_s: float | None = None
    ended: str | None = None
    filters: tuple[Inside, ...] = ()


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do for the outside world, whoever does it and however often it takes.

    `looked_after`: the workflow looks when it is done, so that what comes of it need not be told to the workflow.
    """

    ref: PathwayRef
    key: str
    cause: str | None = None
    looked_after: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What the outbox relay tells a workflow: there is a new version, and which click caused it."""

    version: int
    cause: str | None = None


NEWEST_MANNER = 2
"""1: a timer for each wait. 2: one timer is left running, and the end of an errand is looked at (README, Decisions)."""


@dataclass(frozen=True, slots=True)
class Rest:
    """How long a fresh run sleeps before it looks again, unless it is told something; 0: it looks at once.

    `filters` are those that a workflow of their own is known to follow, as it was last told. `manner` is the way of
    waiting that the run begins with and keeps, whatever the code becomes meanwhile.
    """

    seconds: float
    filters: tuple[Inside, ...] = ()
    manner: int = 1


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pathway, or a filter's track, ended: the closing reason or the outcome of the clinical record."""

    reason: str
