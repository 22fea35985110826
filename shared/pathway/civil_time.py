"""Civil time in Europe/London: days, months and working days between clinical events (clinical.md 1).

Instants come in aware and go out in UTC; a day count is always a difference of London dates, day 0 the event.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.policy.bank_holidays import BANK_HOLIDAYS

LONDON = ZoneInfo("Europe/London")

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS = 12


def _local(at: datetime) -> datetime:
    if not isinstance(at, datetime):
        raise TypeError("an instant is needed here, not a date")
    if at.utcoffset() is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(LONDON)


def _day(day: date) -> date:
    # A datetime is a date to Python; its own date may not be the one in London.
    if isinstance(day, datetime):
        raise TypeError("a civil date is needed here, not an instant")
    return day


def _instant(wall: datetime) -> datetime:
    # fold=0: of a time that comes twice the first; a time that is skipped counts as the hour after it.
    return wall.replace(tzinfo=LONDON, fold=0).astimezone(UTC)


def civil(at: datetime) -> date:
    """The date in London at this instant. Refuses a naive datetime (ValueError) and a date (TypeError)."""
    return _local(at).date()


def day_number(anchor: datetime | date, at: datetime | date) -> int:
    """How many London dates after `anchor` is `at`: 0 on the day of the event, negative before it."""
    return (_civil_of(at) - _civil_of(anchor)).days


def _civil_of(moment: datetime | date) -> date:
    return civil(moment) if isinstance(moment, datetime) else moment


def start_of(day: date) -> datetime:
    """The instant (UTC) at which the day begins in London."""
    return _instant(datetime.combine(_day(day), time.min))


def at_time(day: date, clock: str) -> datetime:
    """The instant (UTC) of a London wall-clock time such as "17:00" on that day.

    A skipped time (spring) counts as the hour after it, a repeated one (autumn) as its first occurrence.
    """
    return _instant(datetime.combine(_day(day), time.fromisoformat(clock)))


def add_days(at: datetime, days: int) -> datetime:
    """The same London wall-clock time `days` civil days later (UTC), not a multiple of 24 hours.

    Skipped and repeated times as in `at_time`; adding 0 days changes nothing.
    """
    local = _local(at)
    if days == 0:
        return at.astimezone(UTC)
    return _instant(local.replace(tzinfo=None) + timedelta(days=days))


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later, or the last day of a shorter month (IPG651 2.6)."""
    years, month = divmod(_day(day).month - 1 + months, _MONTHS)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def is_working_day(day: date, nation: str) -> bool:
    """Neither weekend nor bank holiday in that nation; beyond `covered_until` only weekends are known."""
    return _day(day).weekday() < _SATURDAY and day not in BANK_HOLIDAYS.of(nation)


def roll_back(day: date, nation: str) -> date:
    """The day itself if it is a working day, else the last working day before it; never a later day."""
    while not is_working_day(day, nation):
        day -= _ONE_DAY
    return day


def add_working_days(day: date, n: int, nation: str) -> date:
    """The `n`-th working day after `day`, which itself does not count; `n` below 0 is refused (ValueError).

    0 gives the day back as it is, working day or not.
    """
    if n < 0:
        raise ValueError("working days are only counted forwards")
    while n > 0:
        day += _ONE_DAY
        n -= is_working_day(day, nation)
    return day


def covered_until() -> date:
    """The last day whose bank holidays are known; someone has to renew the file before it comes."""
    return BANK_HOLIDAYS.covered_until
