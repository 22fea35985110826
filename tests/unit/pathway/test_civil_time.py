"""Days, months and working days in Europe/London, over clock changes, leap days and bank holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pathway.civil_time import (
    LONDON,
    add_days,
    add_months,
    add_working_days,
    at_time,
    civil,
    covered_until,
    day_number,
    is_working_day,
    roll_back,
    start_of,
)

NATIONS = ["england", "wales", "scotland", "northern_ireland"]
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds


def london(*parts: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=LONDON, fold=fold).astimezone(UTC)


def utc(*parts: int) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_late_evening_in_summer_utc_is_the_next_day_in_london() -> None:
    assert civil(utc(2026, 7, 1, 23, 30)) == date(2026, 7, 2)


def test_late_evening_in_winter_utc_is_the_same_day_in_london() -> None:
    assert civil(utc(2026, 1, 1, 23, 30)) == date(2026, 1, 1)


def test_a_naive_datetime_is_refused() -> None:
    naive = datetime(2026, 3, 2, 10, 15)  # noqa: DTZ001 -- refused is the point
    for count in (civil, lambda at: add_days(at, 1), lambda at: day_number(at, date(2026, 3, 3))):
        with pytest.raises(ValueError, match="time zone"):
            count(naive)


def test_an_instant_is_refused_where_a_civil_date_is_needed() -> None:
    at = utc(2026, 7, 1, 23, 30)
    with pytest.raises(TypeError):
        start_of(at)
    with pytest.raises(TypeError):
        add_months(at, 3)
    with pytest.raises(TypeError):
        is_working_day(at, "england")


def test_the_day_of_the_event_is_day_0() -> None:
    assert day_number(london(2026, 3, 2, 10, 15), london(2026, 3, 2, 23, 59)) == 0


def test_presentation_on_2_march_makes_9_march_day_7() -> None:
    assert day_number(london(2026, 3, 2, 10, 15), london(2026, 3, 9, 9, 30)) == 7


def test_day_numbers_count_dates_and_not_24_hours_when_the_clock_changes() -> None:
    assert day_number(london(2026, 3, 28, 23, 50), london(2026, 3, 29, 0, 10)) == 1
    assert day_number(date(2026, 10, 24), london(2026, 10, 26, 0, 0)) == 2


def test_the_summer_day_begins_at_23_utc_the_evening_before() -> None:
    assert start_of(date(2026, 3, 30)) == utc(2026, 3, 29, 23, 0)
    assert start_of(date(2026, 3, 29)) == utc(2026, 3, 29, 0, 0)


def test_the_day_the_clock_goes_forward_has_23_hours_and_back_25() -> None:
    assert start_of(date(2026, 3, 30)) - start_of(date(2026, 3, 29)) == timedelta(hours=23)
    assert start_of(date(2026, 10, 26)) - start_of(date(2026, 10, 25)) == timedelta(hours=25)


def test_five_o_clock_is_london_time() -> None:
    assert at_time(date(2026, 5, 5), "17:00") == utc(2026, 5, 5, 16, 0)
    assert at_time(date(2026, 12, 5), "17:00") == utc(2026, 12, 5, 17, 0)


def test_days_later_is_the_same_time_on_the_clock_although_it_changed() -> None:
    assert add_days(london(2026, 3, 28, 9, 30), 1) == london(2026, 3, 29, 9, 30)
    assert add_days(london(2026, 10, 24, 9, 30), 1) - london(2026, 10, 24, 9, 30) == timedelta(hours=25)


def test_a_time_the_clock_skips_moves_forward() -> None:
    assert add_days(london(2026, 3, 28, 1, 30), 1) == london(2026, 3, 29, 2, 30)
    assert at_time(date(2026, 3, 29), "01:30") == utc(2026, 3, 29, 1, 30)


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    assert add_days(london(2026, 10, 24, 1, 30), 1) == utc(2026, 10, 25, 0, 30)
    assert at_time(date(2026, 10, 25), "01:30") == utc(2026, 10, 25, 0, 30)


def test_no_days_later_is_the_same_instant_even_when_the_time_comes_twice() -> None:
    second = utc(2026, 10, 25, 1, 30)
    assert add_days(second, 0) == second


@given(instants, st.integers(-800, 800))
def test_days_later_is_always_that_many_days_later_in_london(at: datetime, n: int) -> None:
    later = add_days(at, n)
    assert day_number(at, later) == n
    assert later.tzinfo is UTC


@given(instants, st.integers(0, 400))
def test_another_day_later_is_later(at: datetime, n: int) -> None:
    assert add_days(at, n) < add_days(at, n + 1)


@given(days)
def test_a_day_begins_on_itself_and_not_a_moment_earlier(day: date) -> None:
    assert civil(start_of(day)) == day
    assert civil(start_of(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 3, 9), 3, date(2026, 6, 9)),
        (date(2026, 5, 31), 3, date(2026, 8, 31)),
        (date(2026, 5, 2), 3, date(2026, 8, 2)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 9), 24, date(2028, 3, 9)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
    ],
)
def test_months_are_calendar_months_clamped_to_the_end(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(days, st.integers(0, 60))
def test_months_later_keeps_the_day_or_takes_the_last_one(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_easter_monday_2026_rolls_back_over_good_friday_to_thursday() -> None:
    assert roll_back(date(2026, 4, 6), "england") == date(2026, 4, 2)


def test_easter_monday_is_a_working_day_in_scotland() -> None:
    assert roll_back(date(2026, 4, 6), "scotland") == date(2026, 4, 6)


def test_the_retrospective_mdt_after_the_early_may_weekend_is_on_tuesday() -> None:
    assert add_working_days(date(2026, 5, 2), 1, "england") == date(2026, 5, 5)


def test_two_working_days_after_thursday_is_monday() -> None:
    assert add_working_days(date(2026, 3, 5), 2, "england") == date(2026, 3, 9)


def test_the_last_monday_of_august_is_free_in_england_and_not_in_scotland() -> None:
    assert not is_working_day(date(2026, 8, 31), "england")
    assert is_working_day(date(2026, 8, 31), "scotland")


def test_st_andrews_day_is_scottish_and_the_twelfth_northern_irish() -> None:
    assert [nation for nation in NATIONS if not is_working_day(date(2026, 11, 30), nation)] == ["scotland"]
    assert [nation for nation in NATIONS if not is_working_day(date(2027, 7, 12), nation)] == ["northern_ireland"]


def test_no_working_days_later_is_the_day_itself() -> None:
    assert add_working_days(date(2026, 4, 4), 0, "england") == date(2026, 4, 4)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 4, 4), -1, "england")


def test_an_unknown_nation_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="must be one of") as refused:
        is_working_day(date(2026, 4, 7), "atlantis")
    assert "atlantis" not in str(refused.value)


def test_beyond_the_known_bank_holidays_only_weekends_are_free() -> None:
    assert covered_until() == date(2028, 12, 31)
    assert is_working_day(date(2029, 12, 25), "england")
    assert not is_working_day(date(2029, 12, 23), "england")


@given(days, st.sampled_from(NATIONS))
def test_rolling_back_ends_on_a_working_day_and_never_later(day: date, nation: str) -> None:
    rolled = roll_back(day, nation)
    assert rolled <= day
    assert is_working_day(rolled, nation)
    assert roll_back(rolled, nation) == rolled


@given(days, st.integers(1, 30), st.sampled_from(NATIONS))
def test_the_nth_working_day_has_n_working_days_up_to_it(day: date, n: int, nation: str) -> None:
    later = add_working_days(day, n, nation)
    between = (day + timedelta(days=i) for i in range(1, (later - day).days + 1))
    assert sum(is_working_day(each, nation) for each in between) == n
    assert is_working_day(later, nation)


def test_the_dates_of_scenario_a1_follow() -> None:
    presentation, procedure = date(2026, 3, 2), london(2026, 3, 9, 9, 30)
    assert presentation + timedelta(days=14) == date(2026, 3, 16)
    assert civil(add_days(procedure, 14)) == date(2026, 3, 23)
    least = add_months(civil(procedure), 3)
    assert (least - timedelta(days=21), least - timedelta(days=7)) == (date(2026, 5, 19), date(2026, 6, 2))
    assert roll_back(civil(add_days(procedure, 28)), "england") == date(2026, 4, 2)
    visits = [add_months(civil(procedure), months) for months in (6, 12, 24)]
    assert visits == [date(2026, 9, 9), date(2027, 3, 9), date(2028, 3, 9)]


def test_the_dates_of_scenario_a5_follow() -> None:
    least = add_months(date(2026, 5, 31), 3)
    assert least == date(2026, 8, 31)
    assert (least - timedelta(days=21), least - timedelta(days=7)) == (date(2026, 8, 10), date(2026, 8, 24))
    assert date(2026, 8, 28) - timedelta(days=14) == date(2026, 8, 14)
