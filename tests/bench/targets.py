"""What is to be reached on a quiet machine with two cores, each target beside what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.bench.figures import at, ratio

TEN_THOUSAND, HUNDRED_THOUSAND = "worklist.10000.due.p95_ms", "worklist.100000.due.p95_ms"


class Verdict(StrEnum):
    MET = "met"
    MISSED = "MISSED"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Target:
    """`path` is where the figure stands; with `beside` it is divided by the figure there.

    At most `limit`, or at least where `least`. `enough` is a figure and how large it has to be for this target: with
    less it was not measured.
    """

    what: str
    path: str
    limit: float
    unit: str = "ms"
    beside: str = ""
    least: bool = False
    enough: tuple[str, float] | None = None

    def figure(self, found: Mapping[str, Any]) -> float | None:
        """What was measured, None for what was not."""
        if self.enough is not None and (at(found, self.enough[0]) or 0) < self.enough[1]:
            return None
        ours = at(found, self.path)
        return ours if not self.beside else ratio(ours, at(found, self.beside))

    def verdict(self, found: Mapping[str, Any]) -> Verdict:
        figure = self.figure(found)
        if figure is None:
            return Verdict.NOT_MEASURED
        reached = figure >= self.limit if self.least else figure <= self.limit
        return Verdict.MET if reached else Verdict.MISSED

    @property
    def wanted(self) -> str:
        return f"{'at least' if self.least else 'at most'} {self.limit:g}{f' {self.unit}' if self.unit else ''}"


ONE, FIFTY = "compared.at_1", "compared.at_50"
MANY_OPEN = ("waiting.memory.open", 10_000)
TARGETS = (
    Target("A click by form, one person, p50", f"{ONE}.forms.click.p50_ms", 12),
    Target("A click by form, one person, p99", f"{ONE}.forms.click.p99_ms", 40),
    Target("A click by form, 50 people, p99", f"{FIFTY}.forms.click.p99_ms", 600),
    Target(
        "p50 of a click, JSON beside `bare_temporal`",
        f"{ONE}.json.seven.p50_ms",
        0.5,
        "x",
        f"{ONE}.bare_temporal.seven.p50_ms",
    ),
    Target(
        "p50 of a click, JSON beside `bare_postgres`",
        f"{ONE}.json.seven.p50_ms",
        3,
        "x",
        f"{ONE}.bare_postgres.seven.p50_ms",
    ),
    Target(
        "p50 of a click, form beside `bare_temporal`",
        f"{ONE}.forms.seven.p50_ms",
        0.5,
        "x",
        f"{ONE}.bare_temporal.seven.p50_ms",
    ),
    Target(
        "p50 of a click, form beside `bare_postgres`",
        f"{ONE}.forms.seven.p50_ms",
        3,
        "x",
        f"{ONE}.bare_postgres.seven.p50_ms",
    ),
    Target(
        "The next role's task there with the answer",
        "handed_on.forms.there",
        1,
        "",
        "handed_on.forms.asked",
        least=True,
    ),
    Target(
        "Three signatures at once, all kept",
        "signed_together.forms.kept",
        1,
        "",
        "signed_together.forms.asked",
        least=True,
    ),
    Target("Automatic steps after their click, 3 pathways/s, p95", "offered.automatic.p95_ms", 1000),
    Target(
        "Whole pathways a second, JSON beside `bare_temporal`, 50 people",
        f"{FIFTY}.json.pathways_per_second",
        0.8,
        "x",
        f"{FIFTY}.bare_temporal.pathways_per_second",
        least=True,
    ),
    Target(
        "Processor time for a whole pathway, JSON beside `bare_temporal`, 50 people",
        f"{FIFTY}.json.cpu_ms_per_pathway.together",
        1.5,
        "x",
        f"{FIFTY}.bare_temporal.cpu_ms_per_pathway.together",
    ),
    Target("My work, 10,000 open tasks, p95", TEN_THOUSAND, 20),
    Target("My work, 100,000 beside 10,000 open tasks, p95", HUNDRED_THOUSAND, 1.5, "x", TEN_THOUSAND),
    Target("An open pathway in all stores, spans of its clicks among them", "offered.kib_per_open_pathway", 64, "KiB"),
    Target("The same without spans, which go after a fortnight", "offered.kib_without_spans", 64, "KiB"),
    Target(
        "Memory of everything, 10,000 open (shared memory once)",
        "waiting.memory.pss_mib.together",
        900,
        "MiB",
        enough=MANY_OPEN,
    ),
    Target("From kill -9 of everything to serving, 10,000 open", "waiting.restart.serving_s", 5, "s", enough=MANY_OPEN),
)
