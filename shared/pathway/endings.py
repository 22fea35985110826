"""How a pathway may end beside its own course (clinical.md 1.1, 4): a death, a mistake, another trust takes over."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.record import Record, asked
from shared.pathway.text import Code, Line, Words


class PatientDied(Record):
    """The patient has died: contact stops at once. News that proves wrong is taken back by a newer record."""

    kind: ClassVar[str] = "patient_died"

    what: Literal["died", "recorded_in_error"] = asked("What is known?", default="died")
    died_on: date | None = asked(
        "Date of death", hint="Leave it empty while nobody knows it, and when the patient is alive", default=None
    )
    learned_at: AwareDatetime = asked("When did you learn of it?")
    source: Literal["seen_here", "national_record", "family", "other_clinician"] = asked("From whom?")
    note: Words | None = asked("Anything the team has to know?", default=None)


class OpenedInError(Record):
    """This pathway should never have been opened: another patient, no suspected clot, a slip."""

    kind: ClassVar[str] = "opened_in_error"

    why: Words = asked("Why should this pathway not have been opened?")


class TransferPart(StrEnum):
    """What travels to another trust. Each is accepted on its own (hazard H-11)."""

    PATHWAY_CARE = "pathway_care"
    ANTICOAGULATION = "anticoagulation"
    FILTER = "filter"


class TransferredOut(Record):
    """The patient is offered to another trust. This trust keeps every duty until it is accepted."""

    kind: ClassVar[str] = "transferred_out"

    to_trust: Code = asked("Which trust?", hint="Its organisation code")
    contact: Line = asked("Which team or person there?")
    parts: frozenset[TransferPart] = asked("What is handed over?", min_length=1)
    reason: Words = asked("Why?")


class TransferAccepted(Record):
    """What the other trust answered about one part. Silence is no answer."""

    kind: ClassVar[str] = "transfer_accepted"

    part: TransferPart = asked("Which part?")
    answer: Literal["accepted", "declined"] = asked("What did the other trust answer?")
    by_whom: Line = asked("Who answered?", hint="Name and role of the clinician there")
    answered_at: AwareDatetime = asked("When?")
