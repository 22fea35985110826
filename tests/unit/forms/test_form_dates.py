"""Days and times as they are typed: in London, in ordinary digits, and real."""

from datetime import UTC, datetime

import pytest

from shared.pathway.closure import HandoffAccepted
from shared.pathway.referral import Referral
from shared.web.forms.raw import RawForm
from shared.web.forms.reading import Read, read, read_raw
from shared.web.forms.writing import to_raw

PARTS = ("day", "month", "year", "hour", "minute")


def contact(*typed: str) -> Read[HandoffAccepted]:
    return read(HandoffAccepted, [(f"first_contact_at.{part}", text) for part, text in zip(PARTS, typed, strict=False)])


def reason(*typed: str) -> str:
    (found,) = contact(*typed).errors
    assert found.field == "first_contact_at"
    return found.reason


def at(*typed: str) -> datetime:
    model = contact(*typed).model
    assert model is not None
    return model.first_contact_at


def test_a_summer_time_is_read_as_london_time() -> None:
    assert at("9", "07", "2026", "9", "05") == datetime(2026, 7, 9, 8, 5, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert at("25", "10", "2026", "1", "30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_leave_out_is_refused() -> None:
    assert reason("29", "3", "2026", "1", "30").endswith("the clocks go forward in this hour")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("9", "", "2026", "9", "30"), "must include a month"),
        (("9", "", "", "9", "30"), "must include a month and a year"),
        (("9", "3", "2026", "", ""), "must include a time"),
        (("9", "3", "2026", "9", ""), "must include minutes"),
        (("31", "2", "2026", "9", "30"), "must be a real date"),
        (("9", "March", "2026", "9", "30"), "must be a real date"),
        (("\u0669", "3", "2026", "9", "30"), "must be a real date"),
        (("9", "3", "26", "9", "30"), "must have a year of 4 digits"),
        (("9", "3", "1826", "9", "30"), "must have a year from 1900 to 2100"),
        (("9", "3", "2026", "24", "00"), "must be a real time, from 00 00 to 23 59"),
        (("9", "3", "2026", "-1", "00"), "must be a real time, from 00 00 to 23 59"),
    ],
)
def test_what_is_wrong_with_a_date_is_said_exactly(typed: tuple[str, ...], said: str) -> None:
    assert reason(*typed) == f"The date and time you will see the patient {said}"


def test_a_date_left_empty_is_asked_for() -> None:
    assert reason(" ", "", "") == "Enter the date and time you will see the patient"


def test_a_date_that_may_be_left_out_may_not_be_wrong() -> None:
    found = read(Referral, [("symptom_onset_date.day", "1")])
    assert "The date symptoms started must include a month and a year" in [each.reason for each in found.errors]


def test_seconds_survive_as_long_as_the_minute_is_not_changed() -> None:
    record = HandoffAccepted(first_contact_at=datetime(2026, 3, 9, 9, 30, 17, tzinfo=UTC))
    raw = to_raw(record)
    assert read_raw(HandoffAccepted, raw).model == record
    changed = read_raw(HandoffAccepted, RawForm({**raw.texts, "first_contact_at.minute": ("31",)})).model
    assert changed == HandoffAccepted(first_contact_at=datetime(2026, 3, 9, 9, 31, tzinfo=UTC))


@pytest.mark.parametrize("forged", ["", "x", "2026-13-45T99:99:99+00:00", "0001-01-01T00:00:00+00:00"])
def test_a_forged_exact_instant_changes_nothing(forged: str) -> None:
    raw = to_raw(HandoffAccepted(first_contact_at=datetime(2026, 3, 9, 9, 30, tzinfo=UTC)))
    found = read_raw(HandoffAccepted, RawForm({**raw.texts, "first_contact_at.exact": (forged,)})).model
    assert found == HandoffAccepted(first_contact_at=datetime(2026, 3, 9, 9, 30, tzinfo=UTC))
