"""Telling the governance leads (IPG651 1.2), beside everything else the pathway waits for."""

from datetime import timedelta

from temporalio import workflow

from activities.governance_notification import GovernanceNotices
from shared.contracts.identifiers import OUTSIDE_QUEUE, PathwayRef
from shared.contracts.looks import Errand
from shared.contracts.patience import POST_A_NOTICE
from workflows.steps.retries import give_up, retries


async def tell(ref: PathwayRef, key: str, cause: str | None) -> None:
    """Hand one dispatch of a notice to the mail system, however long that is away."""
    await workflow.execute_activity_method(
        GovernanceNotices.send,
        Errand(ref, key, cause),
        task_queue=OUTSIDE_QUEUE,
        start_to_close_timeout=timedelta(seconds=POST_A_NOTICE.attempt_s),
        schedule_to_close_timeout=give_up(POST_A_NOTICE),
        retry_policy=retries(POST_A_NOTICE),
        summary="governance notice",
    )
