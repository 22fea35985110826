"""Small numbers are not shown, nor what would give them away (clinical.md 2.13).

Hidden are counts from 1 to below the policy's figure, and as many others as it takes: no hidden count can be worked out
from those that are shown, by somebody who knows that every line adds up and that no count is below nought. One mark
stands for both, so that it says nothing about which of them a count is. Where it applies: to breakdowns by group and
by device, and to everything that is exported. Where not: the lists of cases of one's own trust, which a governance
lead has to look into, and the counts above them.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

Cell = tuple[int, int]
Table = tuple[tuple[int, ...], ...]
Shown = tuple[tuple[int | None, ...], ...]


def with_totals(counts: Sequence[Sequence[int]]) -> Table:
    """The table with the sum of each row as its last column, of each column as its last row."""
    rows = [(*row, sum(row)) for row in counts]
    return (*rows, tuple(sum(column) for column in zip(*rows, strict=True)))


def hidden(table: Table, below: int, also: frozenset[Cell] = frozenset()) -> Shown:
    """The table with totals, None for what is not shown; `also` is hidden in any case.

    Refuses (ValueError) a table that does not add up.
    """
    if with_totals([row[:-1] for row in table[:-1]]) != table:
        raise ValueError("the table does not add up")
    hide = {cell for cell in _cells(table) if 0 < _at(table, cell) < below} | set(also)
    while weak := _given_away(table, hide):
        hide.add(_companion(table, hide, weak))
    return tuple(
        tuple(None if (row, column) in hide else count for column, count in enumerate(line))
        for row, line in enumerate(table)
    )


def hidden_together(tables: Sequence[Table], below: int, *, margin: Literal["row", "column"]) -> list[Shown]:
    """Tables that have their last row (or column) in common: a total that one of them hides, none of them shows."""
    also: frozenset[int] = frozenset()
    while True:
        shown = [hidden(table, below, frozenset(_margin(table, margin, also))) for table in tables]
        gone = frozenset(at for each in shown for at, count in enumerate(_line(each, margin)) if count is None)
        if gone == also:
            return shown
        also = gone


def _margin(table: Table, margin: str, places: frozenset[int]) -> Iterator[Cell]:
    for at in places:
        yield (len(table) - 1, at) if margin == "row" else (at, len(table[0]) - 1)


def _line(shown: Shown, margin: str) -> list[int | None]:
    return list(shown[-1]) if margin == "row" else [line[-1] for line in shown]


def hidden_line(counts: Sequence[int], below: int) -> tuple[int | None, ...]:
    """One line of counts with their sum as the last: a count that is hidden alone takes the next smallest with it."""
    line = (*counts, sum(counts))
    hide = {place for place, count in enumerate(line) if 0 < count < below}
    if len(hide) == 1:
        others = [place for place in range(len(counts)) if place not in hide]
        hide |= {min(others, key=lambda place: (line[place] == 0, line[place]))} if others else set()
    return tuple(None if place in hide else count for place, count in enumerate(line))


def _cells(table: Table) -> Iterator[Cell]:
    return ((row, column) for row, line in enumerate(table) for column in range(len(line)))


def _at(table: Table, cell: Cell) -> int:
    return table[cell[0]][cell[1]]


def _given_away(table: Table, hide: set[Cell]) -> Cell | None:
    """A hidden count that can take no other value."""
    return next((cell for cell in sorted(hide) if not _free(table, hide, cell)), None)


def _free(table: Table, hide: set[Cell], cell: Cell) -> bool:
    """Whether the table may have one more, or one less, in this cell and still add up with all that is shown.

    Rows and columns are the ends of each cell; a change of one cell by one has to be carried by others round to where
    it began. Totals count the other way, so that every row and every column adds up to nought.
    """
    return any(_carried(table, hide, cell, step) for step in (1, -1))


def _carried(table: Table, hide: set[Cell], cell: Cell, step: int) -> bool:
    if not _may_move(table, cell, step):
        return False
    seen, waiting = {("column", cell[1])}, [("column", cell[1], -step)]
    while waiting:
        kind, number, wanted = waiting.pop()
        for other in hide - {cell}:
            if other[kind == "column"] != number or not _may_move(table, other, wanted):
                continue
            end = ("row", other[0]) if kind == "column" else ("column", other[1])
            if end == ("row", cell[0]):
                return True
            if end not in seen:
                seen.add(end)
                waiting.append((*end, -wanted))
    return False


def _may_move(table: Table, cell: Cell, step: int) -> bool:
    """Whether this cell can move by `step` in the sum of its line: no count goes below nought."""
    up = step * _sign(table, cell) > 0
    return up or _at(table, cell) > 0


def _sign(table: Table, cell: Cell) -> int:
    """Totals are taken away from what they are the sum of."""
    return (-1 if cell[0] == len(table) - 1 else 1) * (-1 if cell[1] == len(table[0]) - 1 else 1)


def _companion(table: Table, hide: set[Cell], weak: Cell) -> Cell:
    """The count to hide besides: the smallest beside it; a total or a nought only for want of others."""
    last_row, last_column = len(table) - 1, len(table[0]) - 1
    near = [cell for cell in _cells(table) if cell not in hide and (cell[0] == weak[0] or cell[1] == weak[1])]
    anywhere = near or [cell for cell in _cells(table) if cell not in hide]

    def cost(cell: Cell) -> tuple[bool, bool, int, Cell]:
        total = cell[0] == last_row or cell[1] == last_column
        return _at(table, cell) == 0, total, _at(table, cell), cell

    return min(anywhere, key=cost)
