"""What the bench tells of its measurements: percentiles, medians over rounds, ratios, targets met or missed."""

import dataclasses
from typing import Any

import pytest

from tests.bench import table
from tests.bench.figures import at, medians, percentile, ratio, spread_ms
from tests.bench.targets import TARGETS, Target, Verdict

HUNDRED = [float(each) for each in range(1, 101)]


@pytest.mark.parametrize(("percent", "value"), [(50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0), (0, 1.0)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(percent: float, value: float) -> None:
    assert percentile(HUNDRED[::-1], percent) == value


def test_a_percentile_of_few_values_is_one_of_them() -> None:
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 50)


def test_a_spread_is_told_in_milliseconds_with_its_size() -> None:
    assert spread_ms([0.001, 0.002, 0.003]) == {"p50_ms": 2.0, "p95_ms": 3.0, "p99_ms": 3.0, "measured": 3}
    assert spread_ms([]) == {}


def test_one_slow_round_does_not_move_a_median() -> None:
    rounds = [{"click": {"p50_ms": value}, "way": "forms"} for value in (10.0, 900.0, 11.0)]
    assert medians(rounds) == {"click": {"p50_ms": 11.0}, "way": "forms"}


def test_counts_of_rounds_are_added_up() -> None:
    assert medians([{"measured": 5, "sent_again": 1}, {"measured": 7, "sent_again": 0}]) == {
        "measured": 12,
        "sent_again": 1,
    }


def test_a_figure_that_a_round_lacks_is_the_median_of_the_others() -> None:
    assert medians([{"p50_ms": 1.0}, {}, {"p50_ms": 3.0}]) == {"p50_ms": 2.0}


def test_a_ratio_needs_both_figures() -> None:
    assert ratio(6.0, 12.0) == 0.5
    assert ratio(None, 12.0) is ratio(6.0, None) is ratio(6.0, 0.0) is None


def test_a_figure_is_found_by_its_path_or_not_at_all() -> None:
    found = {"a": {"b": {"c": 3}}, "said": "words", "yes": True}
    assert at(found, "a.b.c") == 3.0
    assert [at(found, path) for path in ("a.b", "a.x.c", "a.b.c.d", "said", "yes")] == [None] * 5


@pytest.mark.parametrize(
    ("changes", "measured", "verdict"),
    [
        ({}, 12.0, Verdict.MET),
        ({}, 12.1, Verdict.MISSED),
        ({}, None, Verdict.NOT_MEASURED),
        ({"least": True}, 12.0, Verdict.MET),
        ({"least": True}, 11.9, Verdict.MISSED),
        ({"beside": "theirs"}, 24.0, Verdict.MET),
        ({"beside": "theirs"}, 24.2, Verdict.MISSED),
        ({"beside": "nobody"}, 24.0, Verdict.NOT_MEASURED),
        ({"enough": ("open", 10)}, 12.0, Verdict.MET),
        ({"enough": ("open", 11)}, 12.0, Verdict.NOT_MEASURED),
    ],
)
def test_a_target_is_met_missed_or_was_not_measured(
    changes: dict[str, Any], measured: float | None, verdict: Verdict
) -> None:
    target = dataclasses.replace(Target("a click", "ours", 12), **changes)
    assert target.verdict({"ours": measured, "theirs": 2.0, "open": 10}) is verdict


def test_no_target_counts_as_met_where_nothing_was_measured() -> None:
    assert {each.verdict({}) for each in TARGETS} == {Verdict.NOT_MEASURED}


def test_every_target_stands_in_the_table_with_its_figures_and_verdict() -> None:
    one = {side: {"seven": {"p50_ms": value}} for side, value in (("forms", 30.0), ("bare_temporal", 20.0))}
    lines = list(table.targets({"compared": {"at_1": one}}))
    assert len(lines) == len(TARGETS) + 2
    (told,) = (line for line in lines if "form beside `bare_temporal`" in line)
    assert told.endswith("| at most 0.5 x | 1.50 x (30 : 20) | MISSED |")


def test_no_two_targets_say_the_same() -> None:
    assert len({each.what for each in TARGETS}) == len(TARGETS)


def test_a_run_that_broke_off_or_was_tiny_says_so_before_any_figure() -> None:
    told = table.document({"machine": {"processors": 2}, "quick": True, "complete": False}).splitlines()[0]
    assert told.startswith("processors 2 (QUICK")
    assert told.endswith("(BROKEN OFF: what follows is a part)")
    assert table.machine({"machine": {"processors": 2}, "quick": False, "complete": True}) == "processors 2"
