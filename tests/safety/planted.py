"""The safety file as it is kept, changed in one place, and runs made up for it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.safety.hazards import SafetyFile
from shared.safety.last_run import LastRun, Outcome
from shared.safety.reading import load

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def changed(hazard_id: str, **changes: Any) -> SafetyFile:
    """The file with one hazard changed. Refused like any other file."""
    written = load().model_dump(mode="json")
    next(each for each in written["hazards"] if each["id"] == hazard_id).update(changes)
    return SafetyFile.model_validate(written)


def outcome(*, passed: bool = True) -> Outcome:
    return Outcome(passed=passed, cases=1, at=AT)


def all_passed(safety: SafetyFile) -> LastRun:
    return LastRun(outcomes=dict.fromkeys(safety.links, outcome()))


def without(run: LastRun, *names: str) -> LastRun:
    return LastRun(outcomes={name: each for name, each in run.outcomes.items() if name not in names})


def with_failed(run: LastRun, name: str) -> LastRun:
    return LastRun(outcomes={**run.outcomes, name: outcome(passed=False)})


def a_house(place: Path, *files: tuple[str, str]) -> Path:
    """A small tree with these files."""
    for name, text in files:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place
