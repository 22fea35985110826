"""Paper sheets for when the service is away (H-10): one for each record that clinicians write, drawn from its form."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.documents.printable import Printable
from shared.pathway.back_entry import BackEntered
from shared.pathway.documents import DocumentIssued
from shared.pathway.record import Part
from shared.pathway.referral import Referral
from shared.pathway.roles import CLINICAL
from shared.pathway.stage import Kind
from shared.web.forms.description import Field, describe
from shared.web.pages.words import Words, spoken

NOT_ON_PAPER = frozenset({DocumentIssued.kind, BackEntered.kind})
ROWS = 3
"""Empty rows printed of a question that may be answered several times."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One record's blank sheet: `title` as its form is called, its questions in order."""

    kind: str
    title: str
    questions: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    sheets: tuple[Sheet, ...]


def kinds_on_paper(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The records that a clinician writes at a desk."""
    return tuple(each for each in kinds if each.desk and each.roles & CLINICAL and each.name not in NOT_ON_PAPER)


def sheets(kinds: Iterable[Kind], identity: type[Part], say: Words | None = None) -> tuple[Sheet, ...]:
    """The blank sheets of these records. `identity` is what a referral asks about who the patient is."""
    return tuple(_sheet(each, identity, say or spoken()) for each in kinds)


def _sheet(kind: Kind, identity: type[Part], say: Words) -> Sheet:
    parts = (identity, kind.record) if kind.record is Referral else (kind.record,)
    questions = tuple(field for part in parts for field in describe(part).fields)
    return Sheet(kind.name, say(f"form.{kind.name}"), questions)


def rows(field: Field) -> tuple[Field, ...]:
    """The empty rows of a repeated question: as many as fit a sheet, and no more than it may have."""
    return tuple(field.at_row(number) for number in range(min(ROWS, field.most or ROWS)))


def as_printed(found: tuple[Sheet, ...]) -> Printable:
    """The sheets as one document without any patient."""
    return Printable("paper_sheets", Sheets(found), None)
