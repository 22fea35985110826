"""The one place where a process learns what time it is; rules are given `now`, they never ask."""

from datetime import UTC, datetime
from typing import Protocol

from typing_extensions import override


class Clock(Protocol):
    """Where a process gets its time from."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class ServerClock(Clock):
    """The clock of the machine. What a training pathway adds to it is kept with that pathway, not here."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)
