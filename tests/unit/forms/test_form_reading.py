"""What was posted is read exactly as the API would read it, and nothing that is typed makes it raise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.pathway.consent import Consent
from shared.pathway.discharge import Discharge
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.procedure import ProcedureEnd
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.pathway.registry_by_hand import RegistryManualConfirmation
from shared.web.forms.check_answers import summary
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.layouts import page_of, steps
from shared.web.forms.problems import form_errors
from shared.web.forms.raw import EMPTY, RawForm, input_names
from shared.web.forms.reading import Read, read, read_raw
from shared.web.forms.writing import to_raw
from tests.forms.consent import consent
from tests.forms.mdt_review import mdt_review
from tests.forms.referral import referral
from tests.unit.forms.browsing import page_of as html_of
from tests.unit.forms.written_records import RECORDS

POISON = [
    "\0",
    "\ud800",
    "\u202egnp.exe",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "{0.__class__}%s%n",
    "'; DROP TABLE entry; --",
    "9" * 5000,
    "-0",
    "1e400",
    "NaN",
    "Infinity",
    "\u0663",
    "\N{DESERET CAPITAL LETTER LONG I}" * 5000,
    "\r\n\r\n",
    "null",
    "[]",
    "\ufffe",
]


def names_of(record: type[Record]) -> tuple[str, ...]:
    form = describe(record)
    rows = RawForm({f"{each.name}.{n}": ("x",) for each in form.fields for n in (0, 1)})
    return tuple(name for each in form.fields for name in input_names(each, rows))


def digested(record: type[Record], posted: list[tuple[str, str]]) -> str:
    """Everything that is done with a post that is wrong: read, redrawn, explained, summed up."""
    found, form = read(record, posted), describe(record)
    items = form_errors(found.errors, form, found.raw)
    html = html_of(draw(form, found.raw, found.errors), items, summary(record, found.raw))
    return html.encode("utf-8").decode()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind)
def test_poison_in_every_field_is_read_without_harm(record: type[Record]) -> None:
    for poison in POISON[:: 1 if record is MdtSignOff else 6]:
        html = digested(record, [(name, poison) for name in names_of(record)])
        assert "<script>" not in html
        assert "<img" not in html


@settings(max_examples=30, deadline=None)
@given(
    posted=st.lists(
        st.tuples(st.sampled_from(names_of(MdtReview)), st.one_of(st.text(), st.sampled_from(POISON))), max_size=30
    )
)
def test_any_text_in_any_field_is_read_without_harm(posted: list[tuple[str, str]]) -> None:
    found = read(MdtReview, posted)
    assert (found.model is None) == bool(found.errors)


@settings(max_examples=50, deadline=None)
@given(
    name=st.one_of(
        st.text(), st.sampled_from([f"attendees.{odd}" for odd in ("", "-1", "1e9", "999", "\u0663", "0.0")])
    )
)
def test_any_name_is_read_without_harm(name: str) -> None:
    assert read(MdtReview, [(name, "x")]).model is None


@pytest.mark.parametrize("typed", ["5 mg", "5mg", "5", " 5.0 ", "05"])
def test_a_dose_may_be_typed_with_its_own_unit(typed: str) -> None:
    assert dose(typed).model is not None


@pytest.mark.parametrize("typed", ["5 g", "five", "5,0", "\u0665", "1e3", "+5", "5 mg mg"])
def test_another_unit_or_no_number_is_refused(typed: str) -> None:
    assert [each.reason for each in dose(typed).errors] == ["The dose of the anticoagulant must be a number in mg"]


def dose(typed: str) -> Read[Referral]:
    texts = dict(to_raw(referral()).texts) | {
        "current_anticoagulant.is_there": ("yes",),
        "current_anticoagulant.drug": ("apixaban",),
        "current_anticoagulant.dose.value": (typed,),
    }
    texts |= {f"current_anticoagulant.started_at.{part}": ("11",) for part in ("day", "month", "hour", "minute")}
    return read_raw(Referral, RawForm(texts | {"current_anticoagulant.started_at.year": ("2025",)}))


@pytest.mark.parametrize(("typed", "said"), [("11", "10 or less"), ("-1", "0 or more"), ("3.5", "a whole number")])
def test_a_number_out_of_its_limits_is_told_them(typed: str, said: str) -> None:
    texts = {**to_raw(referral()).texts, "limbs.0.symptoms.pain": (typed,)}
    (found,) = read_raw(Referral, RawForm(texts)).errors
    assert found.field == "limbs.0.symptoms.pain"
    assert found.reason.startswith(f"The pain score must be {said}")


def test_errors_come_in_the_order_of_the_page() -> None:
    found = read(ProcedureEnd, [("fluoroscopy_min", "x"), ("ended_at.day", "40"), ("contrast.value", "-1")])
    named = [each.field for each in found.errors]
    assert named[:5] == ["outcome", "ended_at", "contrast", "dose_area_product", "fluoroscopy_min"]
    assert len(named) == len(set(named))


def test_errors_in_one_of_several_rows_say_which() -> None:
    found = read(Referral, [("limbs.0.side", "left"), ("limbs.1.inferred_from", "phasic flow")])
    assert "Choose which leg (leg 2)" in [each.reason for each in found.errors]
    assert "Choose which leg (leg 1)" not in [each.reason for each in found.errors]


def test_an_answer_that_is_not_offered_is_asked_for_again() -> None:
    found = read(MdtSignOff, [("review", "1"), ("agrees", "perhaps")])
    assert [each.reason for each in found.errors] == ["Choose whether you agree"]


def test_an_assertion_has_to_be_ticked() -> None:
    found = read(RegistryManualConfirmation, [("procedure_id", "p.1")])
    assert [each.reason for each in found.errors] == ["Confirm that you have seen this record in the registry"]
    ticked = [("procedure_id", "p.1"), ("seen_in_registry", "yes")]
    assert read(RegistryManualConfirmation, ticked).model is not None


def test_a_group_that_is_said_not_to_be_there_is_left_out_whatever_stands_in_it() -> None:
    texts = {**to_raw(mdt_review()).texts, "decisions.0.plan.is_there": ("no",)}
    model = read_raw(MdtReview, RawForm(texts)).model
    assert model is not None
    assert model.decisions[0].plan is None


def test_a_group_that_is_said_to_be_there_has_to_be_filled_in() -> None:
    found = read(Discharge, [("anticoagulant.is_there", "yes")])
    assert "Enter the anticoagulant" in [each.reason for each in found.errors]


def test_a_group_without_any_answer_is_not_there() -> None:
    found = read(Discharge, [("anticoagulant.is_there", ""), ("anticoagulant.drug", "  ")])
    assert not [each for each in found.errors if each.field.startswith("anticoagulant")]


def test_typed_text_is_kept_whatever_is_wrong() -> None:
    found = read(MdtReview, [("bleeding_risk_summary", "  as\r\ntyped  "), ("met_at.day", "99")])
    assert found.raw.text("bleeding_risk_summary") == "  as\r\ntyped  "
    assert found.raw.text("met_at.day") == "99"


def test_one_page_tells_only_its_own_errors() -> None:
    leg, *_others = steps(Consent)
    found = read(Consent, [("device_class", "rheolytic")], page=leg)
    assert [each.field for each in found.errors] == ["sides"]


def test_a_page_filled_in_again_replaces_its_own_answers_only() -> None:
    draft = to_raw(consent())
    page = page_of(Consent, "discussed")
    found = read(Consent, [("discussed", "risks"), ("what_matters", "forged")], page=page, draft=draft)
    assert found.model is not None
    assert found.model.discussed == {"risks"}
    assert found.model.what_matters == consent().what_matters


def test_the_last_page_gives_the_record_only_when_all_pages_are_right() -> None:
    last = steps(Consent)[-1]
    posted = [(f"signed_at.{part}", "11") for part in ("day", "month", "hour", "minute")] + [("signed_at.year", "2025")]
    found = read(Consent, posted, page=last, draft=EMPTY)
    assert found.model is None
    assert found.errors == ()
