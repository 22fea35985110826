"""Duty of candour: telling the patient, in person and in writing, what happened (clinical.md R-AE-5; IPG651 YR3)."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.record import Record, asked
from shared.pathway.text import Code, StaffId, Words


class Candour(Record):
    """One step of it. The relevant person is told when the patient has died or cannot be told."""

    kind: ClassVar[str] = "candour"

    event: int = asked("Which event?", hint="The number of its entry", ge=1)
    step: Literal["in_person", "written"] = asked("Which step?")
    at: AwareDatetime = asked("When?")
    to: Literal["patient", "relevant_person", "nobody_found"] = asked("Who was told?")
    by: StaffId = asked("Who told them?")
    apology_given: bool = asked("Did you say sorry?")
    words: Words = asked("What was said, and what did they ask?")
    document: Code | None = asked("Letter", hint="Its document number", default=None)
