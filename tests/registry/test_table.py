"""The registry dataset as a table: everything of it has a column, every column is explained, no cell is a formula."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from shared.pathway.registry_columns import COLUMNS, Line
from shared.pathway.registry_dataset import DATASET, dataset
from shared.pathway.registry_entry import dataset_version, procedures
from shared.pathway.registry_table import CODEBOOK, FORMULA, Column, codebook, neutral, written
from tests.patients import Case, discharged, ended, seen_at_clinic

CASES: dict[str, Case] = {"ended": ended(), "discharged": discharged(), "seen": seen_at_clinic()}


def lines(case: Case) -> list[Line]:
    moment = case.moment
    return [
        Line(name, dataset_version(moment, name), "RXX", dataset(moment, name)) for name, _entry in procedures(moment)
    ]


def leaves(found: Mapping[str, Any]) -> Iterator[str]:
    """Every value of the dataset that is no list and no group, as text."""
    for each in found.values():
        if isinstance(each, Mapping):
            yield from leaves(each)
        elif isinstance(each, list | tuple):
            yield from (str(part) for part in each if not isinstance(part, Mapping))
        elif each is not None and not isinstance(each, bool):
            yield str(each)


@pytest.mark.parametrize("name", CASES)
def test_everything_the_dataset_says_stands_in_some_cell(name: str) -> None:
    (line,) = lines(CASES[name])
    (row,) = csv.DictReader(io.StringIO(written(COLUMNS, [line])))
    cells = {part for cell in row.values() for part in (cell, *cell.split("; "))}
    assert set(leaves(line.dataset)) - cells == set()


@pytest.mark.parametrize("name", CASES)
def test_every_coded_cell_is_one_of_its_codes(name: str) -> None:
    (line,) = lines(CASES[name])
    (row,) = csv.DictReader(io.StringIO(written(COLUMNS, [line])))
    for column in COLUMNS:
        told = {part for part in row[column.name].split("; ") if part}
        assert not column.codes or told <= set(column.codes), column.name


def test_the_codebook_explains_each_column_once_and_names_where_it_comes_from() -> None:
    told = list(csv.DictReader(io.StringIO(codebook(COLUMNS))))
    assert list(told[0]) == list(CODEBOOK)
    assert [each["column"] for each in told] == [each.name for each in COLUMNS]
    assert len({each.name for each in COLUMNS}) == len(COLUMNS)
    assert all(each["meaning"] and each["source"] for each in told)


def test_the_edition_of_the_dataset_stands_in_every_row() -> None:
    (line,) = lines(ended())
    assert (
        dict(zip((each.name for each in COLUMNS), (each.read(line) for each in COLUMNS), strict=True))["dataset"]
        == DATASET
    )


@pytest.mark.parametrize("first", FORMULA)
def test_what_a_spreadsheet_would_run_is_made_text(first: str) -> None:
    text = f"{first}cmd|' /C calc'!A0"
    rows = list(
        csv.reader(
            io.StringIO(
                written(
                    [Column("a", "b", "c", lambda row: row)],
                    [text],
                )
            )
        )
    )
    assert neutral(text) == f"'{text}"
    assert rows[1] == [f"'{text}"]


def test_not_known_is_empty_and_yes_is_a_word() -> None:
    assert [neutral(cell) for cell in (None, True, False, 0, "x")] == ["", "yes", "no", "0", "x"]
