"""Entering a started procedure in the venous registry (IPG651 1.3), beside everything else the pathway waits for."""

from activities.registry_entry import RegistryEntries
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand
from shared.contracts.patience import ENTER_IN_REGISTRY
from workflows.steps import errands


async def enter(ref: PathwayRef, key: str, cause: str | None) -> None:
    """Submit one dataset version, and ask until the registry has answered."""
    await errands.run(RegistryEntries.enter, Errand(ref, key, cause), ENTER_IN_REGISTRY, "registry entry")
