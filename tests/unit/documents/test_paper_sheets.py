"""The paper sheets for when the service is away (H-10): every record of a clinician, every question of it."""

from collections.abc import Iterator
from functools import cache

import pytest

from shared.documents.drawing import body
from shared.documents.pdf import printed
from shared.documents.sheets import NOT_ON_PAPER, as_printed, kinds_on_paper, sheets
from shared.ledger import PatientIdentity
from shared.pathway.referral import Referral
from shared.pathway.roles import CLINICAL
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.forms.description import Field, describe
from tests.unit.documents.papers import text_of, unpacked

ON_PAPER = kinds_on_paper(KINDS.values())
EVERY_SHEET = pytest.mark.parametrize("kind", ON_PAPER, ids=lambda kind: kind.name)


@cache
def sheet_of(kind: Kind) -> str:
    return text_of(body(as_printed(sheets((kind,), PatientIdentity))))


def questions(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from questions(each.fields)


def test_every_record_that_a_clinician_writes_has_a_sheet() -> None:
    written = {name for name, kind in KINDS.items() if kind.desk and kind.roles & CLINICAL}

    assert {each.name for each in ON_PAPER} == written - NOT_ON_PAPER
    assert Referral.kind in {each.name for each in ON_PAPER}


@EVERY_SHEET
def test_a_sheet_asks_every_question_and_offers_every_answer(kind: Kind) -> None:
    found = sheet_of(kind)

    for each in questions(describe(kind.record).fields):
        assert each.label in found
        assert all(choice.label in found for choice in (*each.choices, *each.keys))


@EVERY_SHEET
def test_a_sheet_has_places_for_its_number_the_leg_in_words_who_and_when(kind: Kind) -> None:
    found = sheet_of(kind)

    for place in ("Sheet number", "LEFT or RIGHT:", "Written by (name)", "Staff id", "Date and time", "Signature"):
        assert place in found


def test_the_sheet_of_a_referral_asks_who_the_patient_is() -> None:
    assert "Sex at birth" in sheet_of(KINDS[Referral.kind])


def test_sheets_are_tagged_pdf_and_about_nobody() -> None:
    found = unpacked(printed(as_printed(sheets(ON_PAPER[:1], PatientIdentity))))

    assert b"/StructTreeRoot" in found
    assert b"/Lang (en)" in found
