"""The time-out that no longer holds (clinical.md 2.6, R-PRO-6): side or plan changed inside the room."""

from typing import ClassVar

from shared.pathway.record import Record, asked
from shared.pathway.text import StaffId, Words


class TimeOutVoid(Record):
    """Two people stop: what was agreed at the time-out is not what is about to be done.

    Before the needle the start never happened, and nothing is owed for it. After it the procedure stays started,
    and goes on only after a new time-out of the same leg, or ends.
    """

    kind: ClassVar[str] = "time_out_void"

    what_changed: Words = asked("What changed?", hint="The leg, the device, a thrombolytic drug, a filter, a stent")
    before_access: bool = asked("Did this come before the needle?")
    second_person: StaffId = asked("Who stopped with you?", hint="Another person in the room")
