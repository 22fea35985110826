"""How values are read off the page."""

from datetime import UTC, date, datetime

import pytest

from deploy.scenarios.written import StoryRefused, read


def value_of(text: str) -> object:
    return read(f"key: {text}").parts["key"].value


def test_a_time_without_a_zone_is_londons_summer_time_in_summer() -> None:
    assert value_of("2026-06-01T11:00") == datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def test_a_time_without_a_zone_is_greenwich_time_in_winter() -> None:
    assert value_of("2026-03-02T10:15") == datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


def test_a_time_with_a_zone_keeps_it() -> None:
    assert value_of("2026-06-01T11:00:00Z") == datetime(2026, 6, 1, 11, 0, tzinfo=UTC)


def test_a_date_stays_a_date() -> None:
    assert value_of("2026-03-02") == date(2026, 3, 2)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off"])
def test_words_that_older_yaml_takes_for_truth_values_stay_words(word: str) -> None:
    assert value_of(word) == word


@pytest.mark.parametrize("text", ["10:15", "0123", "1_000", "0x1F", "٣", ".inf"])
def test_what_only_looks_like_a_number_stays_text(text: str) -> None:
    assert value_of(text) == text


def test_a_quoted_date_stays_text() -> None:
    assert value_of('"2026-03-02"') == "2026-03-02"


def test_in_a_record_instants_are_written_in_utc_and_dates_as_dates() -> None:
    page = read("{at: 2026-06-01T11:00, on: 2026-06-01, list: [true, 4.5, null]}")
    assert page.plain() == {"at": "2026-06-01T10:00:00Z", "on": "2026-06-01", "list": [True, 4.5, None]}


def test_an_empty_page_is_refused() -> None:
    with pytest.raises(StoryRefused) as refused:
        read("# nothing but a remark\n")
    assert refused.value.problems == ((1, "nothing is written here"),)


def test_a_page_that_contains_itself_is_refused() -> None:
    with pytest.raises(StoryRefused, match="nested too deep"):
        read("key: &all [*all]")
