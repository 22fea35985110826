"""Check answers: headings that come once, rows named by their leg, and the leg told apart from other answers."""

import pytest

from shared.pathway.anatomy import Side
from shared.pathway.consent import Consent
from shared.pathway.mdt_review import MdtReview, Outcome
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.web.forms.check_answers import Row, summary
from shared.web.forms.drawing import IF_IT_APPLIES
from shared.web.pages.words import spoken
from tests.forms import consent, mdt_review, procedure, referral
from tests.unit.forms.browsing import page_of

REVIEW = mdt_review.mdt_review(decisions=(mdt_review.offer(), mdt_review.decided(Outcome.DECLINE, Side.RIGHT)))
FILLED: list[Record] = [REVIEW, consent.consent(), procedure.start(), referral.referral()]


def headings(rows: tuple[Row, ...]) -> list[tuple[str, ...]]:
    """The section of each row, once for every time that it begins."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        if not found or found[-1] != row.section:
            found.append(row.section)
    return found


@pytest.mark.parametrize("record", FILLED, ids=lambda each: each.kind)
def test_no_heading_comes_twice(record: Record) -> None:
    found = headings(summary(type(record), record))

    assert len(found) == len(set(found))


def test_rows_are_named_by_their_leg() -> None:
    found = {section[1] for section in headings(summary(MdtReview, REVIEW)) if len(section) > 1}

    assert {"Decision 1: LEFT leg", "Decision 2: RIGHT leg"} <= found


def test_a_form_of_several_pages_is_read_page_by_page() -> None:
    pages = list(dict.fromkeys(section[0] for section in headings(summary(Consent, consent.consent()))))

    assert pages[0] == "Which leg, which device"
    assert len(pages) > 5


def test_a_form_of_one_page_has_no_heading_of_its_own() -> None:
    model = referral.classification()

    assert {row.section[:1] for row in summary(type(model), model)} == {("Leg 1: LEFT leg",)}


def test_the_leg_stands_out_among_the_answers() -> None:
    rows = summary(ProcedureStart, procedure.start())

    assert [row.answer for row in rows if row.question == "Which leg?" and row.leg] == [("LEFT leg",)]
    assert "<strong>LEFT leg</strong>" in page_of(rows=rows)


def test_no_other_answer_stands_out() -> None:
    rows = summary(Referral, referral.referral())

    assert {row.question for row in rows if row.leg} == {"Which leg?", "Which side does the report name?"}


def test_what_may_be_left_out_is_said_in_one_way() -> None:
    texts = [spoken()(key) for key in spoken().every_key()]

    assert [text for text in texts if "(optional)" in text] == []
    assert any(text.endswith(IF_IT_APPLIES) for text in texts)
