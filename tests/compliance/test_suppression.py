"""Small numbers: no hidden count can be got from what is shown, checked by trying every table."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.compliance.suppression import Shown, hidden, hidden_line, with_totals

BELOW = 5


def tables(rows: int, columns: int, most: int) -> st.SearchStrategy[list[list[int]]]:
    line = st.lists(st.integers(0, most), min_size=columns, max_size=columns)
    return st.lists(line, min_size=rows, max_size=rows)


def possible(shown: Shown, counts: list[list[int]]) -> list[list[tuple[int, ...]]]:
    """Every table of counts, no further than two from the true one, that fits all that is shown."""
    rows, columns = len(counts), len(counts[0])
    free = [(r, c) for r in range(rows) for c in range(columns) if shown[r][c] is None]
    found = []
    for moves in product((-2, -1, 0, 1, 2), repeat=len(free)):
        other = [list(row) for row in counts]
        for (row, column), move in zip(free, moves, strict=True):
            other[row][column] += move
        if min(min(row) for row in other) >= 0 and fits(other, shown):
            found.append([tuple(row) for row in with_totals(other)])
    return found


def fits(counts: list[list[int]], shown: Shown) -> bool:
    whole = with_totals(counts)
    return all(
        seen is None or seen == count
        for line, row in zip(shown, whole, strict=True)
        for seen, count in zip(line, row, strict=True)
    )


@settings(max_examples=25)
@given(tables(2, 2, 9) | tables(3, 2, 7) | tables(2, 3, 7) | tables(1, 4, 9))
def test_every_hidden_count_could_be_another_one(counts: list[list[int]]) -> None:
    shown = hidden(with_totals(counts), BELOW)
    others = possible(shown, counts)
    for row, line in enumerate(shown):
        for column, seen in enumerate(line):
            if seen is None:
                assert len({other[row][column] for other in others}) > 1, (counts, shown, row, column)


@given(tables(3, 4, 60))
def test_no_small_count_is_shown_and_what_is_shown_is_true(counts: list[list[int]]) -> None:
    whole = with_totals(counts)
    for line, row in zip(hidden(whole, BELOW), whole, strict=True):
        for seen, count in zip(line, row, strict=True):
            assert seen is None or seen == count
            assert seen is None or not 0 < seen < BELOW


def test_a_single_small_count_takes_another_one_with_it() -> None:
    assert hidden_line([3, 20, 40], BELOW) == (None, None, 40, 63)


def test_nothing_small_hides_nothing() -> None:
    assert hidden_line([0, 20, 40], BELOW) == (0, 20, 40, 60)


def test_a_group_of_three_people_is_hidden_with_its_sum() -> None:
    assert hidden_line([3, 0], BELOW) == (None, 0, None)


def test_a_table_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="add up"):
        hidden(((1, 2), (1, 2)), BELOW)


def test_the_check_finds_a_count_that_subtraction_gives_away() -> None:
    counts = [[3, 20]]
    given_away: Shown = ((None, 20, 23), (None, 20, 23))
    assert {other[0][0] for other in possible(given_away, counts)} == {3}
