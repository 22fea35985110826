"""What became of the tests that hazards name, the last time they ran: noted while they run, read by report and page."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.safety.hazards import Hazard

SNAPSHOT = Path(__file__).with_name("last_run.json")
"""The run that comes with the product."""


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


class Standing(StrEnum):
    """How a hazard stands by a run, the worst first."""

    FAILED = "failed"
    UNPROVEN = "unproven"
    IN_PART = "in_part"
    PROVEN = "proven"


class Outcome(BaseModel):
    """Of one test or story: whether every case of it passed, how many there were, and when the last one ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passed: bool
    cases: int
    at: AwareDatetime


class LastRun(BaseModel):
    """By the names of tests ("tests/...::test_...") and stories ("story:A1")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcomes: dict[str, Outcome] = {}

    def verdict(self, link: str) -> Verdict:
        found = self.outcomes.get(link)
        if found is None:
            return Verdict.NOT_RUN
        return Verdict.PASSED if found.passed else Verdict.FAILED

    def standing(self, hazard: Hazard) -> Standing:
        """Proven when every test and story that it names has passed; unproven when none has run."""
        verdicts = {self.verdict(each) for each in hazard.links}
        if Verdict.FAILED in verdicts:
            return Standing.FAILED
        if Verdict.PASSED not in verdicts:
            return Standing.UNPROVEN
        return Standing.IN_PART if Verdict.NOT_RUN in verdicts else Standing.PROVEN

    @property
    def began_at(self) -> datetime | None:
        """When the oldest outcome was noted; None for a run of nothing."""
        return min((each.at for each in self.outcomes.values()), default=None)

    @property
    def ended_at(self) -> datetime | None:
        return max((each.at for each in self.outcomes.values()), default=None)

    def of(self, links: frozenset[str]) -> "LastRun":
        """The same without what no hazard names."""
        return LastRun(outcomes={name: each for name, each in self.outcomes.items() if name in links})


def read(path: Path = SNAPSHOT) -> LastRun:
    """What this file says; a run of nothing where there is no file. Raises ValueError for one that is no such file."""
    if not path.is_file():
        return LastRun()
    return LastRun.model_validate_json(path.read_text(encoding="utf-8"))


def note(path: Path, outcomes: Mapping[str, Outcome]) -> None:
    """Adds outcomes to those in the file. A name that failed before, in the same file, stays failed.

    One run is several commands; whoever begins it takes the file of the last one away.
    """
    before = read(path).outcomes
    together = {name: _both(before[name], each) if name in before else each for name, each in outcomes.items()}
    write(path, LastRun(outcomes={**before, **together}))


def write(path: Path, run: LastRun) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ordered = LastRun(outcomes=dict(sorted(run.outcomes.items())))
    path.write_text(ordered.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _both(one: Outcome, other: Outcome) -> Outcome:
    return Outcome(passed=one.passed and other.passed, cases=one.cases + other.cases, at=max(one.at, other.at))
