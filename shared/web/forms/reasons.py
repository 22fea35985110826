"""What is wrong with an answer, in the words of NHS forms: "Choose which leg", "The lot must be ... or fewer"."""

from collections.abc import Mapping
from typing import Any

from shared.web import bodies
from shared.web.forms.description import CHOSEN, NUMERIC, Field, Kind
from shared.web.forms.numbers import printed
from shared.web.forms.places import Place
from shared.web.forms.wording import first_capital, in_a_sentence

_ABSENT = frozenset({"missing", "too_short", "string_too_short", "enum", "literal_error", "bool_type", "bool_parsing"})
_MUST: dict[str, str] = {
    "string_too_long": "must be {max_length} characters or fewer",
    "too_long": "must be {max_length} or fewer",
    "string_pattern_mismatch": "must have only letters, digits and . _ : / - (up to 64, a letter or digit first)",
    "unreadable_text": "must not include characters that cannot be read or printed",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
}


def absent(place: Place) -> str:
    """What is said when nothing was answered, or something that cannot be chosen."""
    verb = "Confirm" if place.field.kind == Kind.TICK else "Choose" if _is_chosen(place.field) else "Enter"
    return _told(place, f"{verb} {_phrase(place)}")


def must(place: Place, what: str) -> str:
    """What was asked for, and what is wrong with it: `what` begins with "must"."""
    return _told(place, f"{first_capital(_phrase(place))} {what}")


def explained(place: Place, finding: Mapping[str, Any]) -> str:
    """Our words for one of pydantic's findings at this place. Only limits of ours are filled in."""
    kind, limits = finding["type"], finding.get("ctx") or {}
    if kind in _ABSENT:
        return absent(place)
    if kind in _MUST:
        return must(place, _with_unit(place.field, kind, _MUST[kind].format_map(limits)))
    return _told(place, bodies.reason(finding))


def _is_chosen(field: Field) -> bool:
    return field.kind in CHOSEN or field.kind == Kind.MAPPING or bool(field.gate)


def _with_unit(field: Field, kind: str, words: str) -> str:
    if field.kind in NUMERIC and field.unit and kind.startswith(("greater", "less")):
        return f"{words} ({printed(field.unit)})"
    return words


def _phrase(place: Place) -> str:
    phrase = place.field.phrase
    key = next((each.label for each in place.field.keys if place.name.endswith(f".{each.value}")), None)
    return f"{phrase} ({in_a_sentence(key)})" if key and place.name != place.field.name else phrase


def _told(place: Place, words: str) -> str:
    return f"{words} ({place.row})" if place.row else words
