"""The words of a form that no record carries: names of answers and rows, phrases for errors, what depends on what."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen: what is posted, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Arises:
    """When a question arises: by one of the answers `on` to the question `after` beside it, while `unless` has none."""

    after: str
    on: frozenset[str]
    unless: str = ""


def _written(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


CHOICES: dict[str, dict[str, str]] = _written("choices.toml")
_PHRASES = _written("phrases.toml")
PHRASES: dict[str, str] = _PHRASES["phrases"]
ROWS: dict[str, str] = _PHRASES["rows"]
GATES: dict[str, str] = _PHRASES["gates"]
_ARISING = _written("arising.toml")
ARISES = {key: Arises(**each | {"on": frozenset(each["on"])}) for key, each in _ARISING["arises"].items()}
TICKS: dict[str, dict[str, Any]] = _ARISING["ticks"]
DATES: dict[str, str] = _ARISING["dates"]
LEFT_EMPTY: dict[str, str] = _ARISING["left_empty"]


def choices(key: str, values: tuple[str, ...]) -> tuple[Choice, ...]:
    """These answers with their labels. Raises KeyError for an answer without words: a test looks for that."""
    return tuple(Choice(value, CHOICES[key][value]) for value in values)


YES_NO = choices("YesNo", ("yes", "no"))


def first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_a_sentence(label: str) -> str:
    """A label inside a sentence: its first letter small, unless it is an abbreviation, a numeral or a SIDE."""
    return label if label[1:2].isupper() or label[1:2] == ":" else label[:1].lower() + label[1:]
