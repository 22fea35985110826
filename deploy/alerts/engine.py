"""The figures that Temporal tells: who asks it for work, how old its backlog is, which workflows cannot go on."""

import asyncio
from collections.abc import Iterable

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from deploy.alerts.figures import Figure
from shared.contracts.identifiers import NAMESPACE, OUTSIDE_QUEUE, PATHWAY_QUEUE

WITHIN_S = 5.0
QUEUES = (
    (PATHWAY_QUEUE, "workflow", TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    (OUTSIDE_QUEUE, "activity", TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
)
FAILING = "TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'"
"""The server says so of a workflow after some failed tasks in a row, and takes it back when one succeeds."""


async def of_the_engine(client: Client) -> tuple[Figure, ...]:
    """All of them; `patency_temporal_answers` 0 and no other while Temporal is away."""
    try:
        async with asyncio.timeout(WITHIN_S):
            failing = (await client.count_workflows(FAILING)).count
            queues = [figure for queue in QUEUES for figure in await _queue(client, *queue)]
    except (RPCError, RuntimeError, TimeoutError):
        return (Figure("patency_temporal_answers", 0),)
    return (Figure("patency_temporal_answers", 1), Figure("patency_workflows_failing", failing), *queues)


async def _queue(client: Client, name: str, kind: str, number: TaskQueueType.ValueType) -> Iterable[Figure]:
    request = DescribeTaskQueueRequest(
        namespace=NAMESPACE, task_queue=TaskQueue(name=name), task_queue_type=number, report_stats=True
    )
    said = await client.workflow_service.describe_task_queue(request)
    labels = (("queue", name), ("kind", kind))
    age = said.stats.approximate_backlog_age.ToTimedelta().total_seconds()
    return Figure("patency_pollers", len(said.pollers), labels), Figure("patency_backlog_age_seconds", age, labels)
