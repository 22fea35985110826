"""Any record that could have been written down: Hypothesis strategies read off the records' own types."""

from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, StringConstraints

from shared.pathway.record import Part, Record
from shared.pathway.stages import KINDS

RECORDS: tuple[type[Record], ...] = tuple(kind.record for kind in KINDS.values())

_LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"))
_ALPHABET = st.one_of(_LETTERS, st.sampled_from("\n\t <>&\"'"))
_PLENTY = 10**12


@cache
def written(record: type[Part]) -> st.SearchStrategy[Part]:
    """Any instance of this record (or part of one)."""
    fields = {
        name: _of(info.annotation, tuple(info.metadata)) if info.is_required() else _or_default(info)
        for name, info in record.model_fields.items()
    }
    return st.fixed_dictionaries(fields).map(lambda given: record(**given))


def _or_default(info: Any) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(info.default), _of(info.annotation, tuple(info.metadata)))


def _of(annotation: Any, limits: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(inner[0], (*limits, *inner[1:]))
    if type(None) in inner:
        return st.one_of(st.none(), *(_of(each, limits) for each in inner if each is not type(None)))
    if origin is not None:
        return _several(origin, inner, limits)
    return _single(annotation, limits)


def _several(origin: Any, inner: tuple[Any, ...], limits: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is frozenset:
        return st.frozensets(_of(inner[0]), min_size=_least(limits))
    if origin is tuple:
        return st.lists(_of(inner[0]), min_size=_least(limits), max_size=min(_most(limits), 3)).map(tuple)
    return st.dictionaries(_of(inner[0]), _of(inner[1]), max_size=6)


def _single(annotation: Any, limits: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if annotation in PLAIN:
        return PLAIN[annotation]
    if annotation is str:
        return _text(limits)
    if issubclass(annotation, StrEnum):
        return st.sampled_from(annotation)
    if issubclass(annotation, BaseModel):
        return written(annotation)
    return _number(annotation, limits)


_INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- Hypothesis wants its limits naive
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    date: st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    datetime: _INSTANTS,
    AwareDatetime: _INSTANTS,
}


def _number(annotation: type, limits: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    least: Any = next((each.ge for each in limits if isinstance(each, Ge)), 0)
    most: Any = next((each.le for each in limits if isinstance(each, Le)), _PLENTY)
    if annotation is int:
        return st.integers(least, most)
    return st.floats(least, most, exclude_min=any(isinstance(each, Gt) for each in limits))


def _text(limits: tuple[Any, ...]) -> st.SearchStrategy[str]:
    patterns = [found for each in limits if (found := getattr(each, "pattern", None))]
    patterns += [found for each in limits if (found := getattr(each, "__dict__", {}).get("pattern"))]
    if patterns:
        return st.from_regex(patterns[0], fullmatch=True)
    assert any(isinstance(each, StringConstraints) for each in limits)
    return st.text(_ALPHABET, min_size=1, max_size=40).map(str.strip).filter(bool)


def _least(limits: tuple[Any, ...]) -> int:
    return max((each.min_length for each in limits if isinstance(each, MinLen)), default=0)


def _most(limits: tuple[Any, ...]) -> int:
    return min((each.max_length for each in limits if isinstance(each, MaxLen)), default=20)
