"""Entering a started procedure in the venous registry (IPG651 1.3). The registry shipped with Patency is simulated."""

from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Book, Rejection, VenousRegistry
from shared.contracts.looks import Errand


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

    @activity.defn(name="enter_in_registry")
    async def enter(self, errand: Errand) -> None:
        """Submit the entry if it is still owed, and write down the receipt or the rejection.

        While the registry has not decided, the attempt fails and is repeated: the key makes repeating harmless.
        """
        submission = await self._book.submission(errand)
        if submission is None:
            return
        await self._sendings.note(errand)
        answer = await self._registry.submit(submission)
        if answer is None:
            raise ApplicationError("the registry has not decided yet", type="undecided")
        if isinstance(answer, Rejection):
            await self._book.note_rejected(submission, errand, answer)
        else:
            await self._book.note_accepted(submission, errand, answer)
