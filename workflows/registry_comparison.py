"""Once a week: does the registry hold what was done? (R-REG-4; IPG651 1.3). Started by a Temporal schedule.

One activity for each trust: a registry that is away for one keeps no other waiting.
"""

import asyncio
import logging
from datetime import timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.service import RPCError

from activities.registry_comparison import RegistryComparing
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE
from shared.contracts.patience import COMPARE_WITH_REGISTRY, LOOK
from workflows.steps.retries import retries

log = logging.getLogger(__name__)

SCHEDULE = "registry-comparison"
MONDAY = ScheduleCalendarSpec(
    day_of_week=[ScheduleRange(1)], hour=[ScheduleRange(6)], comment="Monday, before the clerks come in"
)


@workflow.defn
class RegistryComparison:
    """One comparison of every trust. What it found is kept in PostgreSQL; here are only counts."""

    @workflow.run
    async def run(self) -> int:
        """How many differences there are in all trusts together."""
        trusts = await workflow.execute_activity_method(
            RegistryComparing.trusts,
            task_queue=OUTSIDE_QUEUE,
            start_to_close_timeout=timedelta(seconds=LOOK.attempt_s),
            retry_policy=retries(LOOK),
        )
        return sum(await asyncio.gather(*(self._compare(each) for each in trusts)))

    async def _compare(self, trust: str) -> int:
        return await workflow.execute_activity_method(
            RegistryComparing.compare,
            trust,
            task_queue=OUTSIDE_QUEUE,
            start_to_close_timeout=timedelta(seconds=COMPARE_WITH_REGISTRY.attempt_s),
            retry_policy=retries(COMPARE_WITH_REGISTRY),
        )


async def every_week(client: Client) -> None:
    """Makes sure of the schedule. Asked again, by however many workers, it changes nothing.

    An engine that is away again keeps no worker from its work: the next one to start asks again.
    """
    action = ScheduleActionStartWorkflow(
        RegistryComparison.run,
        id=SCHEDULE,
        task_queue=PATHWAY_QUEUE,
        static_summary="Procedures against the registry, all trusts",
    )
    spec = ScheduleSpec(calendars=[MONDAY], time_zone_name="Europe/London")
    try:
        await client.create_schedule(SCHEDULE, Schedule(action=action, spec=spec))
    except ScheduleAlreadyRunningError:
        return
    except RPCError as error:
        log.warning("the weekly comparison was not scheduled", extra={"error": type(error).__name__})
