"""Written on paper first, while no desk could be reached (clinical.md 10, H-10): which sheet, when, and by whom.

The entry itself is an ordinary one, with its own rules; this says that its ink is older than its number.
"""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.clock_marks import TimerFired
from shared.pathway.people import PATENCY
from shared.pathway.question import Question
from shared.pathway.record import Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code, StaffId


class BackEntered(Record):
    """Entry number `entry` was first written on a paper sheet. A later one about the same entry supersedes it."""

    kind: ClassVar[str] = "back_entered"

    entry: int = asked("Which entry was first written on paper?", hint="The number of the entry", ge=1)
    written_at: AwareDatetime = asked("When was the sheet written?", hint="Date and time beside its signature")
    written_by: StaffId = asked("Who wrote the sheet?")
    sheet: Code = asked("Number of the sheet", hint="In the box at its top, for example 7F-12")


def refusals(question: Question[BackEntered]) -> Iterator[Refusal]:
    """Why this cannot be said of that entry.

    Refuses: an entry that does not exist or that a machine made, a sheet written after its entry, somebody whom
    the trust's directory does not know. Guidance: a project default, for care while the service is away.
    """
    record, pathway = question.record, question.pathway
    if record.entry > pathway.version:
        yield Refusal("R-PRO-1", "entry", "This pathway has no entry with that number", "D")
    else:
        told = pathway.entries[record.entry - 1]
        if told.by == PATENCY or isinstance(told.record, BackEntered | TimerFired):
            yield Refusal("R-PRO-1", "entry", "Nobody writes this on paper: name the entry that was", "D")
        if record.written_at > told.at:
            yield Refusal("R-PRO-1", "written_at", "The sheet was written before its entry, not after it", "D")
    if record.written_by not in question.facts.staff:
        yield Refusal("R-PRO-1", "written_by", "The staff directory of this trust does not know this id", "D")
