"""Do the record and Temporal agree about which pathways are open? Counts the differences, and mends them.

Losing the whole Temporal store costs no pathway and no deadline: every open one is told of again, and starts from
the facts. The relay does it every minute; `python -m activities.relay --reconcile` does it once.
"""

import asyncio
import logging
from datetime import timedelta
from typing import Protocol

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from activities.outbox import Waiting
from shared.contracts.identifiers import PATHWAY_QUEUE, FilterRef, filter_workflow_id, workflow_id
from shared.contracts.patience import WORKFLOW_TASK_S
from shared.wiring import metrics
from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)

EVERY_S = 60.0
RUNNING = "WorkflowType = 'PatientPathway' AND ExecutionStatus = 'Running'"
FOLLOWED = "WorkflowType = 'FilterRetrieval' AND ExecutionStatus = 'Running'"


class OpenPathways(Protocol):
    async def open_pathways(self) -> list[Waiting]: ...

    async def filters_inside(self) -> list[FilterRef]: ...

    async def put_back(self, pathway: Waiting) -> None: ...


class Compared(OpenPathways, Protocol):
    """The record, where it is also noted what each comparison found: operations see it at their desk."""

    async def note_reconciliation(self, pathways: int, filters: int) -> None: ...


async def reconcile(record: OpenPathways, client: Client) -> tuple[str, ...]:
    """Put every open pathway that Temporal does not carry back into the outbox; returns their ids."""
    wanted = {workflow_id(each.ref.pathway_id): each for each in await record.open_pathways()}
    carried = {found.id async for found in client.list_workflows(RUNNING)}
    missing = [each for name, each in wanted.items() if name not in carried]
    for each in missing:
        await record.put_back(each)
    if missing:
        log.warning("open pathways were missing in Temporal", extra={"count": len(missing)})
    return tuple(each.ref.pathway_id for each in missing)


async def reconcile_filters(record: OpenPathways, client: Client) -> tuple[str, ...]:
    """Start following every filter inside a patient that Temporal does not carry; returns their workflows' ids.

    Usually its pathway starts that. Here a filter is found again whose workflow, or whose pathway's, was lost.
    """
    wanted = {filter_workflow_id(each.pathway.pathway_id, each.number): each for each in await record.filters_inside()}
    carried = {found.id async for found in client.list_workflows(FOLLOWED)}
    missing = {name: each for name, each in wanted.items() if name not in carried}
    for name, each in missing.items():
        await client.start_workflow(
            "FilterRetrieval",
            args=[each, None],
            id=name,
            task_queue=PATHWAY_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_timeout=timedelta(seconds=WORKFLOW_TASK_S),
            static_summary="Filter retrieval under IPG651",
        )
    if missing:
        log.warning("filters were missing in Temporal", extra={"count": len(missing)})
    return tuple(missing)


async def keep_reconciling(record: Compared, client: Client, figures: metrics.RelayFigures) -> None:
    """Every minute, until cancelled. A failure is logged: the next minute tries again."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            pathways = await reconcile(record, client)
            filters = await reconcile_filters(record, client)
            figures.missing.labels("pathways").set(len(pathways))
            figures.missing.labels("filters").set(len(filters))
            await record.note_reconciliation(len(pathways), len(filters))
        except Exception as error:
            if not (isinstance(error, RPCError) or is_outage(error)):
                raise
            log.warning("could not reconcile", extra={"error": type(error).__name__})
