"""The worker process: `python -m workflows.worker`. The one place where workflows, activities and adapters meet.

The workflow and its looks run on one queue, calls to the outside world on another, so that a dead registry can never
fill the places of those who look.
"""

import asyncio
import signal
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.adapters.http_registry import HttpRegistry
from activities.adapters.ledger_book import LedgerBook
from activities.adapters.smtp_mailbox import SmtpMailbox
from activities.follow import Following
from activities.governance_notification import GovernanceNotices
from activities.registry_entry import RegistryEntries
from activities.spread_news import keep_spreading
from activities.tracing import TracedActivities
from activities.warn_governance import keep_warning
from shared import policy
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE
from shared.contracts.patience import STICKY_S
from shared.ledger.ledger import Ledger
from shared.ledger.spreading import Spreading
from shared.ledger.trust_notices import TrustNotices
from shared.wiring import logs, telemetry
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.settings import WorkerSettings, load
from shared.wiring.temporal import connect_patiently
from workflows.filter_retrieval import FilterRetrieval
from workflows.pathway import PatientPathway

ROLE = "patency_worker"
GRACE = timedelta(seconds=10)


def workers(client: Client, book: LedgerBook, settings: WorkerSettings) -> tuple[Worker, Worker]:
    """One worker for each queue. Workflows run unsandboxed here; the tests run them in the strict sandbox."""
    following = Following(book)
    notices = GovernanceNotices(book, SmtpMailbox(settings))
    entries = RegistryEntries(book, HttpRegistry(settings.registry_url))
    pathways = Worker(
        client,
        task_queue=PATHWAY_QUEUE,
        workflows=[PatientPathway, FilterRetrieval],
        activities=[following.look],
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[TracedActivities()],
        max_cached_workflows=500,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=STICKY_S),
        graceful_shutdown_timeout=GRACE,
    )
    outside = Worker(
        client,
        task_queue=OUTSIDE_QUEUE,
        activities=[notices.send, entries.enter],
        interceptors=[TracedActivities()],
        max_concurrent_activities=20,
        graceful_shutdown_timeout=GRACE,
    )
    return pathways, outside


async def work(settings: WorkerSettings) -> None:
    """Until told to stop."""
    pool = await open_pool(settings, ROLE, size=8)
    ledger = Ledger(pool, policy.load(), ServerClock())
    book, news = LedgerBook(ledger), Spreading(pool, ledger, ServerClock())
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    stopped, connecting = asyncio.create_task(stop.wait()), asyncio.create_task(connect_patiently(settings))
    notices = TrustNotices(pool, policy.load(), ServerClock())
    telling = asyncio.create_task(_tell(news, notices, settings))  # needs no engine: it goes on while Temporal is away
    telling.add_done_callback(lambda _: stop.set())  # a defect ends the process loudly
    await asyncio.wait([stopped, connecting], return_when=asyncio.FIRST_COMPLETED)
    if connecting.done():
        pathways, outside = workers(connecting.result(), book, settings)
        async with pathways, outside:
            await stopped
    connecting.cancel()
    defect = telling.exception() if telling.done() else None
    telling.cancel()
    pool.terminate()
    if defect is not None:
        raise defect


async def _tell(news: Spreading, notices: TrustNotices, settings: WorkerSettings) -> None:
    """What concerns a trust as a whole: its news to its pathways, and to its governance that its permission ends."""
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_spreading(news))
        group.create_task(keep_warning(notices, SmtpMailbox(settings)))


def main() -> None:
    settings = load(WorkerSettings)
    logs.start("worker")
    telemetry.start("worker")
    asyncio.run(work(settings))
    telemetry.stop()


if __name__ == "__main__":
    main()
