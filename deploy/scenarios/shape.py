"""What can be looked at: the keys of GET /api/pathways/{id}, and the words that some of them can hold.

An expectation about a key or a word that does not exist could never fail when it says `absent`, so a story that
has one is refused. All of it is read off the answer's own model and the tables of the core.
"""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from deploy.scenarios.written import Written
from shared.pathway.clock_marks import TimerFired
from shared.pathway.gates import CHECKS
from shared.pathway.stages import KINDS, STAGE_OF
from shared.policy import load
from shared.web.shapes import PathwayAnswer, ShownEntry, ShownGate, ShownTask, ShownTimer

PROPOSALS = frozenset({"anticoagulation_stop"})
"""What `never: [{proposed: ...}]` can name."""

ABSENT, COUNT = "absent", "count"


def timer_ids() -> frozenset[str]:
    """The timers of this release: those for which the policy has a figure."""
    pattern = TimerFired.model_json_schema()["properties"]["timer"]["pattern"]
    return frozenset(entry.rule for entry in load().entries if re.match(pattern, entry.rule))


CLOSED_LISTS: Final[dict[tuple[type, str], frozenset[str]]] = {
    (ShownTimer, "id"): timer_ids(),
    (ShownGate, "id"): frozenset(CHECKS),
    (ShownTask, "kind"): frozenset(STAGE_OF),
    (ShownEntry, "kind"): frozenset(KINDS),
}


def problems(look: Written) -> Iterator[tuple[int, str]]:
    """Every key and word in this expectation that no pathway could ever show, with its line."""
    yield from _of_model(PathwayAnswer, look)


def problems_of_never(item: Written) -> Iterator[tuple[int, str]]:
    """The same for one item of `never`, which may also name something that is proposed."""
    proposed = item.parts.get("proposed")
    if proposed is None:
        yield from problems(item)
    elif len(item.parts) > 1:
        yield item.line, "`proposed` stands alone"
    elif proposed.value not in PROPOSALS:
        yield proposed.line, f"unknown proposal; known: {_listed(PROPOSALS)}"


def _of_model(model: type, written: Written, extra: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    if not isinstance(written.value, dict):
        yield written.line, "keys and values are expected here"
        return
    if not written.value:
        yield written.line, "nothing is expected here"
    fields = _fields(model)
    for key, part in written.parts.items():
        if key in extra:
            yield from _of_counting(written, key, part)
        elif key not in fields:
            yield part.line, f"unknown key {key}; known here: {_listed(fields)}"
        else:
            yield from _of_type(fields[key][1], part, CLOSED_LISTS.get((model, fields[key][0])))
    if model is ShownEntry:
        yield from _of_record(written)


@cache
def _fields(model: type) -> dict[str, tuple[str, Any]]:
    """For each key that the JSON of this model has: the model's name for it, and its type."""
    if issubclass(model, BaseModel):
        return {field.alias or name: (name, field.annotation) for name, field in model.model_fields.items()}
    return {name: (name, hint) for name, hint in get_type_hints(model).items()}


def _of_one_of(models: tuple[type, ...], item: Written, extra: frozenset[str]) -> Iterator[tuple[int, str]]:
    """An item of a list that holds several sorts of things: its `kind` says which."""
    kinds = {get_args(_fields(model)["kind"][1])[0]: model for model in models}
    kind = item.parts.get("kind") if isinstance(item.value, dict) else None
    if isinstance(item.value, dict) and item.value and not item.value.keys() - extra:  # so many of whatever kind
        yield from (problem for key, part in item.parts.items() for problem in _of_counting(item, key, part))
    elif kind is None:
        yield item.line, f"name the kind; known: {_listed(kinds)}"
    elif kind.value not in kinds:
        yield kind.line, f"unknown word; known here: {_listed(kinds)}"
    else:
        yield from _of_model(kinds[kind.word], item, extra)


def _of_counting(item: Written, key: str, part: Written) -> Iterator[tuple[int, str]]:
    if key == COUNT and ABSENT in item.parts:
        yield part.line, "say either absent or count"
    elif key == ABSENT and part.value is not True:
        yield part.line, "absent can only be true"
    elif key == COUNT and (type(part.value) is not int or part.value < 0):
        yield part.line, "count is a whole number"


def _of_record(item: Written) -> Iterator[tuple[int, str]]:
    """The fields of an entry's record have to be fields of its kind."""
    kind, record = item.parts.get("kind"), item.parts.get("record")
    if record is None or not isinstance(record.value, dict):
        return
    if kind is None or kind.value not in KINDS:
        yield record.line, "name the kind of a record that is looked into"
        return
    known = KINDS[kind.word].record.model_fields
    yield from ((part.line, f"unknown key {key}") for key, part in record.parts.items() if key not in known)


def _of_type(expected: Any, part: Written, words: frozenset[str] | None = None) -> Iterator[tuple[int, str]]:
    """What is wrong with a value expected of a field of this type; `words` are all that it can hold."""
    inside = get_args(expected)
    if get_origin(expected) is UnionType:
        if part.value is not None:
            yield from _of_type(inside[0], part, words)
    elif get_origin(expected) is tuple:
        yield from _of_list(inside[0], part)
    elif _is_model(expected):
        yield from _of_model(expected, part)
    elif why := _wrong_value(expected, part, words or _words(expected)):
        yield part.line, why


def _is_model(expected: Any) -> bool:
    return isinstance(expected, type) and (issubclass(expected, BaseModel) or is_dataclass(expected))


def _of_list(item_type: Any, part: Written) -> Iterator[tuple[int, str]]:
    if not isinstance(part.value, list) or not part.value:
        yield part.line, "a list with at least one item is expected here"
        return
    told_apart = get_args(get_args(item_type)[0]) if get_origin(item_type) is Annotated else ()
    for item in part.items:
        if told_apart:
            yield from _of_one_of(told_apart, item, frozenset({ABSENT, COUNT}))
        elif _is_model(item_type):
            yield from _of_model(item_type, item, frozenset({ABSENT, COUNT}))
        else:
            yield from _of_type(item_type, item)


def _words(expected: Any) -> frozenset[str] | None:
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        return frozenset(expected)
    return frozenset(get_args(expected)) if get_origin(expected) is Literal else None


KINDS_OF_VALUE: Final[dict[Any, tuple[tuple[type, ...], str]]] = {
    bool: ((bool,), "true or false is expected here"),
    int: ((int,), "a whole number is expected here"),
    str: ((str, date), "a word is expected here (quote a number that is meant as text)"),
    date: ((date,), "a date is expected here"),
    datetime: ((date,), "a date or an instant is expected here"),
}


def _wrong_value(expected: Any, part: Written, words: frozenset[str] | None) -> str:
    if words is not None:
        return "" if part.value in words else f"unknown word; known here: {_listed(words)}"
    if get_origin(expected) is dict:
        return "" if isinstance(part.value, dict) else "keys and values are expected here"
    types, why = KINDS_OF_VALUE.get(expected, ((date,), "a date or an instant is expected here"))
    if expected is date and isinstance(part.value, datetime):
        return "a date without a time is expected here"
    if isinstance(part.value, bool) and bool not in types:
        return why
    return "" if isinstance(part.value, types) else why


def _listed(words: Any) -> str:
    return ", ".join(sorted(words))
