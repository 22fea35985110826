"""A booked place in the room (clinical.md 2.5, R-CON-5; IPG651 3.9)."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.anatomy import Side
from shared.pathway.record import Record, asked
from shared.pathway.text import Line


class SlotBooked(Record):
    """When and where one leg is to be treated. A later booking of the same leg moves it; a withdrawal cancels it."""

    kind: ClassVar[str] = "slot_booked"

    side: Side = asked("Which leg?")
    planned_at: AwareDatetime = asked("When is the procedure planned?")
    room: Line = asked("Room")
