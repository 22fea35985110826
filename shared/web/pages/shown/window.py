"""Where in the 14 days from presentation a patient is (IPG651 3.9): a bar, and always the same in words."""

from dataclasses import dataclass

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
    text: str
    ends: str
    tag: Tag
    state: str
    cells: tuple[Cell, ...]


def window_bar(window: Window, say: Words | None = None) -> WindowBar:
    """Day n of 14: day 0 is the day of presentation. `window` stands still once a procedure has started."""
    say = say or spoken()
    past = window.day > DAYS
    return WindowBar(
        say("window.past" if past else "window.day", day=window.day, days=DAYS),
        say("window.ended" if past else "window.ends", day=day_words(window.ends_on)),
        Tag(say(f"window.{window.state}"), COLOURS[window.state]),
        window.state,
        tuple(Cell(number, (number - 1) * 12, _state(number, window.day)) for number in range(1, DAYS + 1)),
    )


def _state(number: int, today: int) -> str:
    if number == today:
        return "today"
    return "gone" if number < today else "ahead"
