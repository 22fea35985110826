"""Which timers of a pathway have fired: how a pure count knows, without a clock, that something is late."""

from datetime import date, datetime

from shared.pathway.clock_marks import TimerFired
from shared.pathway.pathway import Pathway


def fired(pathway: Pathway) -> dict[tuple[str, str, str], datetime]:
    """When each rung fired for each anchor (its ISO text), by the pathway's own time."""
    return pathway.once(("timers_fired",), None, lambda: _fired(pathway))


def _fired(pathway: Pathway) -> dict[tuple[str, str, str], datetime]:
    found: dict[tuple[str, str, str], datetime] = {}
    for entry in pathway.every(TimerFired):
        record = entry.record
        if isinstance(record, TimerFired):
            found.setdefault((record.timer, record.rung, record.anchor_value), entry.at)
    return found


def anchored(timer: str, rung: str, anchor: datetime | date) -> tuple[str, str, str]:
    return timer, rung, anchor.isoformat()
