"""Where on a form something is: from a path in dots, as records and rules write it, to the question and its input."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.web.forms.description import GATE, Field, Form, Kind, identity
from shared.web.forms.raw import RawForm, input_names


@dataclass(frozen=True, slots=True)
class Place:
    """A question, the name its answer has (longer than the field's for one row of a mapping), and which row it is in.

    `row` is "" where there is one row only, else for example "leg 2".
    """

    field: Field
    name: str
    row: str = ""


def found(fields: Iterable[Field], path: Iterable[str | int], raw: RawForm) -> Place | None:
    """The question at this path, or the nearest one around it; None when the form has no such question."""
    parts = [str(part) for part in path]
    if not parts:
        return None
    field = next((each for each in fields if each.name.rpartition(".")[2] == parts[0]), None)
    return _below(Place(field, field.name), parts[1:], raw) if field else None


def at(form: Form, path: str, raw: RawForm) -> Place | None:
    """The same for a path in dots."""
    return found(form.fields, path.split("."), raw) if path else None


def _below(place: Place, parts: list[str], raw: RawForm) -> Place:
    field = place.field
    if not parts:
        return place
    if field.kind == Kind.REPEAT and parts[0] in map(str, raw.rows(field)):
        row = field.at_row(int(parts[0]))
        return _below(Place(row, row.name, _row(field, parts[0], raw)), parts[1:], raw)
    if field.kind == Kind.GROUP:
        inner = next((each for each in field.fields if each.name == f"{field.name}.{parts[0]}"), None)
        return _below(Place(inner, inner.name, place.row), parts[1:], raw) if inner else place
    if parts[0] in {key.value for key in field.keys}:
        return Place(field, f"{field.name}.{parts[0]}", place.row)
    return place


def _row(field: Field, number: str, raw: RawForm) -> str:
    there = raw.rows(field)
    return f"{field.row} {there.index(int(number)) + 1}" if len(there) > 1 else ""


def anchor(place: Place, raw: RawForm) -> str:
    """The id of the input to go to: the first of a date, of a group, of a row; the button where there is no row yet."""
    field = place.field
    if place.name != field.name:
        return identity(place.name)
    if field.kind == Kind.GROUP and field.gate:
        return identity(f"{field.name}.{GATE}")
    first = next(input_names(field, raw), None)
    if first is not None:
        return identity(first)
    return anchor(Place(field.at_row(0), f"{field.name}.0"), raw) if field.least else f"{field.id}-add"


def order(fields: Iterable[Field], raw: RawForm) -> dict[str, int]:
    """The rank of every place by its name, from the top of the page down."""
    return {name: rank for rank, name in enumerate(_names(fields, raw))}


def _names(fields: Iterable[Field], raw: RawForm) -> Iterator[str]:
    for each in fields:
        yield each.name
        if each.kind == Kind.REPEAT:
            yield from _names((each.at_row(number) for number in raw.rows(each)), raw)
        elif each.kind == Kind.GROUP:
            yield from _names(each.fields, raw)
        yield from (f"{each.name}.{key.value}" for key in each.keys)
