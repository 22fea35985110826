"""Entering a started procedure in the venous registry (IPG651 1.3), beside everything else the pathway waits for."""

from activities.registry_entry import RegistryEntries
from shared.contracts.looks import Errand
from shared.contracts.patience import ENTER_IN_REGISTRY
from workflows.steps import errands


async def enter(errand: Errand) -> None:
    """Submit one dataset version, and ask until the registry has answered."""
    await errands.run(RegistryEntries.enter, errand, ENTER_IN_REGISTRY, "registry entry")
