"""The clock of a vena cava filter: the days it has been inside, on the ladder of its rungs (clinical.md 2.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.pathway.civil_time import day_number, roll_back
from shared.policy import Policy
from shared.web.pages.shown.instants import day_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import Words, spoken
from shared.web.tracks_devices import FilterShown

WIDTH = 336
DAYS_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Rung:
    """One day of the ladder: where it stands on the bar, and whether it was reached."""

    day: int
    x: int
    name: str
    reached: bool


@dataclass(frozen=True, slots=True)
class FilterClock:
    """`level` is calm, amber, red or critical, ended when it is out; `x` is today on a bar `WIDTH` wide.

    `words` say everything that is drawn.
    """

    level: str
    tag: Tag
    days: int
    x: int
    rungs: tuple[Rung, ...]
    words: tuple[str, ...]


COLOURS = {"calm": "blue", "amber": "orange", "red": "red", "critical": "red", "ended": "green"}


def level(dwell_days: int, critical_day: int, policy: Policy) -> str:
    """How urgent it is that a filter comes out after these days inside."""
    limits = ((critical_day, "critical"), (policy.filter_red_days, "red"), (policy.filter_amber_days, "amber"))
    return next((name for day, name in limits if dwell_days >= day), "calm")


def owners(tracks: Iterable[object]) -> set[str]:
    """The directory ids of those who answer for these filters; other tracks are passed over."""
    filters = [each for each in tracks if isinstance(each, FilterShown)]
    return {who for each in filters for who in (each.owner_person, each.backup_owner) if who}


def with_names(track: FilterShown, names: Mapping[str, str]) -> FilterShown:
    """The track with its owners as they are called; whom `names` does not know stays an id."""
    owner, backup = (names.get(who, who) if who else who for who in (track.owner_person, track.backup_owner))
    return replace(track, owner_person=owner, backup_owner=backup)


def filter_clock(track: FilterShown, policy: Policy, nation: str, say: Words | None = None) -> FilterClock:
    """The clock of one filter. `nation` has the holidays: the day it is due is a working day there."""
    say = say or spoken()
    critical = day_number(track.inserted_on, track.critical_on)
    ladder = (
        ("review", policy.filter_review_days),
        ("target", day_number(track.inserted_on, track.target_on)),
        ("amber", policy.filter_amber_days),
        ("red", policy.filter_red_days),
        ("critical", critical),
    )
    end = max(DAYS_SHOWN, critical + 7, track.dwell_days)
    found = "ended" if track.outcome else level(track.dwell_days, critical, policy)
    state = say(f"filter.{track.outcome}") if track.outcome else say(f"filter.{found}", days=track.dwell_days)
    return FilterClock(
        found,
        Tag(state, COLOURS[found]),
        track.dwell_days,
        _x(track.dwell_days, end),
        tuple(Rung(day, _x(day, end), say(f"rung.{name}"), track.dwell_days >= day) for name, day in ladder),
        tuple(_words(track, nation, say)),
    )


def _x(day: int, end: int) -> int:
    return round(max(day, 0) * WIDTH / end)


def _words(track: FilterShown, nation: str, say: Words) -> list[str]:
    inside = say.counted("filter.inside", track.dwell_days, on=day_words(track.inserted_on))
    if track.outcome is not None:
        ended: date | None = track.outcome_on
        on = day_words(ended) if ended else ""
        return [
            say.counted("filter.ended", track.dwell_days, on=on),
            *([say("filter.elsewhere")] if track.elsewhere else []),
        ]
    who = (
        say("filter.owner", owner=track.owner_person, backup=track.backup_owner or "")
        if track.owner_person
        else say("filter.nobody")
    )
    booked = [say("filter.booked", on=day_words(track.booked_for))] if track.booked_for else []
    return [inside, _dates(track, nation, say), *booked, who]


def _dates(track: FilterShown, nation: str, say: Words) -> str:
    """The day it shall be out, with the working day on which the task is due (clinical.md 1) where that is another."""
    target, critical, due = track.target_on, track.critical_on, roll_back(track.target_on, nation)
    key = "filter.dates" if due == target else "filter.dates_before"
    return say(key, target=day_words(target), before=day_words(due), critical=day_words(critical))
