"""JSON as it was written: what Python's reader would pass over in silence is found, and named by its place.

Two equal keys, NaN, characters no person can type, nesting without end. Places are made of known names only.
"""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from shared.web.problems import FieldError

DEEPEST = 32
LARGEST = 2**53 - 1
UNREADABLE = "Remove characters that cannot be read or printed"


class _Twice(dict[str, Any]):
    """An object in which a key stood more than once."""

    keys_twice: frozenset[str]


class _NotANumber:
    """NaN or an infinity, which JSON does not have."""


class NotJsonError(Exception):
    """The text is no JSON at all; `words` say in which way, without repeating any of it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    often = Counter(name for name, _value in pairs)
    twice = _Twice(found)
    twice.keys_twice = frozenset(name for name, times in often.items() if times > 1)
    return twice


def read(raw: bytes) -> Any:
    """The values in `raw`. Raises NotJsonError for what is not UTF-8, not JSON, or nested without end."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NotJsonError("The body is not UTF-8") from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=lambda _: _NotANumber())
    except RecursionError:
        raise NotJsonError("The body is nested too deeply") from None
    except ValueError:  # not JSON, or a number of thousands of digits
        raise NotJsonError("The body is not JSON") from None


def faults(value: Any, known: Collection[str], place: tuple[str | int, ...] = ()) -> Iterator[FieldError]:
    """What is wrong with values that `read` gave. `known` are the names that may be repeated in an answer."""
    if len(place) > DEEPEST:
        yield FieldError(named(place, known), "This is nested too deeply")
    elif isinstance(value, dict):
        yield from _faults_of_object(value, known, place)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, known, (*place, number))
    elif _unusable_number(value):
        yield FieldError(named(place, known), "Write a number")
    elif isinstance(value, str) and _unreadable(value):
        yield FieldError(named(place, known), UNREADABLE)


def _faults_of_object(
    value: dict[str, Any], known: Collection[str], place: tuple[str | int, ...]
) -> Iterator[FieldError]:
    if isinstance(value, _Twice):
        for name in sorted(value.keys_twice):
            yield FieldError(named((*place, name), known), "This is here more than once")
    for name, each in value.items():
        if _unreadable(name):
            yield FieldError(named(place, known), UNREADABLE)
        yield from faults(each, known, (*place, name))


def _unusable_number(value: Any) -> bool:
    """What JSON does not have, and what no program reads as it was written (RFC 8259, 6): no count is that large."""
    if isinstance(value, int):
        return abs(value) > LARGEST
    return isinstance(value, _NotANumber) or (isinstance(value, float) and not math.isfinite(value))


def _unreadable(text: str) -> bool:
    """NUL, which no database keeps, and half of a surrogate pair, which no encoding has."""
    return "\0" in text or any("\ud800" <= each <= "\udfff" for each in text if each > "\ud7ff")


def named(place: tuple[str | int, ...], known: Collection[str]) -> str:
    """The place in dots, as far as its names are ours: what a sender invented is never repeated."""
    told: list[str] = []
    for part in place:
        if not isinstance(part, int) and part not in known:
            break
        told.append(str(part))
    return ".".join(told)
