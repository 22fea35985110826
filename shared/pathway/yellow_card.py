"""What was done about a report to the MHRA or its sister bodies, and where the device is (R-AE-2..4; IPG651 YR2).

Patency prepares a draft and sends nothing: a report counts as made when a person enters its reference.
"""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.record import Record, asked
from shared.pathway.text import Code, Line, Words


class YellowCard(Record):
    """The person who sent the report writes down its reference; or why none is needed."""

    kind: ClassVar[str] = "yellow_card"

    event: int = asked("Which event?", hint="The number of its entry", ge=1)
    about: Literal["device", "medicine"] = asked("About what?")
    status: Literal["submitted_ref", "not_required"] = asked("What was done?")
    reference: Code | None = asked("Reference of the report", default=None)
    reason: Words | None = asked("Why is none needed?", default=None)
    manufacturer_told: bool = asked("Has the manufacturer been told?", default=False)


class DeviceRetained(Record):
    """The device is kept, and not thrown away. It is not sent to the MHRA (R-AE-2)."""

    kind: ClassVar[str] = "device_retained"

    event: int = asked("Which event?", hint="The number of its entry", ge=1)
    retained: bool = asked("Has the device been kept?")
    location: Line | None = asked("Where is it?", default=None)
    quarantined_at: AwareDatetime | None = asked("Since when is it locked away?", default=None)
    why_not: Words | None = asked("Why not?", hint="For instance, it is inside the patient", default=None)
