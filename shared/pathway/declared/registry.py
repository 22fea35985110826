"""The venous registry entry (IPG651 1.3, 1.4)."""

from shared.contracts.steps import Step
from shared.pathway import registry_compared, registry_entry
from shared.pathway.registry_by_hand import (
    RegistryManualConfirmation,
    RegistryManualEntry,
    RegistryManualWithdrawal,
)
from shared.pathway.registry_compared import RegistryCompared
from shared.pathway.registry_entry import RegistryAccepted, RegistryCorrection, RegistryRejected
from shared.pathway.roles import CLERK, SYSTEM
from shared.pathway.stage import Kind, Stage

STAGE = Stage(
    "registry",
    Step.REGISTRY_ENTRY,
    ("1.3", "1.4"),
    (
        Kind(RegistryAccepted, "", SYSTEM, registry_entry.refusals, any_version=True),
        Kind(RegistryRejected, "", SYSTEM, registry_entry.refusals, any_version=True),
        Kind(RegistryCompared, "", SYSTEM, registry_compared.refusals, any_version=True),
        Kind(RegistryCorrection, "registry", CLERK, registry_entry.refusals),
        Kind(RegistryManualEntry, "registry", CLERK, registry_entry.refusals),
        Kind(RegistryManualConfirmation, "registry", CLERK, registry_entry.refusals),
        Kind(RegistryManualWithdrawal, "registry", CLERK, registry_entry.refusals),
    ),
    registry_entry.settled,
    (registry_entry.tasks, registry_compared.tasks),
    (registry_entry.timers,),
    (registry_entry.owed,),
    asks=("registry_entry", "registry_update_by_hand", "registry_difference"),
    outlives_closing=True,
    outlives_death=True,
)
