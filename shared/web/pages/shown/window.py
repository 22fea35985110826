"""Where in the 14 days from presentation a patient is (IPG651 3.9): a bar, and always the same in words."""

from dataclasses import dataclass

from shared.pathway.choices import ClosingReason
from shared.web.pages.shown.instants import day_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import Words, spoken
from shared.web.shapes import Window

DAYS = 14
COLOURS = {"inside": "green", "amber": "yellow", "red": "red", "past_window": "red"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the bar: `state` is gone, today or ahead; `x` its place, in units of the drawing."""

    number: int
    x: int
    state: str


@dataclass(frozen=True, slots=True)
class WindowBar:
    """`beside` goes on where `text` ends, "" for nothing. `tag` is there while the days run; `cells` may be none."""

    text: str
    beside: str
    tag: Tag | None
    state: str
    cells: tuple[Cell, ...]


def window_bar(
    window: Window, say: Words | None = None, *, treated: bool = False, closed: ClosingReason | None = None
) -> WindowBar:
    """Day n of 14: day 0 is the day of presentation.

    `treated`: a procedure has started, and the day stands still: it is told as the day of treatment, and no time is
    short any more. `closed` is why the pathway was closed: that comes first then, and no day is counted on.
    """
    say = say or spoken()
    if closed is None and not treated:
        return _running(window, say)
    day = day_of_fourteen(window.day, say, treated=True) if treated else ""
    cells = _cells(window.day) if treated else ()
    if closed is None:
        return WindowBar(day, "", None, window.state, cells)
    return WindowBar(closed_words(closed, say), day[:1].lower() + day[1:], None, window.state, cells)


def day_of_fourteen(day: int, say: Words | None = None, *, treated: bool = False) -> str:
    """Such as "Day 5 of 14" while the days run; "Treated on day 5 of 14" once a procedure has started."""
    say, which = say or spoken(), "past" if day > DAYS else "day"
    return say(f"window.treated_{which}" if treated else f"window.{which}", day=day, days=DAYS)


def in_a_row(day: int, say: Words | None = None, *, treated: bool, closed: bool) -> str:
    """The same for a line of a list: which day of fourteen, on which one it was treated, or that it is closed."""
    say = say or spoken()
    words = day_of_fourteen(day, say, treated=treated)
    if not closed:
        return words
    return say("window.closed_treated", treated=words[:1].lower() + words[1:]) if treated else say("window.closed_row")


def closed_words(reason: ClosingReason, say: Words | None = None) -> str:
    """Such as "Closed: The patient declined"."""
    say = say or spoken()
    return say("window.closed", reason=say(f"closing.{reason.value}"))


def _running(window: Window, say: Words) -> WindowBar:
    return WindowBar(
        day_of_fourteen(window.day, say),
        say("window.ended" if window.day > DAYS else "window.ends", day=day_words(window.ends_on)),
        Tag(say(f"window.{window.state}"), COLOURS[window.state]),
        window.state,
        _cells(window.day),
    )


def _cells(today: int) -> tuple[Cell, ...]:
    return tuple(Cell(number, (number - 1) * 12, _state(number, today)) for number in range(1, DAYS + 1))


def _state(number: int, today: int) -> str:
    if number == today:
        return "today"
    return "gone" if number < today else "ahead"
