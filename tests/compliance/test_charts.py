"""Limits of control charts, against numbers worked out on paper."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from shared.compliance.charts import FEWEST, p_chart, t_chart, xmr_chart

DAY = date(2026, 1, 1)


def test_too_few_points_have_no_limits() -> None:
    chart = xmr_chart([(str(n), float(n)) for n in range(FEWEST - 1)])
    assert chart.centre is None
    assert {(point.low, point.high, point.beyond) for point in chart.points} == {(None, None, False)}


def test_limits_of_single_values_are_266_mean_moving_ranges_away() -> None:
    chart = xmr_chart([(str(n), 10.0 + n % 2) for n in range(12)])  # mean 10.5, every moving range 1
    assert chart.centre == pytest.approx(10.5)
    assert chart.points[0].low == pytest.approx(10.5 - 2.66)
    assert chart.points[0].high == pytest.approx(10.5 + 2.66)


def test_a_value_far_from_the_others_is_beyond_the_limits() -> None:
    chart = xmr_chart([(str(n), 10.0 + n % 2) for n in range(30)] + [("far", 40.0)])
    assert [point.label for point in chart.points if point.beyond] == ["far"]


def test_limits_of_a_share_are_three_standard_errors_and_tighter_for_more_cases() -> None:
    chart = p_chart([(str(n), 50, 100) for n in range(11)] + [("many", 5000, 10_000), ("none", 0, 0)])
    assert chart.centre == pytest.approx(0.5)
    assert chart.points[0].low == pytest.approx(0.5 - 3 * 0.05)
    assert chart.points[-1].high == pytest.approx(0.5 + 3 * 0.005)
    assert [point.label for point in chart.points][-1] == "many"  # a month without a case has no share


def test_limits_of_a_share_stay_between_nought_and_one() -> None:
    chart = p_chart([(str(n), n % 2, 2) for n in range(12)])
    assert chart.points[0].low == 0
    assert all((point.high or 0) <= 1 for point in chart.points)


def test_equal_gaps_between_events_have_their_length_as_centre_and_limits() -> None:
    chart = t_chart([DAY + timedelta(days=10 * n) for n in range(14)])
    assert chart.centre == pytest.approx(10)
    assert chart.points[0].low == pytest.approx(10)
    assert len(chart.points) == 13


def test_events_that_come_much_faster_are_below_the_lower_limit() -> None:
    days = [DAY + timedelta(days=30 * n + (n % 3)) for n in range(30)]
    chart = t_chart([*days, days[-1] + timedelta(days=0)])
    assert chart.points[-1].beyond
    assert chart.points[-1].value < (chart.points[-1].low or 0)


def test_limits_of_gaps_are_those_of_their_power() -> None:
    gaps = [5, 12, 7, 30, 9, 14, 3, 21, 8, 11, 16, 6, 10]
    days = [DAY]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    turned = [gap ** (1 / 3.6) for gap in gaps]
    moved = [abs(b - a) for a, b in pairwise(turned)]
    centre, reach = sum(turned) / len(turned), 2.66 * sum(moved) / len(moved)
    chart = t_chart(days)
    assert chart.points[0].high == pytest.approx((centre + reach) ** 3.6)
    assert chart.points[0].low == pytest.approx(max(0.0, centre - reach) ** 3.6)
