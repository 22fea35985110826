"""FilterRetrieval on a clock that can be moved: started with the filter, ended by its outcome and nothing else."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner

from shared.contracts.identifiers import filter_workflow_id
from shared.contracts.looks import Ending
from tests import patients, tracks
from tests.forms import filters
from tests.workflow.conftest import followed
from tests.workflow.pure_book import PureBook

FIRST = filter_workflow_id("p-1", 1)


def handle(env: WorkflowEnvironment) -> WorkflowHandle[object, Ending]:
    return env.client.get_workflow_handle(FIRST, result_type=Ending)


async def status(env: WorkflowEnvironment) -> WorkflowExecutionStatus | None:
    return (await handle(env).describe()).status


async def test_a_filter_inside_has_a_workflow_of_its_own(env: WorkflowEnvironment, runner: WorkflowRunner) -> None:
    async with followed(env, runner, tracks.with_filter()) as here:
        await here.later(minutes=5)

        assert await status(env) == WorkflowExecutionStatus.RUNNING


async def test_the_ladder_fires_on_its_days_though_nobody_tells_anything(
    env: WorkflowEnvironment, runner: WorkflowRunner
) -> None:
    async with followed(env, runner, tracks.with_filter()) as here:
        await here.later(days=85)

        rungs = [rung for rung in here.book.fired() if rung.startswith("T-FIL")]
        assert rungs == [
            f"T-FIL/{rung}"
            for rung in ("review", "target", "amber", "red", "critical", "weekly_1", "weekly_2", "weekly_3")
        ]


async def test_the_retrieval_ends_it_at_once(env: WorkflowEnvironment, runner: WorkflowRunner) -> None:
    async with followed(env, runner, tracks.with_filter()) as here:
        await here.later(days=23, hours=2)
        await here.book.catch_up()
        here.book.case = out_now(here.book)
        out_at = await env.get_current_time()
        await here.news()

        assert await handle(env).result() == Ending("retrieved")
        ended_at = (await handle(env).describe()).close_time
        assert ended_at is not None
        assert ended_at - out_at < timedelta(minutes=5)


async def test_it_lives_on_when_its_pathways_workflow_ends(env: WorkflowEnvironment) -> None:
    async with followed(env, UnsandboxedWorkflowRunner(), tracks.with_filter()) as here:
        await here.later(minutes=5)
        await here.handle.terminate("the engine lost it")
        await here.later(days=30)

        assert await status(env) == WorkflowExecutionStatus.RUNNING
        assert "T-FIL/amber" in here.book.fired()


async def test_a_sleeping_filter_is_a_fresh_run_with_one_timer(env: WorkflowEnvironment) -> None:
    async with followed(env, UnsandboxedWorkflowRunner(), tracks.with_filter()) as here:
        await here.later(days=7)

        events = (await env.client.get_workflow_handle(FIRST).fetch_history()).events
        assert len(events) <= 6


async def test_a_pathway_without_a_filter_starts_none(env: WorkflowEnvironment) -> None:
    async with followed(env, UnsandboxedWorkflowRunner(), patients.ended()) as here:
        await here.later(hours=3)

        with pytest.raises(Exception, match="not found"):
            await handle(env).describe()


@pytest.mark.parametrize("cached", [50, 0])
async def test_replaying_at_every_task_changes_nothing(env: WorkflowEnvironment, cached: int) -> None:
    async with followed(env, UnsandboxedWorkflowRunner(), tracks.with_filter(), cached=cached) as here:
        await here.later(days=24)

        fired = [rung for rung in here.book.fired() if rung.startswith("T-FIL")]
        assert fired == ["T-FIL/review"]


def out_now(book: PureBook) -> patients.Case:
    """The filter came out at this moment, after a venogram."""
    now = book.case.now
    attempt = filters.retrieval(attempted_at=now, venogram=filters.venogram(performed_at=now))
    return book.case.writes(attempt, patients.OPERATOR)
