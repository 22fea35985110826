"""A Temporal with a clock that can be moved, and a pathway on it."""

import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.follow import Following
from activities.governance_notification import GovernanceNotices
from activities.registry_entry import RegistryEntries
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE, PathwayRef
from shared.contracts.looks import NEWEST_MANNER, News, Rest
from tests.patients import Case
from tests.workflow.pure_book import FakeMailbox, FakeRegistry, FakeSendings, PureBook
from workflows.filter_retrieval import FilterRetrieval
from workflows.pathway import PatientPathway
from workflows.worker import first_tries

REF = PathwayRef("p-1", "RXX")
PIECE = timedelta(hours=12)


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """The test server is started afresh for each test: its clock is one for all."""
    server = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(server)) as started:
        await started.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                search_attributes={"PathwayStep": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD},
                namespace=started.client.namespace,
            )
        )
        yield started


@pytest.fixture(params=["strict", "unsandboxed"])
def runner(request: pytest.FixtureRequest) -> WorkflowRunner:
    if request.param == "strict":
        return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default)
    return UnsandboxedWorkflowRunner()


@dataclass
class Followed:
    """A pathway being followed: what it is, who follows it, what the outside world got."""

    env: WorkflowEnvironment
    book: PureBook
    mailbox: FakeMailbox
    registry: FakeRegistry
    handle: WorkflowHandle[PatientPathway, object]

    async def news(self) -> None:
        await self.handle.signal(PatientPathway.told, News(self.book.case.pathway.version))

    async def later(self, **time: float) -> None:
        """Let this much time pass, in pieces: one call for days that hold a thousand attempts can take too long."""
        left = timedelta(**time)
        while left > timedelta():
            await self.env.sleep(min(left, PIECE))
            left -= PIECE


@asynccontextmanager
async def followed(
    env: WorkflowEnvironment,
    runner: WorkflowRunner,
    case: Case,
    *,
    cached: int = 50,
    manner: int = NEWEST_MANNER,
    tries: bool = False,
) -> AsyncIterator[Followed]:
    """Follow `case` with the real workflow and activities; only ledger, mailbox and registry are in memory.

    Everything owed is seen to by errands; with `tries` by whoever looks, where that works.
    """
    book, mailbox, registry = PureBook(case, env.get_current_time), FakeMailbox(), FakeRegistry()
    notices, entries = GovernanceNotices(book, mailbox), RegistryEntries(book, registry, FakeSendings())
    pathways = Worker(
        env.client,
        task_queue=PATHWAY_QUEUE,
        workflows=[PatientPathway, FilterRetrieval],
        activities=[Following(book, first_tries(notices, entries) if tries else None).look],
        workflow_runner=runner,
        max_cached_workflows=cached,
    )
    outside = Worker(env.client, task_queue=OUTSIDE_QUEUE, activities=[notices.send, entries.enter])
    async with pathways, outside:
        handle = await env.client.start_workflow(
            PatientPathway.run,
            args=[REF, Rest(0.0, manner=manner)],
            id="pathway-p-1",
            task_queue=PATHWAY_QUEUE,
            start_signal="told",
            start_signal_args=[News(case.pathway.version)],
        )
        here = Followed(env, book, mailbox, registry, handle)
        book.tell = here.news
        yield here
