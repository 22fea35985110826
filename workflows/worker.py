"""The worker process: `python -m workflows.worker`. The one place where workflows, activities and adapters meet.

The workflow and its looks run on one queue, calls to the outside world on another, so that a dead registry can never
fill the places of those who look.
"""

import asyncio
import signal
from datetime import timedelta
from typing import TypeAlias

import asyncpg
import uvloop
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from activities.adapters.channels import channels_of
from activities.adapters.http_registry import HttpRegistry
from activities.adapters.ledger_book import LedgerBook
from activities.export_fhir import keep_exporting
from activities.first_try import Attempt, Door, FirstTries
from activities.follow import Following
from activities.governance_notification import SEND, GovernanceNotices
from activities.registry_comparison import RegistryComparing
from activities.registry_entry import ENTER, RegistryEntries
from activities.seal_evidence import keep_anchoring, keep_sealing
from activities.spread_news import keep_spreading
from activities.tracing import TracedActivities
from activities.warn_governance import keep_warning
from activities.weekly_digest import WeeklyDigests
from shared import policy
from shared.contracts.identifiers import DEPLOYMENT, OUTSIDE_QUEUE, PATHWAY_QUEUE
from shared.contracts.patience import STICKY_S
from shared.evidence.keys import signing_key
from shared.evidence.sealing import Sealing
from shared.ledger.digests import Digests
from shared.ledger.fhir_exporting import Exporting
from shared.ledger.ledger import Ledger
from shared.ledger.registry_comparisons import RegistryComparisons
from shared.ledger.registry_sendings import RegistrySendings
from shared.ledger.spreading import Spreading
from shared.ledger.trust_notices import TrustNotices
from shared.pathway.duties import Outside
from shared.wiring import garbage, logs, metrics, telemetry
from shared.wiring.clock import ServerClock
from shared.wiring.demanded import ANCHORS
from shared.wiring.ending import let_go
from shared.wiring.postgres import open_pool
from shared.wiring.settings import WorkerSettings, load
from shared.wiring.temporal import connect_patiently
from workflows import digest
from workflows.digest import WeeklyDigest
from workflows.filter_retrieval import FilterRetrieval
from workflows.pathway import PatientPathway
from workflows.registry_comparison import RegistryComparison, every_week

ROLE = "patency_worker"
GRACE = timedelta(seconds=10)


def workers(
    client: Client, book: LedgerBook, settings: WorkerSettings, registering: "Registering", digests: Digests
) -> tuple[Worker, Worker]:
    """One worker for each queue. Workflows run unsandboxed here; the tests run them in the strict sandbox."""
    mailbox = channels_of(settings)
    notices, weeks = GovernanceNotices(book, mailbox), WeeklyDigests(digests, mailbox)
    entries, comparing = registering
    following = Following(book, first_tries(notices, entries))
    deployment = _deployment(settings.build_id)
    pathways = Worker(
        client,
        task_queue=PATHWAY_QUEUE,
        deployment_config=deployment,
        workflows=[PatientPathway, FilterRetrieval, RegistryComparison, WeeklyDigest],
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
        deployment_config=deployment,
        activities=[notices.send, entries.enter, comparing.trusts, comparing.compare, weeks.trusts, weeks.send],
        interceptors=[TracedActivities()],
        max_concurrent_activities=20,
        graceful_shutdown_timeout=GRACE,
    )
    return pathways, outside


def first_tries(notices: GovernanceNotices, entries: RegistryEntries) -> FirstTries:
    """What a look sees to by itself while mail system and registry answer promptly."""
    return FirstTries(
        {
            Outside.GOVERNANCE_NOTICE.value: Door(Attempt(SEND, notices.attempt)),
            Outside.REGISTRY_ENTRY.value: Door(Attempt(ENTER, entries.attempt)),
        }
    )


Registering: TypeAlias = tuple[RegistryEntries, RegistryComparing]


def _deployment(build_id: str | None) -> WorkerDeploymentConfig | None:
    """As which version this worker polls. With a build id it gets no work before `deploy.release` says so.

    Pathways live for months and sleep as fresh runs, so each goes on with whatever version is current; the replay gate
    says that it can.
    """
    if build_id is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def _registering(pool: asyncpg.Pool, ledger: Ledger, settings: WorkerSettings) -> Registering:
    """What speaks to the registry: entering, and comparing once a week (IPG651 1.3)."""
    registry, clock = HttpRegistry(settings.registry_url), ServerClock()
    entries = RegistryEntries(LedgerBook(ledger), registry, RegistrySendings(pool, clock))
    return entries, RegistryComparing(RegistryComparisons(pool, ledger, clock), registry, channels_of(settings))


async def work(settings: WorkerSettings) -> None:
    """Until told to stop."""
    pool = await open_pool(settings, ROLE, size=6)
    ledger = Ledger(pool, policy.load(), ServerClock())
    book, news = LedgerBook(ledger), Spreading(pool, ledger, ServerClock())
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    stopped, connecting = asyncio.create_task(stop.wait()), asyncio.create_task(connect_patiently(settings))
    notices = TrustNotices(pool, policy.load(), ServerClock())
    exports = Exporting(pool, policy.load(), ServerClock())
    telling = asyncio.create_task(
        _tell(news, notices, Sealing(pool, ServerClock()), exports, settings)
    )  # needs no engine: it goes on while Temporal is away
    telling.add_done_callback(lambda _: stop.set())  # a defect ends the process loudly
    await asyncio.wait([stopped, connecting], return_when=asyncio.FIRST_COMPLETED)
    if connecting.done():
        client, digests = connecting.result(), Digests(pool, policy.load(), ServerClock())
        await every_week(client)
        await digest.every_week(client)
        registering = _registering(pool, ledger, settings)
        pathways, outside = workers(client, book, settings, registering, digests)
        garbage.stay()
        async with pathways, outside:
            await stopped
    connecting.cancel()
    defect = telling.exception() if telling.done() else None
    telling.cancel()
    pool.terminate()
    if defect is not None:
        raise defect


async def _tell(
    news: Spreading, notices: TrustNotices, chains: Sealing, exports: Exporting, settings: WorkerSettings
) -> None:
    """What concerns a trust as a whole: its news, that its permission ends, evidence, and what an auditor takes out."""
    key = signing_key(settings.evidence_key_file) if settings.evidence_key_file else None
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_spreading(news))
        group.create_task(keep_warning(notices, channels_of(settings)))
        group.create_task(keep_exporting(exports))
        group.create_task(keep_sealing(chains))
        group.create_task(keep_anchoring(chains, settings.anchor_folder, key))


def main() -> None:
    settings = load(WorkerSettings, ANCHORS)
    logs.start("worker")
    telemetry.start("worker")
    metrics.serve(settings.metrics)
    uvloop.run(work(settings))
    telemetry.stop()
    let_go()


if __name__ == "__main__":
    main()
