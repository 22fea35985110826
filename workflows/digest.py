"""Once a week each trust's governance is told how it stands (IPG651 1.2, YR3). Started by a Temporal schedule.

One activity for each trust: a mail server that is away for one keeps no other waiting.
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
from temporalio.exceptions import ActivityError
from temporalio.service import RPCError

from activities.weekly_digest import WeeklyDigests
from shared.contracts.digests import DigestOrder
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE
from shared.contracts.patience import LOOK, POST_A_DIGEST
from workflows.steps.retries import retries

log = logging.getLogger(__name__)

SCHEDULE = "weekly-digest"
MONDAY = ScheduleCalendarSpec(
    day_of_week=[ScheduleRange(1)], hour=[ScheduleRange(7)], minute=[ScheduleRange(30)], comment="Monday morning"
)


@workflow.defn
class WeeklyDigest:
    """One week, told to every trust. Here are only codes of trusts and how many were told."""

    @workflow.run
    async def run(self) -> int:
        """How many trusts were told now. One that cannot be reached for days is told by the next week's."""
        trusts = await workflow.execute_activity_method(
            WeeklyDigests.trusts,
            task_queue=OUTSIDE_QUEUE,
            start_to_close_timeout=timedelta(seconds=LOOK.attempt_s),
            retry_policy=retries(LOOK),
        )
        year, week, _day = workflow.now().isocalendar()
        told = [self._tell(DigestOrder(each, f"{year}-W{week:02}")) for each in trusts]
        return sum(await asyncio.gather(*told))

    async def _tell(self, order: DigestOrder) -> bool:
        """Whether it was told now. What was given up for this week is logged, and told by the next week's."""
        assert POST_A_DIGEST.give_up_s is not None  # noqa: S101 -- it has to end before the next week's begins
        try:
            return await self._send(order, POST_A_DIGEST.give_up_s)
        except ActivityError as error:
            workflow.logger.warning("digest given up for this week", extra={"cause": type(error.cause).__name__})
            return False

    async def _send(self, order: DigestOrder, give_up_s: float) -> bool:
        return await workflow.execute_activity_method(
            WeeklyDigests.send,
            order,
            task_queue=OUTSIDE_QUEUE,
            start_to_close_timeout=timedelta(seconds=POST_A_DIGEST.attempt_s),
            schedule_to_close_timeout=timedelta(seconds=give_up_s),
            retry_policy=retries(POST_A_DIGEST),
            summary="weekly digest",
        )


async def every_week(client: Client) -> None:
    """Makes sure of the schedule. Asked again, by however many workers, it changes nothing.

    An engine that is away again keeps no worker from its work: the next one to start asks again.
    """
    action = ScheduleActionStartWorkflow(
        WeeklyDigest.run, id=SCHEDULE, task_queue=PATHWAY_QUEUE, static_summary="The week, told to every trust"
    )
    spec = ScheduleSpec(calendars=[MONDAY], time_zone_name="Europe/London")
    try:
        await client.create_schedule(SCHEDULE, Schedule(action=action, spec=spec))
    except ScheduleAlreadyRunningError:
        return
    except RPCError as error:
        log.warning("the weekly digest was not scheduled", extra={"error": type(error).__name__})
