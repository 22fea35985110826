"""Waiting, as the pathway does it: look, see to what is owed, wait for news or for the clock, look again.

Every step of the guidance waits in this one way. What a step means is decided in the clinical core; here is only
order and patience.
"""

import asyncio
from datetime import timedelta
from typing import NoReturn

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError

from activities.follow import Following
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import NEWEST_MANNER, Ending, Errand, Look, News, Order, Owed, Rest
from shared.contracts.patience import LONGEST_SLEEP_S, LOOK, LOOKS_IN_A_ROW, QUIET_S
from shared.contracts.steps import Step
from workflows.steps import governance_notification, registry_entry
from workflows.steps.filters import Filters
from workflows.steps.retries import retries
from workflows.steps.told import Alarm, Told

PATHWAY_STEP = SearchAttributeKey.for_keyword("PathwayStep")

ERRANDS = {
    "governance_notice": governance_notification.tell,
    "registry_entry": registry_entry.enter,
}
"""Who sees to each kind of obligation."""


class PathwayEnded(Exception):  # noqa: N818 -- the good way out of the guidance
    """The clinical record says that this pathway is closed, and nobody outside is owed anything."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending


class Steps:
    """The steps of one pathway, waited for in this run.

    A run is short: after a quiet hour the pathway continues as new and sleeps at the top of the fresh run, where
    changed code and changed deadlines meet nothing but one timer.
    """

    def __init__(self, ref: PathwayRef, told: Told) -> None:
        self._ref = ref
        self._told = told
        self._alarm = Alarm(told)
        self._manner = 1
        self._filters = Filters(ref)
        self._seen: Look | None = None
        self._cause: str | None = None
        self._passed: set[str] = set()
        self._under_way: dict[Owed, asyncio.Task[None]] = {}
        self._looks_in_a_row = 0

    async def sleep(self, rest: Rest | None) -> None:
        """Sleep until `rest` is over or there is news. Without a rest: not at all."""
        if rest is not None:
            self._manner = rest.manner
            self._filters.remember(rest.filters)
            if rest.seconds > 0:
                await self._news_within(rest.seconds)

    def settled(self, step: Step) -> bool:
        """Whether the clinical record, as last seen, waits for nothing more in this step."""
        return self._seen is not None and step in self._seen.settled

    async def settle(self, *steps: Step) -> None:
        """Wait until all these steps are settled, or until an earlier one has come undone (clinical.md 5.3).

        Meanwhile the chasing happens: timers fire, notices and registry entries go out, lapses take effect.
        Raises PathwayEnded when the record is closed.
        """
        if self._seen is None:
            await self._look()
        while not (all(map(self.settled, steps)) or self._came_undone()):
            await self._wait()
        self._passed = {step for step in (*self._passed, *steps) if self.settled(Step(step))}

    async def until_closed(self) -> NoReturn:
        """Wait for as long as it takes: only the clinical record ends a pathway."""
        while True:
            await self._wait()

    def _came_undone(self) -> bool:
        return any(not self.settled(Step(step)) for step in self._passed)

    async def _wait(self) -> None:
        """Let time or people do their part, then look."""
        seen = self._seen
        assert seen is not None  # noqa: S101 -- settle looks before it waits
        until_due = seen.wait_s if seen.wait_s is not None else LONGEST_SLEEP_S
        if until_due > 0:
            told = await self._news_within(min(until_due, QUIET_S))
            if not told and until_due > QUIET_S and self._nothing_under_way():
                self._begin_afresh(0 if seen.owed else min(until_due - QUIET_S, LONGEST_SLEEP_S))
        await self._look()

    def _nothing_under_way(self) -> bool:
        """Errands that were given up do not count: the fresh run begins them anew."""
        return all(errand.done() for errand in self._under_way.values())

    async def _news_within(self, seconds: float) -> bool:
        """Whether there was news within this time."""
        self._looks_in_a_row = 0
        return await (self._told if self._manner == 1 else self._alarm).within(seconds)

    def _begin_afresh(self, seconds: float) -> NoReturn:
        """Continue as a fresh run: to sleep, or at once to try again what the outside world is still owed."""
        workflow.continue_as_new(args=[self._ref, Rest(seconds, self._filters.known, NEWEST_MANNER)])

    async def _look(self) -> None:
        """See how the pathway stands, and see to what is newly owed. Looking without end is a defect, and loud."""
        self._looks_in_a_row += 1
        if self._looks_in_a_row > LOOKS_IN_A_ROW:
            raise RuntimeError("the pathway is looked at without end")
        news = self._told.take()
        self._cause = news.cause if news else None
        before = self._seen
        self._seen = await workflow.execute_local_activity_method(
            Following.look,
            Order(self._ref, self._cause),
            start_to_close_timeout=timedelta(seconds=LOOK.attempt_s),
            retry_policy=retries(LOOK),
        )
        if before is None or before.step != self._seen.step:
            workflow.upsert_search_attributes([PATHWAY_STEP.value_set(self._seen.step)])
        self._see_to(self._seen.owed)
        await self._filters.see_to(self._seen.filters, News(self._seen.version, self._cause))
        if self._seen.ended is not None and not self._seen.owed and (self._manner == 1 or self._nothing_under_way()):
            raise PathwayEnded(Ending(self._seen.ended))

    def _see_to(self, owed: tuple[Owed, ...]) -> None:
        """Start an errand for each thing newly owed. What is under way, or was tried in this run, is left alone."""
        for each in owed:
            if each not in self._under_way:
                errand = Errand(self._ref, each.key, self._cause, looked_after=self._manner > 1)
                self._under_way[each] = asyncio.create_task(self._run_errand(each, errand))
        for gone in [each for each in self._under_way if each not in owed and self._under_way[each].done()]:
            del self._under_way[gone]

    async def _run_errand(self, owed: Owed, errand: Errand) -> None:
        try:
            await ERRANDS[owed.kind](errand)
        except ActivityError as error:
            # It is still owed: the next fresh run tries again. The record's own timers escalate meanwhile.
            workflow.logger.warning(
                "errand given up for now", extra={"kind": owed.kind, "cause": type(error.cause).__name__}
            )
        else:
            if errand.looked_after and self._told.news is None:
                self._told.hear(News(0, errand.cause))
