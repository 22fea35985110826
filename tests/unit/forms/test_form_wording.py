"""Every question of every record has its words: label, answers, and what is said when it is left out."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from shared.ledger import PatientIdentity
from shared.ledger.outside import PEOPLE
from shared.pathway.consent import TREATMENTS
from shared.pathway.governance_register import PermissionEnded, PermissionGiven, RecipientNamed, RecipientStruck
from shared.pathway.record import Record
from shared.research.study import StudyRegistration
from shared.web.forms import wording
from shared.web.forms.description import GATE, Field, Kind, describe
from shared.web.forms.layouts import page_of, steps
from shared.web.forms.places import Place
from shared.web.forms.reading import read
from shared.web.forms.reasons import absent
from shared.web.forms.wording import first_capital
from tests.unit.forms.written_records import RECORDS

OF_REGISTERS = (RecipientNamed, RecipientStruck, PermissionGiven, PermissionEnded, StudyRegistration)
"""Forms of a trust's registers, which are about no pathway."""

EVERY_RECORD = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind)


def questions(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from questions(each.fields)


@EVERY_RECORD
def test_every_question_has_a_label_that_ends_well(record: type[Record]) -> None:
    for each in questions(describe(record).fields):
        assert each.label.strip() == each.label != ""
        assert each.label[0].isupper()
        assert each.label[-1] not in ".:;,"
        assert not each.hint.endswith(".")


@EVERY_RECORD
def test_the_ledger_looks_up_everybody_who_has_to_be_in_the_directory(record: type[Record]) -> None:
    listed = (each for each in questions(describe(record).fields) if each.staff and not each.typed)
    assert {each.name.rpartition(".")[2] for each in listed} <= PEOPLE


@EVERY_RECORD
def test_no_question_asks_people_for_an_id_they_would_know_by_heart(record: type[Record]) -> None:
    for each in questions(describe(record).fields):
        assert "directory id" not in each.hint


@EVERY_RECORD
def test_every_question_says_what_is_missing(record: type[Record]) -> None:
    for each in questions(describe(record).fields):
        words = absent(Place(each, each.name))
        assert words.split()[0] in {"Enter", "Choose", "Confirm"}
        assert each.phrase in words
        assert not words.endswith((".", "?"))


@EVERY_RECORD
def test_every_answer_that_may_be_chosen_has_its_own_words(record: type[Record]) -> None:
    for each in questions(describe(record).fields):
        for offered in (each.choices, each.keys):
            labels = [choice.label for choice in offered]
            assert all(labels)
            assert len(set(labels)) == len(labels)


@EVERY_RECORD
def test_a_group_that_may_be_left_out_asks_whether_it_is_there(record: type[Record]) -> None:
    for each in questions(describe(record).fields):
        if each.kind == Kind.GROUP:
            assert bool(each.gate) == each.nullable
            assert each.gate == "" or each.gate.endswith("?")


@EVERY_RECORD
def test_no_record_has_a_field_that_is_called_like_our_own_inputs(record: type[Record]) -> None:
    taken = {GATE, "exact", "day", "month", "year", "hour", "minute", "csrf", "key", "version", "rows", "hint", "error"}
    names = {each.name.rpartition(".")[2] for each in questions(describe(record).fields)}
    assert names & taken <= {"version"}  # of a leaflet, inside a group
    assert {each.name for each in describe(record).fields} & taken == set()


@EVERY_RECORD
def test_an_empty_form_names_every_answer_it_needs(record: type[Record]) -> None:
    found = read(record, [])
    needed = {name for name, info in record.model_fields.items() if info.is_required()}
    lists = {each.name for each in describe(record).fields if each.kind in {Kind.CHECKBOXES, Kind.MAPPING, Kind.REPEAT}}
    assert {each.field.partition(".")[0] for each in found.errors} >= needed - lists
    assert found.model is None


@EVERY_RECORD
def test_the_pages_ask_every_question_once_in_order(record: type[Record]) -> None:
    asked = dict.fromkeys(name for page in steps(record) for name in page.fields)
    assert list(asked) == list(record.model_fields)
    rows = tuple(each.at_row(0) if each.kind == Kind.REPEAT else each for each in describe(record).fields)
    for each in questions(rows):
        on = [page for page in steps(record) if page.asks(each.name)]
        assert on == [page_of(record, each.name)] or (each.fields and on)
    assert len({page.slug for page in steps(record)}) == len(steps(record))


def test_no_words_are_kept_for_what_is_not_asked() -> None:
    forms: tuple[type[BaseModel], ...] = (*RECORDS, PatientIdentity, *OF_REGISTERS)
    asked = {key for form in forms for key in keys_of(form)}
    assert set(wording.PHRASES) <= asked
    assert set(wording.ROWS) | set(wording.GATES) <= asked


def keys_of(part: type[BaseModel]) -> Iterator[str]:
    for name, info in part.model_fields.items():
        yield f"{part.__name__}.{name}"
        for inner in parts_in(info.annotation):
            yield from keys_of(inner)


def parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from parts_in(each)


def test_what_a_refusal_calls_a_treatment_is_what_the_form_calls_it() -> None:
    called = {line.value: first_capital(words) for line, words in TREATMENTS.items()}
    assert called == {line: words for line, words in wording.CHOICES["ConsentLine"].items() if line in called}
