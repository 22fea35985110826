"""What a record asks, field by field in its own order: read from the pydantic model, for pages to draw and read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import MaxLen, MinLen
from pydantic import AwareDatetime, BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from shared.pathway.record import Part
from shared.pathway.text import OfStaff
from shared.web.forms import wording
from shared.web.forms.wording import Arises, Choice

LONGEST_LINE = 200
MOST_RADIOS = 12
GATE = "is_there"
"""The yes/no question of a group that may be left out is posted under this name inside the group."""


class Kind(StrEnum):
    """How a field is asked."""

    RADIOS = "radios"
    YES_NO = "yes_no"
    TICK = "tick"
    CHECKBOXES = "checkboxes"
    SELECT = "select"
    TEXT = "text"
    TEXTAREA = "textarea"
    WHOLE = "whole"
    NUMBER = "number"
    QUANTITY = "quantity"
    DATE = "date"
    INSTANT = "instant"
    GROUP = "group"
    REPEAT = "repeat"
    MAPPING = "mapping"
    WORDS_BY_KEY = "words_by_key"


CHOSEN = frozenset({Kind.RADIOS, Kind.YES_NO, Kind.TICK, Kind.CHECKBOXES, Kind.SELECT})
NUMERIC = frozenset({Kind.WHOLE, Kind.NUMBER, Kind.QUANTITY})
ONE_TEXT = frozenset({Kind.TEXT, Kind.TEXTAREA, Kind.WHOLE, Kind.NUMBER, Kind.RADIOS, Kind.YES_NO, Kind.SELECT})


ROWS_KEPT = 20
"""Rows of a repeated question that are made once: a form draws and reads the same first ones again and again."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `name` is its place in dots; a row of a repeated question carries its number in it.

    `optional`: the record stands without an answer. `least` and `most` count rows or ticks. `fields` are the
    parts of a group, or of one row; `keys` the rows of a mapping. `unit` is fixed and posted by nobody.
    `staff`: the answer is somebody's staff directory id. `typed`: one that is not among the choices may be typed.
    `left_empty` says what no answer means; "" where it means none. `date` is the kind of a day that is not recent.
    `too_few` is said of less ticks than `least`, where the record itself stands with them.
    """

    name: str
    kind: Kind
    label: str
    hint: str
    phrase: str
    optional: bool = False
    nullable: bool = False
    choices: tuple[Choice, ...] = ()
    keys: tuple[Choice, ...] = ()
    fields: tuple["Field", ...] = ()
    gate: str = ""
    row: str = ""
    unit: str = ""
    least: int = 0
    most: int = 0
    staff: bool = False
    typed: bool = False
    arises: Arises | None = None
    left_empty: str = ""
    date: str = ""
    too_few: str = ""
    _made: dict[int, "Field"] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        return identity(self.name)

    def labelled(self, value: str) -> str | None:
        """The words for an answer; None for one that may not be chosen."""
        return next((each.label for each in self.choices if each.value == value), None)

    def under(self, place: str) -> "Field":
        """The same question at another place: all its parts move along."""
        inner = tuple(each.under(place) for each in self.fields)
        return replace(self, name=f"{place}.{self.name}", fields=inner)

    def at_row(self, number: int) -> "Field":
        """One row of a repeated question, as a group (or as a single field when rows are single values)."""
        if number not in self._made:
            row = self._at_row(number)
            if number >= ROWS_KEPT:  # row numbers are posted by anybody
                return row
            self._made[number] = row
        return self._made[number]

    def _at_row(self, number: int) -> "Field":
        place = f"{self.name}.{number}"
        inner = tuple(replace_start(each, self.name, place) for each in self.fields)
        if len(inner) == 1 and inner[0].name == place:
            return inner[0]
        legend = f"{wording.first_capital(self.row)} {number + 1}"
        return replace(self, name=place, kind=Kind.GROUP, label=legend, hint="", fields=inner, optional=False)


def asked_in(fields: Iterable["Field"]) -> Iterator["Field"]:
    """These questions, and those below them."""
    for each in fields:
        yield each
        yield from asked_in(each.fields)


def identity(name: str) -> str:
    """The id on the page of the input with this name."""
    return name.replace(".", "-")


def replace_start(field: Field, start: str, place: str) -> Field:
    """The field moved from below `start` to below `place`."""
    inner = tuple(replace_start(each, start, place) for each in field.fields)
    return replace(field, name=place + field.name.removeprefix(start), fields=inner)


@dataclass(frozen=True, slots=True)
class Form:
    """All questions of one record, in order."""

    record: type[Part]
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """A question on the top level. Raises KeyError for a name the record does not have."""
        return {each.name: each for each in self.fields}[name]


@cache
def describe(record: type[Part]) -> Form:
    """The form of this record. Raises KeyError or TypeError where wording is missing or a type is not known."""
    return Form(record, tuple(_fields(record)))


def _fields(part: type[BaseModel]) -> Iterator[Field]:
    for name, info in part.model_fields.items():
        yield _field(f"{part.__name__}.{name}", name, info)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A type taken apart: without None, without Annotated."""

    type: Any
    limits: tuple[Any, ...]
    nullable: bool


def _field(key: str, name: str, info: FieldInfo) -> Field:
    asked = _taken_apart(info.annotation, tuple(info.metadata))
    field = Field(
        name=name,
        kind=Kind.TEXT,
        label=info.title or "",
        hint=info.description or "",
        phrase=wording.PHRASES[key],
        optional=not info.is_required(),
        nullable=asked.nullable,
        arises=wording.ARISES.get(key),
        date=wording.DATES.get(key, ""),
        left_empty=wording.LEFT_EMPTY.get(key, ""),
    )
    return _shaped(field, asked, key)


def _taken_apart(annotation: Any, limits: tuple[Any, ...] = (), *, nullable: bool = False) -> _Asked:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _taken_apart(inner, (*limits, *more), nullable=nullable)
    if get_origin(annotation) in {Union, UnionType}:
        (inner,) = (each for each in get_args(annotation) if each is not NoneType)
        return _taken_apart(inner, limits, nullable=True)
    return _Asked(annotation, limits, nullable)


def _shaped(field: Field, asked: _Asked, key: str) -> Field:
    origin = get_origin(asked.type)
    if origin is Literal:
        return _literal(field, get_args(asked.type), key)
    if origin is not None:
        return _gathered(field, asked, origin, key)
    if issubclass(asked.type, StrEnum):
        offered = _members(asked.type)
        return replace(field, kind=Kind.RADIOS if len(offered) <= MOST_RADIOS else Kind.SELECT, choices=offered)
    if issubclass(asked.type, BaseModel):
        return _part(field, asked.type, key)
    return _plain(field, asked, key)


def _plain(field: Field, asked: _Asked, key: str) -> Field:
    if asked.type is bool:
        return replace(field, kind=Kind.YES_NO, choices=_yes_no(key))
    if asked.type is str:
        return _of_staff(replace(field, kind=_kind_of_text(asked.limits), most=_longest(asked.limits)), asked.limits)
    kinds = {int: Kind.WHOLE, float: Kind.NUMBER, date: Kind.DATE, datetime: Kind.INSTANT, AwareDatetime: Kind.INSTANT}
    if asked.type not in kinds:
        raise TypeError(f"no form is known for {asked.type!r}")
    return replace(field, kind=kinds[asked.type])


def _of_staff(field: Field, limits: tuple[Any, ...]) -> Field:
    marked = next((each for each in limits if isinstance(each, OfStaff)), None)
    return replace(field, staff=True, typed=not marked.listed) if marked else field


def _yes_no(key: str) -> tuple[Choice, ...]:
    """Yes and no; in words of its own where a bare "no" could be taken for either."""
    return wording.choices(key, ("yes", "no")) if key in wording.CHOICES else wording.YES_NO


def _literal(field: Field, values: tuple[Any, ...], key: str) -> Field:
    if values == (True,):
        return replace(field, kind=Kind.TICK, choices=(Choice("yes", field.label),))
    only = 1 if len(values) == 1 else 0  # a statement to tick
    return replace(field, kind=Kind.RADIOS, choices=wording.choices(key, values), most=only)


def _gathered(field: Field, asked: _Asked, origin: type, key: str) -> Field:
    least = max((each.min_length for each in asked.limits if isinstance(each, MinLen)), default=0)
    most = min((each.max_length for each in asked.limits if isinstance(each, MaxLen)), default=0)
    field = replace(field, least=least, most=most)
    if origin is frozenset:
        return _ticked(replace(field, kind=Kind.CHECKBOXES, choices=_members(get_args(asked.type)[0])), key)
    if origin is tuple:
        return _repeat(field, get_args(asked.type)[0], key)
    of, answer = get_args(asked.type)
    found = _taken_apart(answer)
    if found.type is str:
        return replace(field, kind=Kind.WORDS_BY_KEY, keys=_members(of), most=_longest(found.limits))
    return replace(field, kind=Kind.MAPPING, keys=_members(of), choices=_members(found.type))


def _ticked(field: Field, key: str) -> Field:
    asked = wording.TICKS.get(key)
    return replace(field, least=asked["least"], too_few=asked["words"]) if asked else field


def _repeat(field: Field, row: Any, key: str) -> Field:
    asked, called = _taken_apart(row), wording.ROWS[key]
    if isinstance(asked.type, type) and issubclass(asked.type, BaseModel):
        inner = tuple(each.under(field.name) for each in _fields(asked.type))
    else:
        single = Field(field.name, Kind.TEXT, wording.first_capital(called), "", f"the {called}")
        inner = (_shaped(single, asked, key),)
    return replace(field, kind=Kind.REPEAT, fields=inner, row=called)


def _part(field: Field, part: type[BaseModel], key: str) -> Field:
    if set(part.model_fields) == {"value", "unit"}:
        (unit,) = get_args(part.model_fields["unit"].annotation)
        return replace(field, kind=Kind.QUANTITY, unit=unit)
    inner = tuple(each.under(field.name) for each in _fields(part))
    return replace(field, kind=Kind.GROUP, fields=inner, gate=wording.GATES[key] if field.nullable else "")


def _members(of: type[StrEnum]) -> tuple[Choice, ...]:
    return wording.choices(of.__name__, tuple(each.value for each in of))


def _longest(limits: tuple[Any, ...]) -> int:
    found = [each.max_length for each in limits if isinstance(each, StringConstraints) and each.max_length]
    return min(found, default=0)


def _kind_of_text(limits: tuple[Any, ...]) -> Kind:
    return Kind.TEXTAREA if _longest(limits) > LONGEST_LINE else Kind.TEXT
