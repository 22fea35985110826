"""Looking at a pathway on behalf of its workflow."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Book
from shared.contracts.looks import Look, Order


class Following:
    def __init__(self, book: Book) -> None:
        self._book = book

    @activity.defn(name="look_at_pathway")
    async def look(self, order: Order) -> Look:
        """Enter what fell due, and return how the pathway stands. Refuses a pathway that does not exist, for good."""
        seen = await self._book.look(order)
        if seen is None:
            raise ApplicationError("no such pathway", type="absent", non_retryable=True)
        return seen
