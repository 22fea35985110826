"""Notes what became of every test that a hazard names, while a run that asks for it goes on.

A run asks by naming the file in SAFETY_RESULTS, as `make test` does. Without it nothing is noted.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.safety.last_run import Outcome, note
from shared.safety.reading import load

ASKED_BY = "SAFETY_RESULTS"


def pytest_configure(config: pytest.Config) -> None:
    alone = not hasattr(config, "workerinput")  # of several processes the one that gathers the others' reports
    if alone and (place := os.environ.get(ASKED_BY)):
        config.pluginmanager.register(Evidence(Path(place), load().links))


class Evidence:
    """A test of several cases has passed when all of them have, with their preparation and what comes after."""

    def __init__(self, place: Path, links: frozenset[str]) -> None:
        self.place, self.links = place, links
        self.outcomes: dict[str, Outcome] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("[")[0]
        if name in self.links and (report.when == "call" or not report.passed):
            before = self.outcomes.get(name)
            passed = report.passed and (before is None or before.passed)
            self.outcomes[name] = Outcome(
                passed=passed, cases=1 + (before.cases if before else 0), at=datetime.now(UTC)
            )

    def pytest_sessionfinish(self) -> None:
        if self.outcomes:
            note(self.place, self.outcomes)
