"""Words in a record that stand for what is known only when the story is played (quoted, because of the @).

"@vs" is the directory id of the person whom the story calls vs; "@last:mdt_review" the number of the newest
entry of that kind; "@procedure:1" the id of the pathway's first procedure; "@other" the pathway of another patient
whom the story referred.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from deploy.scenarios.written import Written
from shared.pathway.people import Signature
from shared.pathway.stages import KINDS

_LAST = re.compile(r"@last:([a-z_]+)")
OTHER = "@other"
_PROCEDURE = re.compile(r"@procedure:([1-9])")


@dataclass(frozen=True, slots=True)
class Known:
    """What the placeholders stand for. `last` gives an entry's number, `procedure` a procedure's id."""

    staff: Mapping[str, Signature]
    last: Callable[[str], int]
    procedure: Callable[[int], str]
    other: str = "00000000-0000-4000-8000-000000000001"


def rehearsal(staff: Mapping[str, Signature]) -> Known:
    """Stand-ins of the right kind, to check a record before anything is played."""
    return Known(staff, last=lambda _kind: 1, procedure=lambda number: f"00000000-0000-4000-8000-000000000000.{number}")


def filled(body: Any, known: Known) -> Any:
    """The JSON value with every placeholder replaced; one that is unknown stays as it is."""
    if isinstance(body, dict):
        return {key: filled(part, known) for key, part in body.items()}
    if isinstance(body, list):
        return [filled(part, known) for part in body]
    return _stands_for(body, known) if isinstance(body, str) and body.startswith("@") else body


def _stands_for(text: str, known: Known) -> Any:
    if text == OTHER:
        return known.other
    if found := _LAST.fullmatch(text):
        return known.last(found[1])
    if found := _PROCEDURE.fullmatch(text):
        return known.procedure(int(found[1]))
    return known.staff[text[1:]].person if text[1:] in known.staff else text


def in_view_of(look: Mapping[str, Any], staff: Mapping[str, Signature], other: str = "none") -> Known:
    """What the placeholders stand for in a pathway as it is seen. Before there is one, they stand for nothing."""
    numbers = {entry["kind"]: int(entry["seq"]) for entry in look.get("entries", ())}
    return Known(
        staff,
        last=lambda kind: numbers.get(kind, 0),
        procedure=lambda number: f"{look.get('pathway_id', 'none')}.{number}",
        other=other,
    )


def put_in(expected: Written, known: Known) -> Written:
    """The expectation with every placeholder replaced, each value on its line."""
    value: Any = expected.value
    if isinstance(value, dict):
        value = {key: put_in(part, known) for key, part in value.items()}
    elif isinstance(value, list):
        value = [put_in(part, known) for part in value]
    else:
        value = filled(value, known)
    return replace(expected, value=value)


def unknown(body: Written, staff: Mapping[str, Signature]) -> list[tuple[int, str]]:
    """Every placeholder that stands for nothing, with its line."""
    return [
        (part.line, f"unknown placeholder {part.value}")
        for part in body.every()
        if isinstance(part.value, str) and part.value.startswith("@") and not _stands(part.value, staff)
    ]


def _stands(text: str, staff: Mapping[str, Signature]) -> bool:
    if found := _LAST.fullmatch(text):
        return found[1] in KINDS
    return text == OTHER or _PROCEDURE.fullmatch(text) is not None or text[1:] in staff
