"""PatientPathway on a clock that can be moved: waiting, chasing, sleeping, and the end."""

import logging

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner

from shared.contracts.looks import Ending, Order
from shared.pathway import decide, gates
from shared.pathway.governance import NoticeDelivered
from shared.pathway.governance_notice import notices
from tests import patients
from tests.forms.follow_up import closure
from tests.forms.mdt_review import sign_off
from tests.workflow.conftest import REF, Followed, followed


async def test_the_third_signature_sends_one_notice_to_the_governance_leads(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.signed()) as here:
        await here.later(minutes=5)

        assert [letter.dispatch for letter in here.mailbox.posted] == ["n1-first"]
        assert here.book.fired() == []


async def test_silence_of_the_mail_system_brings_in_the_deputy_after_four_hours(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.signed()) as here:
        await here.later(hours=5)

        assert [letter.dispatch for letter in here.mailbox.posted] == [
            "n1-first",
            "n1-undelivered-deputy_governance_lead",
        ]
        assert here.book.fired() == ["T-GOV/undelivered"]


async def test_a_mail_server_down_for_three_days_gets_each_notice_once_when_it_is_back(
    env: WorkflowEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "temporalio.activity")  # a warning for each of a thousand attempts
    async with followed(env, UnsandboxedWorkflowRunner(), patients.signed()) as here:
        here.mailbox.down = True
        await here.later(hours=72)
        assert here.mailbox.attempts > 72
        assert here.mailbox.posted == []

        here.mailbox.down = False
        await here.later(hours=2)

        keys = [letter.message_id for letter in here.mailbox.posted]
        assert len(keys) == len(set(keys)) >= 2
        assert "T-GOV/send" in here.book.fired()


async def test_an_hour_without_mail_is_shown_as_overdue_and_keeps_the_gate_shut(
    env: WorkflowEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "temporalio.activity")  # a warning for each attempt
    async with followed(env, UnsandboxedWorkflowRunner(), patients.signed()) as here:
        here.mailbox.down = True
        await here.later(hours=1)

        moment = (await here.book.catch_up()).moment
        assert [
            view.state for view in decide.timers(moment) if (view.timer.id, view.timer.rung) == ("T-GOV", "send")
        ] == ["fired"]
        assert [each.sent_at for notice in notices(moment) for each in notice.dispatches] == [None]
        assert [gate.state for gate in gates.gates(moment, None) if gate.id == "G5"] == ["shut"]


async def test_an_offer_nobody_consents_to_lapses_after_seven_days_and_goes_back_to_the_mdt(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.signed()) as here:
        await here.later(minutes=1)
        await here.book.write(NoticeDelivered(dispatch="n1-first"))
        await here.later(days=8)

        assert "T-OFFER/lapse" in here.book.fired()
        assert await step_of(here) == "mdt_review"


async def test_a_started_procedure_reaches_the_registry_once_however_long_it_takes_to_decide(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.ended()) as here:
        here.registry.undecided = 9
        await here.later(hours=3)

        assert list(here.registry.entries) == ["p-1.1.v1"]
        assert "registry_accepted" in {entry.kind for entry in here.book.case.pathway.entries}


async def test_three_months_are_slept_through_with_few_looks_and_every_timer_fires_on_its_day(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, patients.discharged(patients.registered())) as here:
        await here.later(days=100)

        fired = here.book.fired()
        assert [rung for rung in fired if rung.startswith("T-3M")] == ["T-3M/opens", "T-3M/due", "T-3M/escalate"]
        assert "T-SUP/check" in fired
        assert here.book.looks < 40
        ats = [entry.at for entry in here.book.case.pathway.entries]
        assert ats == sorted(ats)


async def test_a_sleeping_pathway_is_a_fresh_run_with_one_timer(env: WorkflowEnvironment) -> None:
    async with followed(env, UnsandboxedWorkflowRunner(), patients.discharged(patients.registered())) as here:
        await here.later(days=10)

        newest = env.client.get_workflow_handle("pathway-p-1")
        kinds = [event.event_type for event in (await newest.fetch_history()).events]
        assert len(kinds) <= 6


async def test_a_closed_pathway_ends_with_the_reason_of_the_record(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    case = patients.seen_at_clinic(patients.discharged(patients.registered()).until("2026-06-01T10:00"))
    async with followed(env, runner, case) as here:
        await here.later(minutes=5)
        await here.book.write(closure())

        ended = await env.client.get_workflow_handle("pathway-p-1", result_type=Ending).result()
        assert ended == Ending("completed")


@pytest.mark.parametrize("cached", [50, 0])
async def test_replaying_at_every_task_changes_nothing(env: WorkflowEnvironment, cached: int) -> None:
    async with followed(env, UnsandboxedWorkflowRunner(), patients.reviewed(), cached=cached) as here:
        for by in patients.SPECIALISTS:
            case = await here.book.catch_up()
            review = case.pathway.entries[-1 if case.pathway.entries[-1].kind == "mdt_review" else 2].seq
            here.book.case = case.writes(sign_off(review), by)
            await here.news()
            await here.later(minutes=2)

        assert [letter.dispatch for letter in here.mailbox.posted] == ["n1-first"]
        described = await env.client.get_workflow_handle("pathway-p-1").describe()
        assert described.status == WorkflowExecutionStatus.RUNNING


async def step_of(here: Followed) -> str:
    found = await here.book.look(Order(REF))
    assert found is not None
    return found.step
