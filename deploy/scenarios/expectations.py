"""Comparing what a story expects with what is there.

A mapping matches when every key given matches; each given item of a list has to match some item of the list there
(`absent: true`: none may; `count: n`: exactly n). A date compares as a London civil date, an instant to the
precision in which it was written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from deploy.scenarios.shape import ABSENT, COUNT
from deploy.scenarios.written import Written, spoken
from shared.pathway.civil_time import LONDON, civil

LONGEST = 160


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table: where in the story, what was expected, what was seen."""

    line: int
    at: datetime | None
    expected: str
    seen: str
    passed: bool


def checks(expected: Written, look: Any, at: datetime | None) -> Iterator[Check]:
    """One check for each single value and each list item of an expectation."""
    yield from _checks(expected, look, at, "")


def _checks(expected: Written, seen: Any, at: datetime | None, path: str) -> Iterator[Check]:
    if isinstance(expected.value, dict):
        inside = seen if isinstance(seen, dict) else {}
        for key, part in expected.value.items():
            yield from _checks(part, inside.get(key), at, f"{path}.{key}" if path else key)
    elif isinstance(expected.value, list):
        for item in expected.value:
            yield _item(item, seen if isinstance(seen, list) else [], at, path)
    else:
        yield Check(expected.line, at, f"{path}: {expected.text}", _short(seen), matches(expected, seen))


def _item(item: Written, there: list[Any], at: datetime | None, path: str) -> Check:
    pattern, absent, count = _pattern(item)
    found = sum(matches(pattern, each) for each in there)
    said = f"{path}: {_as_written(pattern)}"
    if absent:
        return Check(item.line, at, f"{said} absent", f"{found} of {len(there)}", found == 0)
    if count is not None:
        return Check(item.line, at, f"{said} {count} times", f"{found} of {len(there)}", found == count)
    return Check(item.line, at, said, _nearest(pattern, there), found > 0)


def _pattern(item: Written) -> tuple[Written, bool, int | None]:
    """The item without `absent` and `count`, and what those say."""
    if not isinstance(item.value, dict):
        return item, False, None
    rest = {key: part for key, part in item.value.items() if key not in {ABSENT, COUNT}}
    count = item.value[COUNT].value if COUNT in item.value else None
    return Written(rest, item.line), ABSENT in item.value, count if isinstance(count, int) else None


def matches(expected: Written, seen: Any) -> bool:
    """Whether `seen` (JSON) is as expected."""
    value = expected.value
    if isinstance(value, dict):
        return isinstance(seen, dict) and all(matches(part, seen.get(key)) for key, part in value.items())
    if isinstance(value, list):
        return isinstance(seen, list) and all(_item(item, seen, None, "").passed for item in value)
    if isinstance(value, datetime):
        return _same_instant(value, expected.text, seen)
    if isinstance(value, date):
        return _civil_date(seen) == value
    return type(value) is type(seen) and value == seen


def _same_instant(wanted: datetime, text: str, seen: Any) -> bool:
    found = _instant(seen)
    if found is None:
        return False
    to_the_minute = text.replace("T", " ").partition(" ")[2].count(":") == 1
    return (found.replace(second=0, microsecond=0) if to_the_minute else found) == wanted


def _civil_date(seen: Any) -> date | None:
    found = _instant(seen)
    if found is not None:
        return civil(found)
    try:
        return date.fromisoformat(seen) if isinstance(seen, str) else None
    except ValueError:
        return None


def _instant(seen: Any) -> datetime | None:
    """The instant in a JSON text; None for a date, and for anything else."""
    if not isinstance(seen, str) or "T" not in seen:
        return None
    try:
        found = datetime.fromisoformat(seen)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _nearest(pattern: Written, there: list[Any]) -> str:
    """Of the items there, the one that matches most of the pattern, as far as the pattern asks."""
    if not there:
        return "none"
    if not isinstance(pattern.value, dict):
        return _short(there)
    wanted = pattern.value
    best = max(there, key=lambda each: sum(matches(part, _key(each, key)) for key, part in wanted.items()))
    return _short({key: _key(best, key) for key in wanted})


def _key(item: Any, key: str) -> Any:
    return item.get(key) if isinstance(item, dict) else None


def _as_written(pattern: Written) -> str:
    if isinstance(pattern.value, dict):
        return ", ".join(f"{key} {_as_written(part)}" for key, part in pattern.value.items()) or "any"
    if isinstance(pattern.value, list):
        return "[" + ", ".join(_as_written(item) for item in pattern.value) + "]"
    return pattern.text or str(spoken(pattern.value))


def _short(seen: Any) -> str:
    if isinstance(seen, dict):
        text = ", ".join(f"{key} {_short(part)}" for key, part in seen.items())
    elif isinstance(seen, list):
        text = "[" + ", ".join(_short(each) for each in seen) + "]"
    else:
        found = _instant(seen)
        text = str(seen) if found is None else f"{found.astimezone(LONDON):%Y-%m-%dT%H:%M:%S}"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
