"""Days and times as they are typed, in London: three or five small numbers, and what may be wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from shared.pathway.civil_time import LONDON
from shared.web.bodies import FIRST_YEAR, LAST_YEAR
from shared.web.forms.raw import EXACT, PARTS_OF_DATE, PARTS_OF_INSTANT, RawForm

_SHORT, _YEAR = re.compile(r"[0-9]{1,2}"), re.compile(r"[0-9]{4}")
_EXACT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00")
_ARTICLES = {"day": "a day", "month": "a month", "year": "a year", "hour": "an hour", "minute": "minutes"}
NOT_REAL = "must be a real date"
NO_SUCH_TIME = "must be a real time, from 00 00 to 23 59"
SKIPPED = "must be a time that exists: the clocks go forward in this hour"


@dataclass(frozen=True, slots=True)
class Told:
    """What was read: a value, or what is wrong (as it follows "The date ..."), or neither when nothing was typed."""

    value: str | None = None
    wrong: str = ""


def day(raw: RawForm, name: str) -> Told:
    """A date, written YYYY-MM-DD."""
    typed = _typed(raw, name, PARTS_OF_DATE)
    if not any(typed.values()):
        return Told()
    found = _date(typed)
    return found if isinstance(found, Told) else Told(found.isoformat())


def instant(raw: RawForm, name: str) -> Told:
    """A date and time in London, written in UTC. Of a time that comes twice in autumn it is the first."""
    typed = _typed(raw, name, PARTS_OF_INSTANT)
    if not any(typed.values()):
        return Told()
    found = _date(typed)
    if isinstance(found, Told):
        return found
    clock = _time(typed)
    return clock if isinstance(clock, Told) else _instant(datetime.combine(found, clock), raw.answer(f"{name}.{EXACT}"))


def shown(at: datetime) -> dict[str, str]:
    """The parts of an instant as they are typed, and the instant itself where they do not say all of it."""
    local = at.astimezone(LONDON)
    parts = parts_of_date(local.date()) | {"hour": f"{local.hour:02}", "minute": f"{local.minute:02}"}
    if local.second or local.microsecond or local.fold:
        parts[EXACT] = at.astimezone(UTC).isoformat()
    return parts


def parts_of_date(on: date) -> dict[str, str]:
    return {"day": str(on.day), "month": str(on.month), "year": f"{on.year:04}"}


def in_words(on: date) -> str:
    """9 March 2026."""
    return f"{on.day} {on:%B} {on.year}"


def moment_in_words(at: datetime) -> str:
    """9 March 2026, 09:30, in London."""
    local = at.astimezone(LONDON)
    return f"{in_words(local.date())}, {local:%H:%M}"


def told_in_words(value: str) -> str:
    """The same for what was read."""
    on = date.fromisoformat(value) if "T" not in value else None
    return in_words(on) if on else moment_in_words(datetime.fromisoformat(value))


def _typed(raw: RawForm, name: str, parts: tuple[str, ...]) -> dict[str, str]:
    return {part: raw.answer(f"{name}.{part}") for part in parts}


def _date(typed: dict[str, str]) -> date | Told:
    if lacking := list(_lacking(typed)):
        return Told(wrong=f"must include {_listed(lacking)}")
    if not _SHORT.fullmatch(typed["day"]) or not _SHORT.fullmatch(typed["month"]):
        return Told(wrong=NOT_REAL)
    if not _YEAR.fullmatch(typed["year"]):
        return Told(wrong="must have a year of 4 digits")
    if not FIRST_YEAR <= int(typed["year"]) <= LAST_YEAR:
        return Told(wrong=f"must have a year from {FIRST_YEAR} to {LAST_YEAR}")
    try:
        return date(int(typed["year"]), int(typed["month"]), int(typed["day"]))
    except ValueError:
        return Told(wrong=NOT_REAL)


def _lacking(typed: dict[str, str]) -> Iterator[str]:
    if not typed.get("hour", "0") and not typed["minute"]:
        yield from (_ARTICLES[part] for part in PARTS_OF_DATE if not typed[part])
        yield "a time"
    else:
        yield from (_ARTICLES[part] for part, text in typed.items() if not text)


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _time(typed: dict[str, str]) -> time | Told:
    if not _SHORT.fullmatch(typed["hour"]) or not _SHORT.fullmatch(typed["minute"]):
        return Told(wrong=NO_SUCH_TIME)
    try:
        return time(int(typed["hour"]), int(typed["minute"]))
    except ValueError:
        return Told(wrong=NO_SUCH_TIME)


def _instant(wall: datetime, drawn: str) -> Told:
    at = wall.replace(tzinfo=LONDON).astimezone(UTC)
    if at.astimezone(LONDON).replace(tzinfo=None) != wall:
        return Told(wrong=SKIPPED)
    if _EXACT.fullmatch(drawn) and _same_minute(drawn, wall):
        return Told(drawn)
    return Told(at.isoformat())


def _same_minute(drawn: str, wall: datetime) -> bool:
    """Whether the instant that was drawn is the minute that was typed, so that nobody changed it."""
    try:
        local = datetime.fromisoformat(drawn).astimezone(LONDON)
    except (ValueError, OverflowError):
        return False
    return local.replace(second=0, microsecond=0, tzinfo=None) == wall
