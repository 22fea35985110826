"""Figures in words and links: one line for each measure, one table for each breakdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.pages.compliance.asking import Asked
from shared.compliance.figures import ANSWERS, Breakdown, Figure
from shared.compliance.measures import BY_ID, Measure
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken


@dataclass(frozen=True, slots=True)
class Linked:
    """A count that leads to its cases; `href` is "" for none."""

    count: int
    href: str


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure as a row of a table: numerator of denominator, the exceptions and what is still open."""

    title: str
    about: str
    paragraph: str
    share: str
    percent: str
    exceptions: Linked
    open: Linked
    tag: Tag | None


@dataclass(frozen=True, slots=True)
class GroupTable:
    """A breakdown in words. A hidden count is a mark, which the page explains."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def cases_address(asked: Asked, measure: str, said: str) -> str:
    return asked.address(f"/compliance/measures/{measure}", said=said)


def measure_lines(figures: Iterable[Figure], asked: Asked) -> list[MeasureLine]:
    return [_line(each, asked) for each in figures]


def _line(each: Figure, asked: Asked) -> MeasureLine:
    say, measure = spoken(), each.measure
    return MeasureLine(
        say(f"measure.{measure.id}"),
        say(f"measure_about.{measure.id}"),
        measure.paragraph,
        say("compliance.share", yes=each.yes, known=each.known) if each.known else say("compliance.none_yet"),
        "" if each.percent is None else say("compliance.percent", percent=f"{each.percent:.0f}"),
        _linked(asked, measure, measure.exception, each.exceptions),
        _linked(asked, measure, "open", each.open),
        target_tag(each),
    )


def _linked(asked: Asked, measure: Measure, said: str, count: int) -> Linked:
    return Linked(count, cases_address(asked, measure.id, said) if count else "")


def target_tag(each: Figure) -> Tag | None:
    """What the figure means for its target: never "compliant", only whether there is something to look into.

    None where the count beside it says the same already.
    """
    say = spoken()
    if each.measure.target == "report":
        return Tag(say("compliance.tag_report"), "grey")
    if each.exceptions:
        return None
    return Tag(say("compliance.tag_none_found"), "green") if each.known else Tag(say("compliance.tag_nothing"), "grey")


def course_tables(found: Iterable[Breakdown]) -> list[GroupTable]:
    """Groups of patients by how far their care went."""
    say = spoken()
    return [
        _table(each, say(f"compliance.by_{each.name}"), [say(f"course.{name}") for name in each.columns])
        for each in found
    ]


def device_tables(found: Iterable[Breakdown]) -> list[GroupTable]:
    """What each measure said, device by device."""
    say = spoken()
    columns = [say(f"answer.{name}") for name in (*ANSWERS, "all")]
    return [_table(each, say(f"measure.{each.name}"), columns) for each in found]


def _table(each: Breakdown, title: str, columns: Sequence[str]) -> GroupTable:
    rows = zip(each.rows, each.shown, strict=True)
    return GroupTable(
        title, tuple(columns), tuple((group_words(name), tuple(map(_count, line))) for name, line in rows)
    )


def group_words(name: str) -> str:
    """A group in words; the model of a device is its own word."""
    say = spoken()
    return say(f"group.{name}") if f"group.{name}" in say else name


def _count(count: int | None) -> str:
    return spoken()("compliance.hidden") if count is None else str(count)


def exists(measure: str) -> bool:
    return measure in BY_ID
