"""From the outbox to Temporal: the relay says once that a pathway changed, however often it did meanwhile.

A missing workflow is started by the same call (signal-with-start), so that a lost engine heals by being told.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy
from temporalio.service import RPCError

from shared.contracts.identifiers import PATHWAY_QUEUE, PathwayRef, workflow_id
from shared.contracts.looks import NEWEST_MANNER, News, Rest
from shared.contracts.patience import WORKFLOW_TASK_S
from shared.wiring import metrics, telemetry
from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)

AT_ONCE = 6
"""Signals under way: enough to keep the engine busy, too few to starve a click of CPU."""

BETWEEN_S = 0.03
"""After each row at leisure: one at a time with a pause is what a worker follows, so that no queue grows before it."""

PAUSE_S = 1.0
"""The outbox is looked at this often even when nobody knocks: a notification may be lost, a row never is."""

COUNT_EVERY_S = 5.0

TRUST_CODE = SearchAttributeKey.for_keyword("TrustCode")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One pathway of which Temporal has to hear. `since` tells a later change from the one already passed on."""

    ref: PathwayRef
    version: int
    cause: str | None
    since: datetime | None


class Outbox(Protocol):
    async def waiting(self, most: int, *, at_leisure: bool = False) -> list[Waiting]:
        """The oldest rows of one lane, at most so many. Raises what `is_outage` knows when PostgreSQL is away."""
        ...

    async def passed_on(self, waiting: Waiting) -> None:
        """Forget this row, unless it changed again meanwhile."""
        ...

    async def knocked(self) -> None:
        """Returns when something was put into the outbox, and after PAUSE_S at the latest."""
        ...


class Counted(Protocol):
    async def depth(self) -> tuple[int, float]:
        """How many rows wait, and the age of the oldest in seconds (0 without any)."""
        ...


async def keep_counting(outbox: Counted, figures: metrics.RelayFigures) -> None:
    """Until cancelled. While PostgreSQL is away the figures stay as they were: that it is away, others say."""
    while True:
        try:
            rows, oldest_s = await outbox.depth()
            figures.rows.set(rows)
            figures.oldest_s.set(oldest_s)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the outbox cannot be counted", extra={"error": type(error).__name__})
        await asyncio.sleep(COUNT_EVERY_S)


class Relay:
    """Passes rows on, several at a time, each pathway at most once at a time."""

    def __init__(self, outbox: Outbox, client: Client) -> None:
        self._outbox = outbox
        self._client = client
        self._busy: set[str] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Until cancelled. A row stays where it is until Temporal has accepted the news."""
        async with asyncio.TaskGroup() as passing:
            while True:
                await self._drain(passing)
                if not await self._at_leisure():
                    await self._outbox.knocked()

    async def _drain(self, passing: asyncio.TaskGroup) -> None:
        """Pick up what waits now. PostgreSQL being away only means that it will be picked up later."""
        while rows := await self._idle_rows(AT_ONCE * 4, at_leisure=False):
            for row in rows:
                await self._slots.acquire()
                self._busy.add(row.ref.pathway_id)
                passing.create_task(self._pass_on(row))

    async def _at_leisure(self) -> bool:
        """Pass on one row that can wait, such as an imported referral. False: there is none."""
        rows = await self._idle_rows(AT_ONCE + 1, at_leisure=True)
        for row in rows[:1]:
            await self._slots.acquire()
            self._busy.add(row.ref.pathway_id)
            await self._pass_on(row)
            await asyncio.sleep(BETWEEN_S)
        return bool(rows)

    async def _idle_rows(self, most: int, *, at_leisure: bool) -> list[Waiting]:
        """Rows that nobody is passing on; none while PostgreSQL is away."""
        try:
            rows = await self._outbox.waiting(most, at_leisure=at_leisure)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the outbox cannot be read", extra={"error": type(error).__name__})
            return []
        return [row for row in rows if row.ref.pathway_id not in self._busy]

    async def _pass_on(self, row: Waiting) -> None:
        ref = row.ref
        try:
            link = None if row.cause else ref.origin
            about = telemetry.continuing(
                row.cause, "tell PatientPathway", link=link, pathway_id=ref.pathway_id, trust=ref.trust
            )
            with about:
                await self._tell(row, telemetry.traceparent() if row.cause else None)
            await self._outbox.passed_on(row)
            metrics.TOLD.inc()
        except Exception as error:
            if not (isinstance(error, RPCError) or is_outage(error)):
                raise
            metrics.NOT_TOLD.inc()
            log.warning("the news was not passed on", extra={"error": type(error).__name__})
            await asyncio.sleep(PAUSE_S)
        finally:
            self._busy.discard(row.ref.pathway_id)
            self._slots.release()

    async def _tell(self, row: Waiting, cause: str | None) -> None:
        await self._client.start_workflow(
            "PatientPathway",
            args=[row.ref, Rest(0.0, manner=NEWEST_MANNER)],
            id=workflow_id(row.ref.pathway_id),
            task_queue=PATHWAY_QUEUE,
            start_signal="told",
            start_signal_args=[News(row.version, cause)],
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_timeout=timedelta(seconds=WORKFLOW_TASK_S),
            search_attributes=TypedSearchAttributes([SearchAttributePair(TRUST_CODE, row.ref.trust)]),
            static_summary="PMT pathway under IPG651",
        )
