"""The drawn form is valid and accessible: unique ids, every input named, every error and link has its target."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ledger import PatientIdentity
from shared.pathway.consent import Consent
from shared.pathway.laboratory import Bloods
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Record
from shared.pathway.referral import NewImaging, Referral
from shared.pathway.refusal import Refusal
from shared.pathway.slot import SlotBooked
from shared.web.forms.check_answers import NOT_ANSWERED, summary
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.layouts import page_of, steps
from shared.web.forms.numbers import number
from shared.web.forms.problems import form_errors, refusal_errors
from shared.web.forms.raw import EMPTY, pressed
from shared.web.forms.reading import read
from shared.web.forms.writing import to_raw
from shared.web.problems import FieldError
from tests.forms.mdt_review import mdt_review, sign_off
from tests.forms.referral import limb, referral
from tests.unit.forms.browsing import Browser
from tests.unit.forms.browsing import page_of as html_of
from tests.unit.forms.written_records import RECORDS, written

EVERY_RECORD = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind)


def assert_sound(page: Browser) -> None:
    assert [name for name, count in page.ids.items() if count > 1] == []
    assert page.unnamed() == []
    assert [href for href in page.hrefs if href.startswith("#") and href[1:] not in page.ids] == []
    assert [name for name in page.described if name not in page.ids] == []


@EVERY_RECORD
def test_an_empty_form_and_one_with_every_error_are_sound(record: type[Record]) -> None:
    form = describe(record)
    assert_sound(Browser(html_of(draw(form))))
    found = read(record, [])
    page = Browser(html_of(draw(form, found.raw, found.errors), form_errors(found.errors, form, found.raw)))
    assert_sound(page)
    assert len(page.hrefs) == len(found.errors)
    assert all(each.reason in page.text for each in found.errors)


@EVERY_RECORD
@settings(max_examples=3, deadline=None)
@given(choose=st.data())
def test_a_filled_form_is_sound(record: type[Record], choose: st.DataObject) -> None:
    raw = to_raw(choose.draw(written(record)))
    assert_sound(Browser(html_of(draw(describe(record), raw))))


def test_an_error_leads_to_the_first_input_of_what_it_is_about() -> None:
    form, raw = describe(MdtReview), to_raw(mdt_review())
    errors = [FieldError(name, "x") for name in ("met_at", "decisions.0.plan", "attendees", "options_considered")]
    hrefs = [each.href for each in form_errors(errors, form, raw)]
    assert hrefs == ["#met_at-day", "#decisions-0-plan-is_there", "#attendees-0-person", "#options_considered"]


def test_refusals_stand_in_page_order_each_once_beside_what_they_are_about() -> None:
    form, raw = describe(MdtReview), to_raw(mdt_review())
    refusals = [
        Refusal("R", "decisions.0.outcome", "Not so", "1.1"),
        Refusal("R", "met_at", "In the future", "3.8"),
        Refusal("R", "", "Not now", "3.8"),
        Refusal("S", "met_at", "In the future", "3.8"),
        Refusal("R", "nowhere.at.all", "Who?", "D"),
    ]
    errors = refusal_errors(refusals, form, raw)
    assert [each.field for each in errors] == ["", "", "met_at", "decisions.0.outcome"]
    items = form_errors(errors, form, raw)
    assert [each.href for each in items] == ["", "", "#met_at-day", "#decisions-0-outcome"]
    page = Browser(html_of(draw(form, raw, errors), items))
    assert_sound(page)
    assert page.text.count("In the future") == 2


def test_an_error_of_another_page_has_no_link_on_this_one() -> None:
    form = describe(Referral)
    (item,) = form_errors([FieldError("urgency", "x")], form, EMPTY, page=steps(Referral)[0])
    assert item.href == ""


def test_an_error_about_a_row_that_is_not_drawn_leads_to_the_question() -> None:
    form = describe(Referral)
    (item,) = form_errors([FieldError("limbs.7.side", "x")], form, to_raw(referral()))
    assert item.href == "#limbs-0-side"


def test_a_vein_is_a_row_with_a_radio_for_each_finding() -> None:
    html = html_of(draw(describe(NewImaging)))
    assert 'scope="row">Popliteal<' in html
    assert 'aria-label="Popliteal: thrombosed"' in html
    assert html.count('name="segments.popliteal"') == 4


def test_a_unit_stands_behind_its_number_and_in_its_label() -> None:
    html = html_of(draw(describe(Referral), page=page_of(Referral, "current_anticoagulant")))
    assert 'Dose<span class="nhsuk-u-visually-hidden">, in mg</span>' in html
    assert 'aria-hidden="true">mg<' in html


def test_what_the_page_knows_is_posted_and_not_asked() -> None:
    raw = to_raw(sign_off(7))
    page = Browser(html_of(draw(describe(MdtSignOff), raw, hidden={"review"})))
    assert ("review", "7") in page.posted
    assert "Which review?" not in page.text


def test_what_the_page_knows_of_each_row_is_not_asked_either() -> None:
    raw = to_raw(referral(limb()))
    page = Browser(html_of(draw(describe(Referral), raw, hidden={"limbs.*.side"})))
    assert ("limbs.0.side", "left") in page.posted
    assert "Which leg?" not in page.text


def test_two_legs_with_every_error_are_sound() -> None:
    form = describe(Referral)
    two = pressed(form, to_raw(referral()), "add limbs")
    assert two is not None
    posted = [(name, text) for name, texts in two.texts.items() for text in texts]
    found = read(Referral, [*posted, ("limbs.1.inferred_from", "phasic flow")], page=page_of(Referral, "limbs"))
    page = Browser(html_of(draw(form, found.raw, found.errors), form_errors(found.errors, form, found.raw)))
    assert_sound(page)
    assert len(found.errors) > 10


def test_reasons_that_were_typed_are_not_folded_away() -> None:
    form = describe(Consent)
    assert "<details open" not in html_of(draw(form)).replace(' class="nhsuk-details"', "")
    raw = read(Consent, [("not_discussed_because.risks", "Asked not to hear them")]).raw
    assert "<details open" in html_of(draw(form, raw)).replace(' class="nhsuk-details"', "")


def test_check_answers_say_everything_in_words_with_a_way_back() -> None:
    rows = summary(MdtReview, mdt_review())
    told = {each.question: each for each in rows}
    assert told["When was the meeting?"].answer == ("5 March 2026, 14:00",)
    assert told["What did the meeting decide for this leg?"].answer == (
        "Offer thrombectomy under special arrangements",
    )
    assert told["Access vein"].section[1:] == ("Decision 1: LEFT leg", "The plan that is offered")
    assert told["When was the meeting?"].href == "meeting#met_at-day"
    page = Browser(html_of(rows=rows))
    assert page.hrefs == ["/form/meeting#meeting_type", "/form/decision#options_considered"]


def test_check_answers_lead_to_the_page_that_asks() -> None:
    rows = {each.question: each for each in summary(Referral, referral())}
    assert rows["How urgent is this referral?"].href == "urgency#urgency"
    assert rows["Which leg?"].answer == ("LEFT leg",)


def test_a_draft_that_is_not_finished_is_summed_up_too() -> None:
    found = read(MdtReview, [("met_at.day", "99"), ("bleeding_risk_summary", "HAS-BLED 1")])
    told = {each.question: each.answer for each in summary(MdtReview, found.raw)}
    assert told["When was the meeting?"] == ("99",)
    assert told["Bleeding risk"] == ("HAS-BLED 1",)
    assert told["Which options were considered?"] == (NOT_ANSWERED,)


@EVERY_RECORD
@settings(max_examples=3, deadline=None)
@given(choose=st.data())
def test_every_change_link_leads_to_an_input_of_its_page(record: type[Record], choose: st.DataObject) -> None:
    model = choose.draw(written(record))
    raw = to_raw(model)
    ids = {page.slug: Browser(html_of(draw(describe(record), raw, page=page))).ids for page in steps(record)}
    for row in summary(record, model):
        assert row.anchor in ids[row.slug]


def test_the_word_beside_a_radio_of_a_vein_is_its_label() -> None:
    html = html_of(draw(describe(NewImaging)))
    assert html.count(">Thrombosed</label>") == html.count('value="thrombosed"') > 1


def test_an_example_is_a_day_that_can_be_answered() -> None:
    born = html_of(draw(describe(PatientIdentity)))
    assert "For example, 14 7 1962" in born
    assert "For example, 9 3 2026" not in born
    assert "For example, 9 3 2027 at 14 05" in html_of(draw(describe(SlotBooked)))


def test_a_question_that_arises_only_by_another_is_not_called_optional() -> None:
    html = html_of(draw(describe(ProcedureStart)))
    assert "Why not local anaesthesia?" in html
    assert "Why not local anaesthesia? (optional)" not in html
    assert "Serial number (optional)" in html


def test_a_unit_is_printed_as_people_write_it_and_kept_as_it_was() -> None:
    asked = describe(Bloods).field("platelets")
    assert ">10⁹/L<" in html_of(draw(describe(Bloods)))
    assert asked.unit == "10^9/L"
    assert {number(asked, text) for text in ("230", "230 10^9/L", "230 10⁹/L")} == {230.0}
    assert ">seconds<" in html_of(draw(describe(Bloods)))
