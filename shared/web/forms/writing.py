"""From a record back to what somebody would have typed: for corrections, drafts and check answers."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from shared.pathway.record import Part
from shared.web.forms import instants, numbers
from shared.web.forms.description import GATE, Field, Kind, describe
from shared.web.forms.raw import RawForm

_Typed = Iterator[tuple[str, tuple[str, ...]]]


def to_raw(record: Part) -> RawForm:
    """The texts of a form that was filled in with this record: reading them gives the record again."""
    return RawForm(dict(_parts(describe(type(record)).fields, record)))


def _parts(fields: Iterable[Field], part: Any) -> _Typed:
    for each in fields:
        yield from _typed(each, getattr(part, each.name.rpartition(".")[2]))


def _typed(field: Field, value: Any) -> _Typed:
    if field.gate:
        yield f"{field.name}.{GATE}", ("no" if value is None else "yes",)
    if value is not None:
        yield from _answered(field, value)


def _answered(field: Field, value: Any) -> _Typed:
    match field.kind:
        case Kind.GROUP:
            yield from _parts(field.fields, value)
        case Kind.REPEAT:
            yield from _rows(field, value)
        case Kind.MAPPING | Kind.WORDS_BY_KEY:
            yield from ((f"{field.name}.{key.value}", (value[key.value],)) for key in field.keys if key.value in value)
        case Kind.CHECKBOXES:
            yield field.name, tuple(each.value for each in field.choices if each.value in value)
        case Kind.QUANTITY:
            yield f"{field.name}.value", (numbers.typed(value.value),)
        case Kind.DATE | Kind.INSTANT:
            yield from ((f"{field.name}.{part}", (text,)) for part, text in _parts_of(value).items())
        case _:
            yield field.name, (_text(value),)


def _rows(field: Field, rows: tuple[Any, ...]) -> _Typed:
    for number, value in enumerate(rows):
        row = field.at_row(number)
        yield from _typed(row, value)


def _parts_of(value: date) -> dict[str, str]:
    return instants.shown(value) if isinstance(value, datetime) else instants.parts_of_date(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return numbers.typed(value) if isinstance(value, float) else str(value)
