"""Whoever looks sees to what is owed, where that works at once; the workflow sends somebody where it does not."""

import logging

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner

from tests import patients
from tests.forms.follow_up import closure
from tests.workflow.conftest import Followed, followed
from tests.workflow.test_patient_pathway import step_of

SENT_SOMEBODY = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED


async def _errands(here: Followed) -> list[str]:
    """The activities that the run now under way has scheduled."""
    history = await here.env.client.get_workflow_handle("pathway-p-1").fetch_history()
    scheduled = (each for each in history.events if each.event_type == SENT_SOMEBODY)
    return [each.activity_task_scheduled_event_attributes.activity_type.name for each in scheduled]


async def test_a_notice_goes_out_with_the_look_that_found_it_owed(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.signed(), tries=True) as here:
        await here.later(minutes=5)

        assert [letter.dispatch for letter in here.mailbox.posted] == ["n1-first"]
        assert await _errands(here) == []


async def test_a_procedure_is_in_the_registry_with_the_look_that_found_it_owed(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.ended(), tries=True) as here:
        await here.later(minutes=5)

        assert list(here.registry.entries) == ["p-1.1.v1"]
        assert "enter_in_registry" not in await _errands(here)


async def test_a_registry_that_has_not_decided_is_asked_again_by_an_errand(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.ended(), tries=True) as here:
        here.registry.undecided = 9
        await here.later(hours=3)

        assert list(here.registry.entries) == ["p-1.1.v1"]
        kinds = [entry.kind for entry in here.book.case.pathway.entries]
        assert kinds.count("registry_accepted") == 1


async def test_a_mail_server_that_is_down_costs_one_try_in_a_while_and_delays_no_timer(
    env: WorkflowEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "temporalio.activity")  # a warning for each attempt
    async with followed(env, UnsandboxedWorkflowRunner(), patients.signed(), tries=True) as here:
        here.mailbox.down = True
        await here.later(hours=5)

        assert "T-GOV/send" in here.book.fired()
        assert "send_governance_notice" in await _errands(here)
        here.mailbox.down = False
        await here.later(hours=2)
        keys = [letter.message_id for letter in here.mailbox.posted]
        assert len(keys) == len(set(keys)) >= 1


async def test_a_pathway_seen_to_by_looks_ends_as_any_other(env: WorkflowEnvironment, runner: WorkflowRunner) -> None:
    case = patients.seen_at_clinic(patients.discharged(patients.registered()).until("2026-06-01T10:00"))
    async with followed(env, runner, case, tries=True) as here:
        await here.later(minutes=5)
        assert await step_of(here) == "long_term_outcomes"
        await here.book.write(closure())

        assert await here.env.client.get_workflow_handle("pathway-p-1").result() == {"reason": "completed"}
