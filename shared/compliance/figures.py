"""Figures over many pathways: how often each measure said what, how far care went, and for whom (clinical.md 2.13)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.compliance.measures import BY_ID, STEPS, Measure
from shared.compliance.row import COURSES
from shared.compliance.suppression import Shown, hidden_together, with_totals

ANSWERS = ("yes", "no", "open", "not_asked")


@dataclass(frozen=True, slots=True)
class Standing:
    """How many pathways have reached these steps and say this."""

    reached: tuple[str, ...]
    verdicts: dict[str, str]
    many: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: numerator `yes`, denominator `known`; `open` are in neither."""

    measure: Measure
    yes: int
    no: int
    open: int

    @property
    def known(self) -> int:
        return self.yes + self.no

    @property
    def exceptions(self) -> int:
        return self.yes if self.measure.exception == "yes" else self.no

    @property
    def percent(self) -> float | None:
        return 100 * self.yes / self.known if self.known else None


def figures(standings: Iterable[Standing]) -> dict[str, Figure]:
    """Every measure, those that nobody was asked about included."""
    said = {name: dict.fromkeys(ANSWERS, 0) for name in BY_ID}
    for each in standings:
        for name, answer in each.verdicts.items():
            if name in said:  # a row of before the measures changed may know others, until it is made anew
                said[name][answer] += each.many
    return {name: Figure(BY_ID[name], found["yes"], found["no"], found["open"]) for name, found in said.items()}


def funnel(standings: Iterable[Standing]) -> dict[str, int]:
    """How many pathways reached each step, in the order of the steps."""
    found = dict.fromkeys(STEPS, 0)
    for each in standings:
        for step in each.reached:
            found[step] += each.many
    return found


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Counts by group, small ones hidden. `rows` are the groups and then "all"; `columns` end with "all" as well."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shown: Shown


def by_group(
    name: str, groups: Sequence[str], counted: Iterable[tuple[str, str, int]]
) -> tuple[str, list[str], list[list[int]]]:
    """Group by course of care, as plain counts; a group that nobody named before comes last."""
    found: dict[tuple[str, str], int] = {}
    order = list(groups)
    for group, course, many in counted:
        found[group, course] = found.get((group, course), 0) + many
        if group not in order:
            order.append(group)
    return name, order, [[found.get((group, course), 0) for course in COURSES] for group in order]


def broken_down(tables: Sequence[tuple[str, list[str], list[list[int]]]], below: int) -> list[Breakdown]:
    """The tables by course, hidden together: they add up to the same patients."""
    shown = hidden_together([with_totals(counts) for _name, _rows, counts in tables], below, margin="row")
    columns = (*COURSES, "all")
    return [
        Breakdown(name, (*rows, "all"), columns, each)
        for (name, rows, _counts), each in zip(tables, shown, strict=True)
    ]


def by_device(standings: Iterable[tuple[str, Standing]], measures: Sequence[str], below: int) -> list[Breakdown]:
    """What each measure said, device by device; every treated pathway is in one line of each table."""
    counted = list(standings)
    devices = sorted({device for device, _standing in counted})
    tables = [[_answers(counted, device, measure) for device in devices] for measure in measures]
    if not devices:
        return []
    shown = hidden_together([with_totals(each) for each in tables], below, margin="column")
    columns = (*ANSWERS, "all")
    return [Breakdown(measure, (*devices, "all"), columns, each) for measure, each in zip(measures, shown, strict=True)]


def _answers(counted: Iterable[tuple[str, Standing]], device: str, measure: str) -> list[int]:
    found = dict.fromkeys(ANSWERS, 0)
    for named, each in counted:
        if named == device:
            found[each.verdicts.get(measure, "not_asked")] += each.many
    return list(found.values())
