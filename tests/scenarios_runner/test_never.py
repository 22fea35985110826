"""What must never be: a stop of the anticoagulant that no clinician decided, or any state the story forbids."""

from typing import Any

import pytest

from deploy.scenarios.never import Watch
from deploy.scenarios.written import read

NEVER_STOP = tuple(read("[{proposed: anticoagulation_stop}]").items)


def look(**parts: Any) -> dict[str, Any]:
    return {"now": "2026-06-09T00:00:00Z", "status": "discharged", "tasks": [], "timers": [], "entries": [], **parts}


def task(kind: str, why: str = "") -> dict[str, Any]:
    return look(tasks=[{"kind": kind, "why": why}])


def passes(*looks: dict[str, Any]) -> bool:
    watch = Watch(NEVER_STOP)
    for each in looks:
        watch.see(each)
    (check,) = watch.checks()
    return check.passed


PROPOSALS = [
    task("anticoagulation_stop"),
    task("anticoagulation_review", "Stop the drug on 9 June"),
    task("gp_letter", "Discontinue apixaban"),
    look(timers=[{"id": "T-3M", "rung": "stop"}]),
    look(entries=[{"kind": "anticoagulation_review", "record": {"decision": "stop"}}]),
]


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_a_stop_that_nobody_decided_is_noticed_although_it_goes_away_again(proposal: dict[str, Any]) -> None:
    assert not passes(look(), proposal, look())


def test_a_request_for_a_review_is_no_stop() -> None:
    assert passes(task("anticoagulation_review", "Treatment continues until a clinician has reviewed it"))


def test_stopping_an_operation_is_no_stop_of_the_anticoagulant() -> None:
    assert passes(task("stop_procedure", "Consent was withdrawn: stop, cancel the slot"))


def test_nothing_looked_at_shows_nothing() -> None:
    assert not passes()


def test_any_state_can_be_forbidden() -> None:
    watch = Watch(tuple(read("[{status: discharged}]").items))
    watch.see(look())
    assert [check.passed for check in watch.checks()] == [False]
