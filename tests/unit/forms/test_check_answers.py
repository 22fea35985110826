"""Check answers: headings that come once, rows named by their leg, and the leg told apart from other answers."""

import pytest

from shared.pathway.anatomy import Side
from shared.pathway.consent import Consent
from shared.pathway.mdt_review import MdtReview, Outcome
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.web.forms import wording
from shared.web.forms.check_answers import ANY, NOT_ANSWERED, Row, arisen, marked, summary
from shared.web.forms.description import GATE, Field, describe
from shared.web.forms.drawing import OPTIONAL
from shared.web.forms.problems import ErrorItem
from shared.web.forms.raw import EMPTY, RawForm
from shared.web.pages.words import spoken
from tests.forms import consent, mdt_review, procedure, referral
from tests.unit.forms.browsing import page_of
from tests.unit.forms.written_records import RECORDS

REVIEW = mdt_review.mdt_review(decisions=(mdt_review.offer(), mdt_review.decided(Outcome.DECLINE, Side.RIGHT)))
ACCEPTS_RISKS = "Does the meeting accept the relative contraindications to a thrombolytic drug?"
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

    assert [text for text in texts if "(if it applies)" in text] == []
    assert any(text.endswith(OPTIONAL) for text in texts)


def told(rows: tuple[Row, ...]) -> dict[str, tuple[str, ...]]:
    return {row.question: row.answer for row in rows}


def test_a_question_that_does_not_arise_is_left_out() -> None:
    start = procedure.start(filter_planned=False)

    assert ACCEPTS_RISKS not in told(summary(MdtReview, REVIEW))
    assert not told(summary(ProcedureStart, start)).keys() & {"Why a filter?", "Why not local anaesthesia?"}


def test_a_question_that_arises_is_told_though_nobody_answered_it() -> None:
    asked = procedure.start(anaesthesia="other", filter_planned=True)
    found = told(summary(ProcedureStart, asked))

    assert found["Why not local anaesthesia?"] == found["Why a filter?"] == (NOT_ANSWERED,)


def test_an_answer_that_was_given_is_told_though_its_question_does_not_arise() -> None:
    review = REVIEW.model_copy(update={"relative_risks_acknowledged": True})
    start = procedure.start(anaesthesia_reason="He asked for it")

    assert told(summary(MdtReview, review))[ACCEPTS_RISKS] == ("Yes",)
    assert told(summary(ProcedureStart, start))["Why not local anaesthesia?"] == ("He asked for it",)


def test_an_answer_left_empty_is_told_as_its_hint_says() -> None:
    found = told(summary(ProcedureStart, procedure.start(access_side=None, started_at=None)))

    assert found["On which side is the puncture?"] == ("The leg that is treated",)
    assert found["When did it start?"] == ("Now, when this is saved",)


def test_what_was_refused_is_marked_beside_its_answer_with_a_way_to_change_it() -> None:
    rows = summary(Consent, consent.consent())
    refused = ErrorItem("A reason", "/form/decision#lines-ivc_filter")
    found = marked(rows, [refused, ErrorItem("Of the pathway itself", "")], "/form")

    assert [row.question for row in found if row.wrong] == ["What did the patient decide?"]
    html = page_of(rows=found)
    assert html.count("A reason") == 1
    assert html.count("/form/decision#") == 2  # for the page, and for the answer


def test_an_answer_stands_under_the_page_that_asks_it() -> None:
    found = summary(Referral, referral.referral())
    pages = {row.slug: row.section[0] for row in found}

    assert all(row.section[0] == pages[row.slug] for row in found)
    assert {"leg", "signs"} <= pages.keys()


def every_question(fields: tuple[Field, ...]) -> dict[str, Field]:
    """By name; a repeated question before the one answer of its rows, which has the same name."""
    found: dict[str, Field] = {}
    for each in fields:
        found = {each.name: each} | every_question(each.fields) | found | {each.name: each}
    return found


def depending() -> dict[str, tuple[Field, Field, str]]:
    """Each question that depends on another, that other one, and the name the other one has."""
    found = {}
    for record in RECORDS:
        asked = every_question(describe(record).fields)
        for name, each in asked.items():
            if each.arises:
                around = name.rpartition(".")[0]
                after = f"{around}.{each.arises.after}" if around else each.arises.after
                found[f"{record.kind} {name}"] = (each, asked[after.removesuffix(f".{GATE}")], after)
    return found


@pytest.mark.parametrize("key", sorted(depending()))
def test_what_depends_on_an_answer_arises_by_one_that_can_be_given(key: str) -> None:
    asked, other, after = depending()[key]
    assert asked.arises is not None
    offered = {each.value for each in other.choices} if not after.endswith(GATE) else {"yes", "no"}

    assert asked.arises.on <= offered | {ANY}
    assert not arisen(asked, EMPTY)
    answer = next(iter(asked.arises.on - {ANY} or offered))
    place = f"{after}.{other.keys[0].value}" if other.keys else after
    assert arisen(asked, RawForm({place: (answer,)}))


def test_every_entry_of_what_arises_names_a_question() -> None:
    asked = {each for record in RECORDS for each in every_question(describe(record).fields).values()}
    phrases = {each.phrase for each in asked}

    assert {wording.PHRASES[key] for key in (*wording.ARISES, *wording.LEFT_EMPTY)} <= phrases
    assert {each.arises for each in asked} - {None} == set(wording.ARISES.values())
    assert {each.left_empty for each in asked} - {""} == set(wording.LEFT_EMPTY.values())
