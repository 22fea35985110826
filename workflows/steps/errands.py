"""Running an errand to the outside world with named patience: on its own queue, retried, given up for this run."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow

from shared.contracts.identifiers import OUTSIDE_QUEUE
from shared.contracts.looks import Errand
from shared.contracts.patience import Patience
from workflows.steps.retries import retries


async def run(do: Callable[[Any, Errand], Awaitable[None]], errand: Errand, patience: Patience, summary: str) -> None:
    """Do it, however long the other side is away. Raises ActivityError when it is given up for this run."""
    give_up = timedelta(seconds=patience.give_up_s) if patience.give_up_s is not None else None
    await workflow.execute_activity_method(
        do,
        errand,
        task_queue=OUTSIDE_QUEUE,
        start_to_close_timeout=timedelta(seconds=patience.attempt_s),
        schedule_to_close_timeout=give_up,
        retry_policy=retries(patience),
        summary=summary,
    )
