"""What the clock wrote down: a timer that fell due, once, stamped with its own due time (clinical.md 3)."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.record import Record, asked


class TimerFired(Record):
    """One rung of one timer, counted from one anchor value. The system enters it; it never stops a drug."""

    kind: ClassVar[str] = "timer_fired"

    timer: str = asked("Which timer?", pattern=r"^T-[A-Z0-9]{1,5}(-[A-Z0-9]{1,5})?$")
    rung: str = asked("Which rung?", pattern=r"^[a-z0-9_]{2,40}$")
    anchor_value: str = asked("Counted from", pattern=r"^[0-9T:.+Z-]{10,40}$")
    due_at: AwareDatetime = asked("It was due at")

    @property
    def key(self) -> str:
        return f"{self.timer}/{self.rung}/{self.anchor_value}"
