"""Entering a started procedure in the venous registry (IPG651 1.3). The registry shipped with Patency is simulated."""

from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Book, Rejection, VenousRegistry
from shared.contracts.looks import Errand

ENTER = "enter_in_registry"


class Sendings(Protocol):
    """The book of what was handed over (shared.ledger.registry_sendings)."""

    async def note(self, errand: Errand) -> None:
        """It is about to be handed over, the first time or again."""
        ...


class RegistryEntries:
    def __init__(self, book: Book, registry: VenousRegistry, sendings: Sendings) -> None:
        self._book = book
        self._registry = registry
        self._sendings = sendings

    @activity.defn(name=ENTER)
    async def enter(self, errand: Errand) -> None:
        """Submit the entry if it is still owed, and write down the receipt or the rejection.

        While the registry has not decided, the attempt fails and is repeated: the key makes repeating harmless.
        """
        if not await self.attempt(errand):
            raise ApplicationError("the registry has not decided yet", type="undecided")

    async def attempt(self, errand: Errand) -> bool:
        """One try; returns whether nothing is left to do. Raises OutsideUnavailable."""
        submission = await self._book.submission(errand)
        if submission is None:
            return True
        await self._sendings.note(errand)
        answer = await self._registry.submit(submission)
        if answer is None:
            return False
        if isinstance(answer, Rejection):
            await self._book.note_rejected(submission, errand, answer)
        else:
            await self._book.note_accepted(submission, errand, answer)
        return True
