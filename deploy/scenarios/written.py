"""YAML as it stands on the page: every value keeps its line; times without a zone are London's.

Only what a story needs: `yes` and `no` are words, a date is a date, and a key stands once in its mapping.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from shared.pathway.civil_time import at_time

Scalar = str | int | float | bool | date | datetime | None

DEEPEST = 40
_TEXT = "tag:yaml.org,2002:str"
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_BROKEN = re.compile(r"[-+]?[0-9]+\.[0-9]+([eE][-+]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})[Tt ]([0-9:.]+)(Z|[+-][0-9:]+)?")


class StoryRefused(ValueError):  # noqa: N818 -- says what happened to the story, like the refusals of a pathway
    """A story cannot be played. `problems` holds (line from 1, words) for each reason found."""

    def __init__(self, *problems: tuple[int, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"line {line}: {words}" for line, words in problems))


@dataclass(frozen=True, slots=True)
class Written:
    """A value with the line of its key (or of its list item). `text` is a single value as it was typed."""

    value: "Scalar | dict[str, Written] | list[Written]"
    line: int
    text: str = ""

    @property
    def parts(self) -> "dict[str, Written]":
        """The mapping this is. Refuses anything else."""
        if not isinstance(self.value, dict):
            raise StoryRefused((self.line, "keys and values are expected here"))
        return self.value

    @property
    def items(self) -> "list[Written]":
        """The list this is. Refuses anything else."""
        if not isinstance(self.value, list):
            raise StoryRefused((self.line, "a list is expected here"))
        return self.value

    @property
    def word(self) -> str:
        """The text this is. Refuses anything else, numbers too: they have to be quoted."""
        if not isinstance(self.value, str):
            raise StoryRefused((self.line, "a word is expected here (quote a number that is meant as text)"))
        return self.value

    @property
    def instant(self) -> datetime:
        """The instant this is (aware, UTC). Refuses a date without its time."""
        if not isinstance(self.value, datetime):
            raise StoryRefused((self.line, "a date with its time is expected here, such as 2026-03-02T10:15"))
        return self.value

    def plain(self) -> Any:
        """The same as JSON carries it: dates as ISO dates, instants in UTC with a Z."""
        if isinstance(self.value, dict):
            return {key: part.plain() for key, part in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return spoken(self.value)

    def every(self) -> "Iterator[Written]":
        """This value and everything inside it."""
        yield self
        inside: list[Written] = []
        if isinstance(self.value, dict):
            inside = list(self.value.values())
        elif isinstance(self.value, list):
            inside = self.value
        for part in inside:
            yield from part.every()


def spoken(value: Scalar) -> str | int | float | bool | None:
    """One value as JSON carries it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


class _Page(yaml.SafeLoader):
    """Leaves every unquoted value a string: `_scalar` decides what it is."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- as PyYAML has it


def read(text: str) -> Written:
    """What is written in a YAML text. Refuses: broken YAML, a key given twice, an impossible date, an empty text."""
    try:
        node = yaml.compose(text, Loader=_Page)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise StoryRefused((mark.line + 1 if mark else 1, f"not YAML: {error.problem}")) from None
    except yaml.YAMLError:
        raise StoryRefused((1, "not YAML: characters that cannot be read")) from None
    if node is None:
        raise StoryRefused((1, "nothing is written here"))
    return _written(node, _line(node), 0)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _written(node: yaml.Node, line: int, depth: int) -> Written:
    if depth > DEEPEST:
        raise StoryRefused((line, "nested too deep"))
    if isinstance(node, yaml.MappingNode):
        return Written(_mapping(node, depth), line)
    if isinstance(node, yaml.SequenceNode):
        return Written([_written(item, _line(item), depth + 1) for item in node.value], line)
    return Written(_scalar(node), line, str(node.value))


def _mapping(node: yaml.MappingNode, depth: int) -> dict[str, Written]:
    found: dict[str, Written] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise StoryRefused((_line(key), "a key is one word"))
        if key.value in found:
            raise StoryRefused((_line(key), f"{key.value} stands here twice"))
        found[key.value] = _written(value, _line(key), depth + 1)
    return found


def _scalar(node: yaml.Node) -> Scalar:
    text = str(node.value)
    if node.tag != _TEXT:
        raise StoryRefused((_line(node), "tags are not part of this format"))
    if getattr(node, "style", None) is not None:  # quoted, or a block of text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text):
        return float(text)
    return _time(text, _line(node))


def _time(text: str, line: int) -> Scalar:
    """A date, an instant, or any other text."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if found := _INSTANT.fullmatch(text):
            day, clock, zone = found.groups()
            if zone is None:
                return at_time(date.fromisoformat(day), clock)
            return datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(UTC)
    except ValueError:
        raise StoryRefused((line, f"there is no such date or time: {text}")) from None
    return text
