"""The versioned calendar of bank holidays."""

import json
from datetime import date
from pathlib import Path

import pytest

from shared.policy.bank_holidays import BANK_HOLIDAYS, FILE, load


def test_the_calendar_names_its_version_and_source() -> None:
    assert BANK_HOLIDAYS.version
    assert "gov.uk" in BANK_HOLIDAYS.source


def test_a_year_without_any_bank_holiday_is_refused(tmp_path: Path) -> None:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    scotland = written["calendars"]["scotland"]
    written["calendars"]["scotland"] = {day: name for day, name in scotland.items() if day < "2028"}
    path = tmp_path / "bank_holidays.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(ValueError, match="scotland"):
        load(path)


def test_england_and_wales_share_one_calendar() -> None:
    assert BANK_HOLIDAYS.of("england") == BANK_HOLIDAYS.of("wales")
    assert date(2026, 4, 6) in BANK_HOLIDAYS.of("wales")


def test_the_one_off_holiday_of_june_2026_is_scottish_only() -> None:
    free = [
        nation
        for nation in ("england", "scotland", "northern_ireland")
        if date(2026, 6, 15) in BANK_HOLIDAYS.of(nation)
    ]
    assert free == ["scotland"]
