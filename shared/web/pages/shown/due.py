"""A deadline as people speak of it: due today, due tomorrow, overdue by how much. Never by colour alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.pathway.civil_time import civil
from shared.web.pages.shown.instants import day_words, instant_words, machine, time_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import Words, spoken

HOURS_UNTIL_DAYS = 48


@dataclass(frozen=True, slots=True)
class Due:
    """`state` is none, later, soon or overdue. `at` is the full instant in words, `machine` for the time element."""

    tag: Tag
    state: str
    at: str = ""
    machine: str = ""


def due(due_at: datetime | None, now: datetime, say: Words | None = None) -> Due:
    """How a deadline stands at `now`; both are instants of the pathway's own time."""
    say = say or spoken()
    if due_at is None:
        return Due(Tag(say("due.none"), "white"), "none")
    if due_at <= now:
        state, colour, text = "overdue", "red", _overdue(now - due_at, say)
    else:
        state, colour, text = _ahead(due_at, now, say)
    return Due(Tag(text, colour), state, instant_words(due_at), machine(due_at))


def _ahead(due_at: datetime, now: datetime, say: Words) -> tuple[str, str, str]:
    days = (civil(due_at) - civil(now)).days
    if days == 0:
        return "soon", "orange", say("due.today", time=time_words(due_at))
    if days == 1:
        return "soon", "yellow", say("due.tomorrow", time=time_words(due_at))
    return "later", "grey", say("due.later", day=day_words(civil(due_at)), time=time_words(due_at))


def _overdue(late: timedelta, say: Words) -> str:
    minutes = int(late.total_seconds()) // 60
    hours = minutes // 60
    if hours >= HOURS_UNTIL_DAYS:
        return say("due.overdue_days", count=hours // 24)
    if hours:
        return say("due.overdue_one_hour") if hours == 1 else say("due.overdue_hours", count=hours)
    if minutes <= 1:
        return say("due.overdue_one_minute") if minutes else say("due.now")
    return say("due.overdue_minutes", count=minutes)
