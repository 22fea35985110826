"""Looking at a pathway on behalf of its workflow."""

from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Book
from shared.contracts.looks import Look, Order, Owed


class Tries(Protocol):
    """What a look sees to by itself, before its workflow sends somebody (activities.first_try)."""

    async def make(self, order: Order, owed: tuple[Owed, ...]) -> bool:
        """Try; returns whether anything was done, so that looking again is worth it."""
        ...


class Following:
    """Without `tries` everything that is owed is left to errands."""

    def __init__(self, book: Book, tries: Tries | None = None) -> None:
        self._book = book
        self._tries = tries

    @activity.defn(name="look_at_pathway")
    async def look(self, order: Order) -> Look:
        """Enter what fell due, try what is owed, and return how the pathway stands: what is owed still needs an errand.

        Refuses a pathway that does not exist, for good.
        """
        seen = await self._book.look(order)
        if self._tries is not None and seen is not None and seen.owed and await self._tries.make(order, seen.owed):
            seen = await self._book.look(order)
        if seen is None:
            raise ApplicationError("no such pathway", type="absent", non_retryable=True)
        return seen
