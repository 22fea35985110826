"""Bank holidays of the four nations, read once from the versioned file beside this module (clinical.md 1)."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("bank_holidays.json")

# England and Wales share one calendar.
_CALENDARS = {
    "england": "england-and-wales",
    "wales": "england-and-wales",
    "scotland": "scotland",
    "northern_ireland": "northern-ireland",
}


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """The days off of each nation. Outside the covered years only weekends are known to be free."""

    version: str
    source: str
    covered_from: date
    covered_until: date
    by_nation: dict[str, frozenset[date]]

    def of(self, nation: str) -> frozenset[date]:
        """The days off in `nation`: england, wales, scotland or northern_ireland, else ValueError."""
        days = self.by_nation.get(nation)
        if days is None:
            raise ValueError(f"nation must be one of {', '.join(self.by_nation)}")
        return days


def load(path: Path = FILE) -> BankHolidays:
    """The calendar kept in `path`. Refuses (ValueError) a covered year in which a nation has no day off."""
    written = json.loads(path.read_text(encoding="utf-8"))
    calendars = {
        name: frozenset(date.fromisoformat(day) for day in days) for name, days in written["calendars"].items()
    }
    holidays = BankHolidays(
        version=written["version"],
        source=written["source"],
        covered_from=date.fromisoformat(written["covered_from"]),
        covered_until=date.fromisoformat(written["covered_until"]),
        by_nation={nation: calendars[calendar] for nation, calendar in _CALENDARS.items()},
    )
    for nation, days in holidays.by_nation.items():
        _refuse_gaps(holidays, nation, {day.year for day in days})
    return holidays


def _refuse_gaps(holidays: BankHolidays, nation: str, years: set[int]) -> None:
    covered = set(range(holidays.covered_from.year, holidays.covered_until.year + 1))
    if years != covered:
        raise ValueError(f"bank holidays of {nation} do not match the years the file says it covers")


BANK_HOLIDAYS = load()
