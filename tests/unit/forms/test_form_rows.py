"""Rows of a repeated question, without JavaScript: added, removed, left empty, numbered anew."""

from shared.pathway.mdt_review import MdtReview
from shared.pathway.procedure import ProcedureStart
from shared.pathway.referral import Referral
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.raw import RawForm, gathered, pressed
from shared.web.forms.reading import read_raw
from shared.web.forms.writing import to_raw
from tests.forms.mdt_review import mdt_review
from tests.forms.procedure import start
from tests.forms.referral import referral
from tests.unit.forms.browsing import Browser, page_of

MDT = describe(MdtReview)


def after(button: str, raw: RawForm) -> RawForm:
    found = pressed(MDT, raw, button)
    assert found is not None
    return found


def people(raw: RawForm) -> list[str]:
    return [raw.text(f"attendees.{number}.person") for number in raw.rows(MDT.field("attendees"))]


def test_a_row_is_added_below_the_others() -> None:
    assert people(after("add attendees", to_raw(mdt_review()))) == ["vs-1", "ir-1", "hae-1", ""]


def test_the_first_row_counts_although_nothing_was_typed() -> None:
    assert people(after("add attendees", RawForm())) == ["", ""]


def test_a_row_is_removed_and_the_others_are_numbered_anew() -> None:
    assert people(after("remove attendees.1", to_raw(mdt_review()))) == ["vs-1", "hae-1"]


def test_no_row_is_added_beyond_the_most() -> None:
    form = describe(Referral)
    two = pressed(form, to_raw(referral()), "add limbs")
    assert two is not None
    assert pressed(form, two, "add limbs") == two
    assert 'value="add limbs"' not in page_of(draw(form, two))


def test_a_row_left_empty_is_no_answer() -> None:
    record = mdt_review()
    found = read_raw(MdtReview, after("add attendees", to_raw(record)))
    assert found.model == record
    assert people(found.raw) == ["vs-1", "ir-1", "hae-1"]


def test_rows_of_single_values_work_alike() -> None:
    record, form = start(), describe(ProcedureStart)
    more = pressed(form, to_raw(record), "add operators")
    assert more is not None
    assert read_raw(ProcedureStart, more).model == record


def test_other_buttons_are_none_of_ours() -> None:
    for button in ("", "save", "add", "add nothing", "remove attendees.x", "add attendees\n", "add attendees " * 99):
        assert pressed(MDT, to_raw(mdt_review()), button) is None


def test_gaps_between_rows_close() -> None:
    record = mdt_review()
    moved = {name.replace("attendees.2.", "attendees.77."): texts for name, texts in to_raw(record).texts.items()}
    assert read_raw(MdtReview, RawForm(moved)).model == record


def test_a_button_to_remove_is_there_only_while_enough_rows_stay() -> None:
    one = RawForm({"attendees.0.person": ("vs-1",)})
    assert "remove attendees.0" not in page_of(draw(MDT, one))
    assert "remove attendees.1" in page_of(draw(MDT, after("add attendees", one)))


def test_what_enter_presses_sends_the_form_and_removes_nothing() -> None:
    buttons = Browser(page_of(draw(MDT, to_raw(mdt_review())))).buttons
    assert "name" not in buttons[0]
    assert buttons[0]["type"] == "submit"


def test_names_the_form_does_not_have_stay_out() -> None:
    posted = [("csrf", "token"), ("attendees.0.person", "vs-1"), ("attendees.x.person", "y"), ("met_at", "z")]
    assert dict(gathered(MDT, posted).texts) == {"attendees.0.person": ("vs-1",)}
