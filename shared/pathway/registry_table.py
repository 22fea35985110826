"""A table that leaves the house: its columns, each explained once, as CSV and as a codebook of the same columns.

What a spreadsheet would take for a formula is made text. UTF-8, one header line, ISO dates, empty for not known.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
Cell: TypeAlias = str | int | float | bool | None

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
CODEBOOK = ("column", "meaning", "unit", "codes", "source")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: what it means, its unit ("" for none), its codes (none: free of codes), and where it comes from."""

    name: str
    meaning: str
    source: str
    read: Callable[[T], Cell]
    unit: str = ""
    codes: tuple[str, ...] = ()


def neutral(cell: Cell) -> str:
    """The cell as text. What a spreadsheet would run begins with an apostrophe instead."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def written(columns: Sequence[Column[T]], rows: Iterable[T]) -> str:
    """The rows as CSV, in the order of the columns."""
    return _lines([each.name for each in columns], ([neutral(each.read(row)) for each in columns] for row in rows))


def codebook(columns: Sequence[Column[T]]) -> str:
    """The columns themselves as CSV."""
    told = ([each.name, each.meaning, each.unit, "; ".join(each.codes), each.source] for each in columns)
    return _lines(CODEBOOK, ([neutral(cell) for cell in row] for row in told))


def _lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(header)
    sheet.writerows(rows)
    return text.getvalue()
