"""What the engine knows of a pathway, and when it has to be told more (architecture 5)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What it was told of, or saw when it last looked.

    `acts_on` digests the step, what is owed, the filters inside and the end; `wakes_by` is the next deadline, in the
    pathway's own time (None: there is none). Kept as text beside the pathway.
    """

    acts_on: str
    wakes_by: datetime | None = None

    @classmethod
    def read(cls, text: str) -> "Known":
        """From the column; what an earlier release wrote there differs from anything, so that the engine is told."""
        acts_on, _, wakes_by = text.partition(" ")
        return cls(acts_on, datetime.fromisoformat(wakes_by) if wakes_by else None)

    def text(self) -> str:
        return f"{self.acts_on} {self.wakes_by.isoformat()}" if self.wakes_by else self.acts_on

    def misses(self, now: "Known") -> bool:
        """Whether the engine would do the wrong thing, or the right one too late.

        A deadline that moved back is no news: the engine wakes at the earlier one, looks, and learns the later.
        """
        return self.acts_on != now.acts_on or _sooner(now.wakes_by, self.wakes_by)


def _sooner(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one < other)
