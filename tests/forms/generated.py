"""Any record, filled in by what its own description says: a kind that nobody wrote a form for is answered too."""

from collections.abc import Iterator
from typing import TypeVar

from shared.pathway.record import Part
from shared.web.forms.description import GATE, NUMERIC, Field, Kind, describe
from shared.web.forms.raw import RawForm
from shared.web.forms.reading import read_raw

P = TypeVar("P", bound=Part)
Typed = Iterator[tuple[str, tuple[str, ...]]]

DAY = {"day": "9", "month": "3", "year": "2026"}
HOUR = {"hour": "8", "minute": "30"}
# What a text may have to look like: a sentence, a code, a device's number, a person's id, a fingerprint, a timer.
TEXTS = ("Written by a test", "ABC-1", "05012345678900", "rxx-referrer-1", "17", "2.1", "ab" * 32, "T-14D")
NUMBERS = ("1", "7", "42", "120", "0.5")


def generated(record: type[P], *, everything: bool = True) -> P:
    """A record of this type with every question answered, or only those that have to be.

    No rule of the pathway was asked. Raises LookupError for a question that none of the texts above answers.
    """
    raw = texts_of(record, everything=everything)
    found = read_raw(record, raw)
    if found.model is None:
        raise LookupError([each.field for each in found.errors])
    return found.model


def texts_of(record: type[Part], *, everything: bool = True) -> RawForm:
    """The same as what would be typed."""
    fields = describe(record).fields
    raw = RawForm({name: texts for each in fields for name, texts in _answered(each, everything=everything)})
    for name in [name for name, texts in raw.texts.items() if texts[0] in {TEXTS[0], NUMBERS[0]}]:
        raw = _fitting(record, raw, name)
    return raw


def _fitting(record: type[Part], raw: RawForm, name: str) -> RawForm:
    """The texts with the first one at this place that the record takes there; as they were where none does."""
    offered = TEXTS if raw.text(name) == TEXTS[0] else NUMBERS
    tried = (RawForm({**raw.texts, name: (text,)}) for text in offered)
    return next((each for each in tried if name not in _wrong(record, each)), raw)


def _wrong(record: type[Part], raw: RawForm) -> set[str]:
    return {name for each in read_raw(record, raw).errors for name in (each.field, f"{each.field}.value")}


def _answered(field: Field, *, everything: bool) -> Typed:
    if field.gate:
        yield f"{field.name}.{GATE}", ("yes" if everything else "no",)
    if everything or not (field.optional or field.nullable):
        yield from _typed(field, everything=everything)


def _typed(field: Field, *, everything: bool) -> Typed:
    match field.kind:
        case Kind.GROUP:
            for each in field.fields:
                yield from _answered(each, everything=everything)
        case Kind.REPEAT:
            for row in range(max(field.least, 1)):
                yield from _answered(field.at_row(row), everything=everything)
        case Kind.DATE | Kind.INSTANT:
            parts = DAY if field.kind == Kind.DATE else DAY | HOUR
            yield from ((f"{field.name}.{part}", (text,)) for part, text in parts.items())
        case _:
            yield from _single(field)


def _single(field: Field) -> Typed:
    match field.kind:
        case Kind.QUANTITY:
            yield f"{field.name}.value", (NUMBERS[0],)
        case Kind.MAPPING:
            yield from ((f"{field.name}.{key.value}", (field.choices[0].value,)) for key in field.keys)
        case Kind.WORDS_BY_KEY:
            yield from ((f"{field.name}.{key.value}", (TEXTS[0],)) for key in field.keys)
        case Kind.CHECKBOXES:
            yield field.name, tuple(each.value for each in field.choices[: max(field.least, 1)])
        case Kind.TEXT | Kind.TEXTAREA:
            yield field.name, (TEXTS[0],)
        case kind if kind in NUMERIC:
            yield field.name, (NUMBERS[0],)
        case _:
            yield field.name, (field.choices[0].value,)
