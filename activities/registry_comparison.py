"""The weekly comparison of procedures, registry entries, and what the registry holds (R-REG-4; IPG651 1.3)."""

from typing import Protocol

from temporalio import activity

from activities.ports import Letter, Mailbox, VenousRegistry
from shared.contracts.registry_lists import Comparison, Held


class Comparisons(Protocol):
    """The book of comparisons (shared.ledger.registry_comparisons)."""

    async def trusts(self) -> tuple[str, ...]: ...

    async def compare(self, trust: str, held: tuple[Held, ...]) -> Comparison: ...

    async def leads(self, trust: str) -> tuple[str, ...]: ...


class RegistryComparing:
    def __init__(self, comparisons: Comparisons, registry: VenousRegistry, mailbox: Mailbox) -> None:
        self._comparisons = comparisons
        self._registry = registry
        self._mailbox = mailbox

    @activity.defn(name="trusts_to_compare")
    async def trusts(self) -> list[str]:
        """Whose procedures there are to be compared."""
        return list(await self._comparisons.trusts())

    @activity.defn(name="compare_with_registry")
    async def compare(self, trust: str) -> int:
        """Compare one trust and keep the result; returns how many differences there are.

        What is open for more than 30 days is written to the governance leads. Raises OutsideUnavailable while the
        registry or the mail server is away: compared again, the newest comparison counts.
        """
        found = await self._comparisons.compare(trust, await self._registry.held(trust))
        if found.for_governance and (addresses := await self._comparisons.leads(trust)):
            await self._mailbox.post(_letter(trust, found, addresses))
        return len(found.found)


def _letter(trust: str, found: Comparison, addresses: tuple[str, ...]) -> Letter:
    """The same Message-ID within one week: told again, it is the same letter."""
    week = found.at.strftime("%G-W%V")
    return Letter(f"{trust}.registry.{week}", "", trust, "trust", "registry_differences", "first", addresses)
