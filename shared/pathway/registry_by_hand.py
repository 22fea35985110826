"""A registry entry that was typed in by hand, seen there by a second person, or taken back (R-REG-3; IPG651 1.3).

What a second person has seen in the registry is kept by hand from then on: later updates are a person's to enter.
"""

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record, asked
from shared.pathway.text import Code, Words

A_MINUTE = timedelta(minutes=1)
"""Forms ask for an instant to the minute."""


class RegistryManualEntry(Record):
    """The clerk typed the entry into the registry by hand; a second person has to confirm it (R-REG-3)."""

    kind: ClassVar[str] = "registry_manual_entry"

    procedure_id: Code = asked("Which procedure?")
    external_reference: Code = asked("The registry's own record number")
    entered_at: AwareDatetime = asked("When was it entered?")


class RegistryManualConfirmation(Record):
    """The second person saw the record in the registry."""

    kind: ClassVar[str] = "registry_manual_confirmation"

    procedure_id: Code = asked("Which procedure?")
    seen_in_registry: Literal[True] = asked("I have seen this record in the registry")


class RegistryManualWithdrawal(Record):
    """The clerk takes an unconfirmed manual entry back: from now on the entry is owed automatically again."""

    kind: ClassVar[str] = "registry_manual_withdrawal"

    procedure_id: Code = asked("Which procedure?")
    reason: Words = asked("Why is the manual entry withdrawn?")
    not_in_registry: Literal[True] = asked(
        "The registry does not hold this entry, or it was taken out there",
        hint="From now on the entry is sent automatically. One that is still in the registry would then be there twice",
    )


def about(moment: Moment, kind: type[Record], procedure: str) -> list[Entry]:
    """Every record of this kind about this procedure."""
    return [entry for entry in moment.pathway.every(kind) if getattr(entry.record, "procedure_id", "") == procedure]


def standing(moment: Moment, procedure: str) -> Entry | None:
    """The manual entry that counts: the newest, unless it was withdrawn."""
    typed = about(moment, RegistryManualEntry, procedure)
    withdrawn = about(moment, RegistryManualWithdrawal, procedure)
    if not typed or (withdrawn and withdrawn[-1].seq > typed[-1].seq):
        return None
    return typed[-1]


def kept_by_hand(moment: Moment, procedure: str) -> bool:
    """Whether a second person has ever seen a manual entry in the registry. It cannot be withdrawn after that."""
    return bool(about(moment, RegistryManualConfirmation, procedure))


def awaits_second_person(moment: Moment, procedure: str) -> bool:
    """Whether the entry was typed into the registry by hand, and nobody else has seen it there yet (R-REG-3)."""
    typed, seen = standing(moment, procedure), about(moment, RegistryManualConfirmation, procedure)
    return typed is not None and not (seen and seen[-1].seq > typed.seq)


def held(typed: Entry, change: Entry) -> bool:
    """Whether what was typed in can hold this change: it was written down before, and not after the typing."""
    record = typed.record
    assert isinstance(record, RegistryManualEntry)  # noqa: S101 -- entries are filed by their own kind
    return change.seq < typed.seq and change.at < record.entered_at + A_MINUTE
