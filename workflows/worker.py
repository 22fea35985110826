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
from activities.tracing import TracedActivities
from shared import policy
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE
from shared.contracts.patience import STICKY_S
from shared.ledger.ledger import Ledger
from shared.wiring import logs, telemetry
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.settings import WorkerSettings, load
from shared.wiring.temporal import connect_patiently
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
        workflows=[PatientPathway],
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
    book = LedgerBook(Ledger(pool, policy.load(), ServerClock()))
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    stopped, connecting = asyncio.create_task(stop.wait()), asyncio.create_task(connect_patiently(settings))
    await asyncio.wait([stopped, connecting], return_when=asyncio.FIRST_COMPLETED)
    if connecting.done():
        pathways, outside = workers(connecting.result(), book, settings)
        async with pathways, outside:
            await stopped
    connecting.cancel()
    pool.terminate()


def main() -> None:
    settings = load(WorkerSettings)
    logs.start("worker")
    telemetry.start("worker")
    asyncio.run(work(settings))
    telemetry.stop()


if __name__ == "__main__":
    main()
