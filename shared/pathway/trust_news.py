"""What a trust's registers say anew and a pathway must know (clinical.md 4): devices, permits, studies, people."""

from datetime import date
from typing import ClassVar, Literal

from shared.pathway.record import Record, asked
from shared.pathway.text import AnyStaffId, Code, Line, StaffId, Words


class DeviceRecall(Record):
    """A device was recalled, or a field safety notice came out. `lots` empty: every lot."""

    kind: ClassVar[str] = "device_recall"

    udi_di: Code = asked("UDI device identifier")
    lots: tuple[Code, ...] = asked("Which lots?", hint="Leave empty when every lot is meant", default=(), max_length=50)
    reference: Code = asked("Reference of the notice")


class AuthorisationSuspended(Record):
    """Governance pauses new starts for the trust, a device or an operator (R-GOV-6). It cannot stop an emergency."""

    kind: ClassVar[str] = "authorisation_suspended"

    scope: Literal["procedure", "device", "operator"] = asked("What is suspended?")
    subject: Line | None = asked("Which device model or operator?", default=None)
    reason: Words = asked("Why?")
    reference: Code = asked("Reference of this suspension", hint="You need it to lift the suspension later")


class StudyClosed(Record):
    kind: ClassVar[str] = "study_closed"

    study_id: Code = asked("Which study?")
    closed_on: date = asked("Closed at this site on")


class GuidanceSuperseded(Record):
    """NICE replaced the guidance. Work goes on under the version each decision names, until a clinician looks."""

    kind: ClassVar[str] = "guidance_superseded"

    identifier: Line = asked("Identifier of the new guidance")
    published_on: date = asked("Published on")


class StaffLeft(Record):
    """Somebody this pathway names has left: what they owned needs a new owner."""

    kind: ClassVar[str] = "staff_left"

    person: AnyStaffId = asked("Who left?")
    left_on: date = asked("When?")


class NewsAnswered(Record):
    """Somebody looked at such news for this patient and did what it asked for."""

    kind: ClassVar[str] = "news_answered"

    news: int = asked("Which news?", hint="The number of its entry", ge=1)
    done: Words = asked("What was done for this patient?")
    new_owner: StaffId | None = asked(
        "Who takes over from the person who left?", hint="Only when somebody left", default=None
    )
