"""Entering a started procedure in the venous registry (IPG651 1.3), beside everything else the pathway waits for."""

from datetime import timedelta

from temporalio import workflow

from activities.registry_entry import RegistryEntries
from shared.contracts.identifiers import OUTSIDE_QUEUE, PathwayRef
from shared.contracts.looks import Errand
from shared.contracts.patience import ENTER_IN_REGISTRY
from workflows.steps.retries import give_up, retries


async def enter(ref: PathwayRef, key: str, cause: str | None) -> None:
    """Submit one dataset version, and ask until the registry has answered."""
    await workflow.execute_activity_method(
        RegistryEntries.enter,
        Errand(ref, key, cause),
        task_queue=OUTSIDE_QUEUE,
        start_to_close_timeout=timedelta(seconds=ENTER_IN_REGISTRY.attempt_s),
        schedule_to_close_timeout=give_up(ENTER_IN_REGISTRY),
        retry_policy=retries(ENTER_IN_REGISTRY),
        summary="registry entry",
    )
