"""Dates, times and numbers as people read them in a ward: London time, months in words, no guessing."""

from datetime import date, datetime

from shared.pathway.civil_time import LONDON

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
IN_GROUPS = 10


def day_words(day: date) -> str:
    """Such as "9 March 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time_words(at: datetime) -> str:
    """Such as "09:30", London time."""
    return f"{at.astimezone(LONDON):%H:%M}"


def instant_words(at: datetime) -> str:
    """Such as "9 March 2026, 09:30", London time."""
    return f"{day_words(at.astimezone(LONDON).date())}, {time_words(at)}"


def machine(at: datetime) -> str:
    """The same instant for machines (the `datetime` attribute), to the minute, with London's offset."""
    return at.astimezone(LONDON).isoformat(timespec="minutes")


def born_words(born: date) -> str:
    """Such as "20-Nov-1979": the form of the NHS patient banner, in which day and month cannot be confused."""
    return f"{born.day:02}-{MONTHS[born.month - 1][:3]}-{born.year}"


def years_between(born: date, today: date) -> int:
    """Completed years of age."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def grouped(number: str) -> str:
    """Such as "999 651 0018": ten digits in groups of 3, 3 and 4; anything else as it is."""
    if len(number) != IN_GROUPS or not number.isdecimal():
        return number
    return f"{number[:3]} {number[3:6]} {number[6:]}"
