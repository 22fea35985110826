"""One vena cava filter, from the day it went in until it is out or stays by decision (clinical.md 2.7; IPG651 2.5).

A workflow of its own, so that no discharge, withdrawal, transfer or closing ends it: only an outcome in the clinical
record does. The ladder of its deadlines lives in the clinical core; here is only the waiting.
"""

from datetime import timedelta

from temporalio import workflow

from activities.follow import Following
from shared.contracts.identifiers import FilterRef
from shared.contracts.looks import Ending, Look, News, Order, Rest
from shared.contracts.patience import LONGEST_SLEEP_S, LOOK, LOOKS_IN_A_ROW, QUIET_S
from workflows.steps.retries import retries
from workflows.steps.told import Told


@workflow.defn(name="FilterRetrieval")
class FilterRetrieval:
    """Wait for the next rung of one filter's ladder, look, and wait again."""

    def __init__(self) -> None:
        self._told = Told()

    @workflow.run
    async def run(self, ref: FilterRef, rest: Rest | None = None) -> Ending:
        """Follow one filter to its outcome. A run is short: it sleeps at the top of the next one."""
        if rest is not None:
            await self._told.within(rest.seconds)
        looks_in_a_row = 0
        while looks_in_a_row <= LOOKS_IN_A_ROW:
            seen = await self._look(ref)
            if seen.ended is not None:
                return Ending(seen.ended)
            until_due = seen.wait_s if seen.wait_s is not None else LONGEST_SLEEP_S
            looks_in_a_row = 0 if until_due > 0 else looks_in_a_row + 1
            if until_due > 0 and not await self._told.within(min(until_due, QUIET_S)) and until_due > QUIET_S:
                rested = Rest(min(until_due - QUIET_S, LONGEST_SLEEP_S))
                workflow.continue_as_new(args=[ref, rested])
        raise RuntimeError("the filter is looked at without end")

    @workflow.signal
    def told(self, news: News) -> None:
        """The clinical record says something new about this filter."""
        self._told.hear(news)

    async def _look(self, ref: FilterRef) -> Look:
        news = self._told.take()
        return await workflow.execute_local_activity_method(
            Following.look,
            Order(ref.pathway, news.cause if news else None, ref.number),
            start_to_close_timeout=timedelta(seconds=LOOK.attempt_s),
            retry_policy=retries(LOOK),
        )
