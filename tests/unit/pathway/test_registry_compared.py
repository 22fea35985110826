"""Differences of the weekly comparison as work: whose, by when, and until when (R-REG-4; IPG651 1.3)."""

import pytest

from shared.contracts.registry_lists import Difference
from shared.pathway import decide
from shared.pathway.duties import Task, TaskState
from shared.pathway.people import Role
from shared.pathway.registry_compared import RegistryCompared, told
from tests.patients import Case, on_the_day, registered

PROCEDURE = "p-1.1"
AGREES = RegistryCompared(procedure_id=PROCEDURE)


def differs(*found: Difference) -> RegistryCompared:
    return RegistryCompared(procedure_id=PROCEDURE, found=frozenset(found or {Difference.MISSING_THERE}))


def tasks(case: Case) -> list[Task]:
    return [each for each in decide.tasks(case.moment) if each.kind == "registry_difference"]


def on_monday() -> Case:
    return registered().when("2026-03-16T07:30")


@pytest.mark.parametrize("case", [registered(), on_monday().writes(AGREES)], ids=["not compared", "all agrees"])
def test_without_a_difference_nobody_has_to_do_anything(case: Case) -> None:
    assert tasks(case) == []


def test_a_difference_is_the_clerks_to_settle_by_a_day() -> None:
    case = on_monday().writes(differs())
    (task,) = tasks(case)
    assert (task.role, task.key, task.state) == (Role.REGISTRY_CLERK, PROCEDURE, TaskState.OPEN)
    assert task.opened_at == case.now
    assert task.due_at is not None
    assert 11 <= (task.due_at - case.now).days <= 14
    assert task.escalated_to == ()


def test_what_is_not_settled_in_time_the_governance_lead_hears_of() -> None:
    (task,) = tasks(on_monday().writes(differs()).when("2026-04-01T09:00"))
    assert task.escalated_to == (Role.GOVERNANCE_LEAD,)


def test_another_difference_moves_no_deadline() -> None:
    case = on_monday().writes(differs())
    later = case.when("2026-03-23T07:30").writes(differs(Difference.OTHER_VERSION))
    assert tasks(later) == tasks(case)


def test_a_comparison_that_finds_nothing_any_more_settles_it() -> None:
    case = on_monday().writes(differs()).when("2026-03-23T07:30").writes(AGREES)
    assert [each.state for each in tasks(case)] == [TaskState.DONE]
    again = case.when("2026-03-30T07:30").writes(differs())
    assert [(each.state, each.opened_at) for each in tasks(again)] == [(TaskState.OPEN, again.now)]


def test_a_pathway_knows_what_it_was_told_last() -> None:
    assert told(registered().moment) == {PROCEDURE: frozenset()}
    assert told(on_monday().writes(differs()).moment) == {PROCEDURE: {Difference.MISSING_THERE}}


def test_a_comparison_changes_nothing_else_that_is_owed() -> None:
    case = on_monday()
    assert list(decide.owed(case.writes(differs()).moment)) == list(decide.owed(case.moment))


def test_an_unknown_procedure_is_refused() -> None:
    assert on_the_day().refused(differs()) == {("R-REG-1", "procedure_id", "1.3")}
