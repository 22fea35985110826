"""The booked places and the broken gates of a pathway, as the API shows them beside its steps (IPG651 3.5, 3.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.pathway.anatomy import Side
from shared.pathway.break_glass import BreakGlass, BreakGlassReview
from shared.pathway.breaking import in_force
from shared.pathway.question import Moment
from shared.pathway.slot_rules import slots


@dataclass(frozen=True, slots=True)
class BookedSlot:
    """The newest booking of one leg: booked, used or cancelled."""

    kind: Literal["slot"]
    side: Side
    planned_at: datetime
    room: str
    state: str


@dataclass(frozen=True, slots=True)
class BrokenGates:
    """One breaking: in_force until its hours are over or a start used it, then past. `review` is "" while owed."""

    kind: Literal["broken_gates"]
    side: Side
    entry: int
    broken_at: datetime
    gates: tuple[str, ...]
    state: str
    review: str


def shown(moment: Moment) -> Iterator[BookedSlot | BrokenGates]:
    """Each leg's newest booking, then every breaking, oldest first."""
    for each in slots(moment):
        booked = each.booked
        yield BookedSlot("slot", booked.side, booked.planned_at, booked.room, each.state)
    reviews = [e.record for e in moment.pathway.every(BreakGlassReview) if isinstance(e.record, BreakGlassReview)]
    found = {each.breaking: each.outcome for each in reviews}
    for entry in moment.pathway.every(BreakGlass):
        record = entry.record
        if isinstance(record, BreakGlass):
            state = "in_force" if entry in in_force(moment, record.side) else "past"
            gates = tuple(sorted(record.gates, key=lambda gate: int(gate[1:])))
            outcome = found.get(entry.seq, "")
            yield BrokenGates("broken_gates", record.side, entry.seq, entry.at, gates, state, outcome)
