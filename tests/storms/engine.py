"""The engine behind the desks: the real relay, workflow and activities on a clock that can be moved.

Only the mail server and the registry are in memory. The outbox is followed for the pathways of one test: what others
left in it stays.
"""

import asyncio
import sysconfig
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Interceptor, UnsandboxedWorkflowRunner, Worker
from typing_extensions import override

from activities.adapters import moments
from activities.adapters.ledger_book import LedgerBook
from activities.adapters.postgres_outbox import ROLE as RELAY
from activities.adapters.postgres_outbox import PostgresOutbox
from activities.follow import Following
from activities.governance_notification import GovernanceNotices
from activities.outbox import Relay, Waiting
from activities.registry_entry import RegistryEntries
from deploy.seed import seed
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE, workflow_id
from shared.ledger import Ledger
from shared.ledger.registry_sendings import RegistrySendings
from shared.pathway import decide
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.settings import RelaySettings
from tests.database import Postgres
from tests.ledger.acting import TRUST
from tests.workflow.pure_book import FakeMailbox, FakeRegistry
from workflows.filter_retrieval import FilterRetrieval
from workflows.pathway import PatientPathway
from workflows.worker import ROLE as WORKER

KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
ATTRIBUTES = {"PathwayStep": KEYWORD, "TrustCode": KEYWORD}
EVERY_ROW = 100_000
WITHIN_S, HELD_S = 60, 30
POLICY = load()
T = TypeVar("T")


class OwnRows(PostgresOutbox):
    """The outbox as far as `pathways` go."""

    pathways: frozenset[str] = frozenset()

    @override
    async def waiting(self, most: int, *, at_leisure: bool = False) -> list[Waiting]:
        every = await super().waiting(EVERY_ROW, at_leisure=at_leisure)
        return [each for each in every if each.ref.pathway_id in self.pathways][:most]


@dataclass
class Engine:
    """What follows the pathways, and what the outside world got of it."""

    env: WorkflowEnvironment
    outbox: OwnRows
    relay: Relay
    ledger: Ledger
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)
    registry: FakeRegistry = field(default_factory=FakeRegistry)

    def follow(self, pathway_id: str) -> None:
        self.outbox.pathways |= {pathway_id}

    def handle(self, pathway_id: str) -> WorkflowHandle[PatientPathway, object]:
        return self.env.client.get_workflow_handle(workflow_id(pathway_id))

    async def run_of(self, pathway_id: str) -> str:
        """Which run carries the pathway now: another one after it continued as new."""
        return (await self.handle(pathway_id).describe()).run_id

    async def news_of(self, pathway_id: str) -> Waiting:
        """What the relay has said of it, as soon as it has."""
        return await until(lambda: self._passed_on(pathway_id))

    async def at_rest(self, pathway_id: str) -> None:
        """Returns when the engine has heard of everything, nothing is due, and nobody outside is owed anything."""

        async def resting() -> bool:
            if await self._passed_on(pathway_id) is None:
                return False
            moment = await self.ledger.look(TRUST, pathway_id)
            assert moment is not None
            seen = moments.seen(moment, None)
            return seen is not None and not (decide.due(moment) or seen.owed)

        await until(resting)

    async def _passed_on(self, pathway_id: str) -> Waiting | None:
        """The pathway, once no row of the outbox is about it."""
        found = [each for each in await self.outbox.open_pathways() if each.ref.pathway_id == pathway_id]
        return found[0] if found else None


async def until(so: Callable[[], Awaitable[T | None]]) -> T:
    """Look again and again until it is so, and return what was seen."""
    async with asyncio.timeout(WITHIN_S):
        while not (found := await so()):  # noqa: ASYNC110 -- what is waited for is in PostgreSQL
            await asyncio.sleep(0.02)
    return found


@asynccontextmanager
async def skipping_time() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal whose clock can be moved, until the end of the block."""
    server = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(server)) as env:
        asked = AddSearchAttributesRequest(search_attributes=ATTRIBUTES, namespace=env.client.namespace)
        await env.client.operator_service.add_search_attributes(asked)
        yield env


@asynccontextmanager
async def started(env: WorkflowEnvironment, postgres: Postgres, *interceptors: Interceptor) -> AsyncIterator[Engine]:
    """The engine at work until the end of the block, in a trust that may treat: other tests may have ended that."""
    await seed(postgres.owner_dsn)
    pool = await open_pool(postgres.settings, WORKER, size=4)
    relaying = await open_pool(postgres.settings, RELAY, size=2)
    outbox = OwnRows(relaying, cast("RelaySettings", postgres.settings))
    ledger = Ledger(pool, POLICY, ServerClock())
    book, here = LedgerBook(ledger), Engine(env, outbox, Relay(outbox, env.client), ledger)
    notices = GovernanceNotices(book, here.mailbox)
    entries = RegistryEntries(book, here.registry, RegistrySendings(pool, ServerClock()))
    pathways = Worker(
        env.client,
        task_queue=PATHWAY_QUEUE,
        workflows=[PatientPathway, FilterRetrieval],
        activities=[Following(book).look],
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=interceptors,
    )
    assert pathways._workflow_worker is not None
    pathways._workflow_worker._deadlock_timeout_seconds = WITHIN_S  # who is held on purpose is no deadlock
    outside = Worker(env.client, task_queue=OUTSIDE_QUEUE, activities=[notices.send, entries.enter])
    passing = [asyncio.create_task(each) for each in (outbox.listen(), here.relay.run())]
    try:
        async with pathways, outside:
            yield here
    finally:
        for each in passing:
            each.cancel()
        await asyncio.gather(*passing, return_exceptions=True)
        pool.terminate()
        relaying.terminate()
