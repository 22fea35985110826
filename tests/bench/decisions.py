"""How many decisions a core makes in a second of its own time: `decide.refusals` on pathways half-way, kind by kind.

`python tests/bench/decisions.py [--seconds 2] [--profile]` prints one JSON object; `--profile` adds the dearest
functions to standard error.
"""

import argparse
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from shared.pathway import decide
from shared.pathway.record import Record
from tests.forms.consent import consent
from tests.forms.filled import london
from tests.forms.follow_up import clinic_review, discharge
from tests.forms.mdt_review import mdt_review
from tests.forms.procedure import end, start
from tests.forms.referral import classification
from tests.patients import (
    USUALLY_BY,
    Case,
    classified,
    discharged,
    iliofemoral_left,
    on_the_day,
    registered,
    started,
    told,
)

HALF_WAY: tuple[tuple[Case, Record], ...] = (
    (iliofemoral_left(), classification()),
    (classified().when("2026-03-05T14:00"), mdt_review()),
    (told().when("2026-03-06T10:00"), consent()),
    (on_the_day(), start()),
    (started().when("2026-03-09T11:00"), end()),
    (registered().when("2026-03-11T10:00"), discharge()),
    (discharged().when(london("2026-06-01T10:00")), clinic_review()),
)


def decisions(seconds: float, among: tuple[tuple[Case, Record], ...] = HALF_WAY) -> float:
    """Decisions a second, each kind in turn."""
    until = time.process_time() + seconds
    began, done = time.process_time(), 0
    for case, record in cycle(among):
        decide.refusals(case.moment, record, USUALLY_BY[record.kind])
        done += 1
        if time.process_time() >= until:
            break
    return done / (time.process_time() - began)


def _derived(seconds: float, derive: Callable[[Case], object]) -> float:
    until, began, done = time.process_time() + seconds, time.process_time(), 0
    case = discharged()
    while time.process_time() < until:
        derive(case)
        done += 1
    return done / (time.process_time() - began)


def everything(case: Case) -> None:
    """What the ledger derives after each entry."""
    moment = case.moment
    for derive in (decide.tasks, decide.timers, decide.owed, decide.status, decide.step, decide.settled):
        derive(moment)


def measured(seconds: float) -> dict[str, float]:
    """Decisions a second: all kinds in turn, each kind alone, and how often everything can be derived."""
    found = {"decisions_per_second": decisions(seconds)}
    found |= {record.kind: decisions(seconds / 4, ((case, record),)) for case, record in HALF_WAY}
    found["everything_derived_per_second"] = _derived(seconds / 4, everything)
    return {name: round(value) for name, value in found.items()}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=2.0)
    asked.add_argument("--profile", action="store_true")
    given = asked.parse_args()
    sys.stdout.write(json.dumps(measured(given.seconds), indent=2) + "\n")
    if given.profile:
        profile = cProfile.Profile()
        profile.runcall(decisions, given.seconds)
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
