"""What was written down, by whom, in which role: the entries of a pathway day by day, newest day first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby

from shared.pathway.civil_time import civil, day_number
from shared.pathway.people import Role
from shared.policy import load
from shared.web.pages.shown.called import id_beside
from shared.web.pages.shown.instants import day_words, machine, time_words
from shared.web.pages.shown.window import DAYS
from shared.web.pages.words import Words, spoken
from shared.web.shapes import ShownEntry

TIMER = "timer_fired"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry: `kind` is who speaks (person, system or clock), `detail` more words, "" for none.

    `id` is the directory id of whoever is named in `by`, "" when that is the id itself.
    """

    seq: int
    time: str
    machine: str
    what: str
    by: str
    id: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Day:
    """`count` is "Day 3 of 14", "" when nothing tells when the patient presented or the 14 days are over."""

    name: str
    count: str
    moments: tuple[Moment, ...]


def timeline(
    entries: Iterable[ShownEntry],
    *,
    presentation_at: datetime | None,
    details: Mapping[int, str] | None = None,
    names: Mapping[str, str] | None = None,
    say: Words | None = None,
) -> tuple[Day, ...]:
    """The days on which something was written down, the newest first, entries of a day newest first.

    `details` are further words by entry number, made by whoever may read the records; `names` what the
    staff directory calls people, by their ids.
    """
    say = say or spoken()
    ordered = sorted(entries, key=lambda each: each.seq, reverse=True)
    return tuple(
        Day(
            day_words(day),
            _count(presentation_at, day, say),
            tuple(_moment(each, details or {}, names or {}, say) for each in found),
        )
        for day, found in groupby(ordered, key=lambda each: civil(each.at))
    )


def _count(presentation_at: datetime | None, day: date, say: Words) -> str:
    if presentation_at is None:
        return ""
    number = day_number(presentation_at, day)
    return say("window.day", day=number, days=DAYS) if 0 <= number <= DAYS else ""


def _moment(entry: ShownEntry, details: Mapping[int, str], names: Mapping[str, str], say: Words) -> Moment:
    system = entry.by_role in {Role.PATENCY, Role.MAIL_SYSTEM}
    by, person = say(f"role.{entry.by_role.value}"), entry.by_person
    return Moment(
        entry.seq,
        time_words(entry.at),
        machine(entry.at),
        timer_words(entry.record, say) if entry.kind == TIMER else say(f"record.{entry.kind}"),
        by if system else say("timeline.by", role=by, person=names.get(person, person)),
        "" if system else id_beside(person, names),
        "clock" if entry.kind == TIMER else "system" if system else "person",
        details.get(entry.seq, ""),
    )


NUMBERED = re.compile(r"_\d+$")
"""What tells one of many rungs of a kind: the seventh week, or the event with that number. The words are the same."""


def timer_words(record: Mapping[str, object], say: Words | None = None, *, ahead: bool = False) -> str:
    """What a rung of a timer did, or with `ahead` what it will do. One that nobody put into words is told by its id."""
    say = say or spoken()
    rung = NUMBERED.sub("", f"{record['timer']}_{record['rung']}")
    keys = (f"timer_ahead.{rung}", f"timer.{rung}") if ahead else (f"timer.{rung}",)
    key = next((each for each in keys if each in say), "")
    return say(key, **_figures()) if key else say("timer.other", timer=record["timer"], rung=record["rung"])


@cache
def _figures() -> Mapping[str, int]:
    """The days of the policy that a deadline names, with the days that are left of the window then."""
    policy = load()
    days, amber, red = policy.window_days, policy.t14d_amber_day, policy.t14d_red_day
    return {"days": days, "amber": amber, "amber_left": days - amber, "red": red, "red_left": days - red}
