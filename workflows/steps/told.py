"""What a workflow was told and has not looked at yet, and waiting for more of it."""

import asyncio
from datetime import timedelta

from temporalio import workflow

from shared.contracts.looks import News


class Told:
    """The newest news. Several collapse into one: whoever looks sees everything."""

    def __init__(self) -> None:
        self.news: News | None = None

    def hear(self, news: News) -> None:
        self.news = news

    def take(self) -> News | None:
        news, self.news = self.news, None
        return news

    async def within(self, seconds: float) -> bool:
        """Whether there is news, or was within this time."""
        try:
            await workflow.wait_condition(lambda: self.news is not None, timeout=timedelta(seconds=seconds))
        except TimeoutError:
            return False
        return True


class Alarm:
    """One timer that is left running while news comes and goes: only what falls due sooner sets another.

    A timer for each wait would be two events in the history for every click. One that rings early costs nothing:
    who waits sees that it is not time yet, and sets it again.
    """

    def __init__(self, told: Told) -> None:
        self._told = told
        self._ringing: asyncio.Task[None] | None = None
        self._rings_at = 0.0

    async def within(self, seconds: float) -> bool:
        """Whether there is news, or was within this time."""
        wake_at = workflow.time() + seconds
        while self._told.news is None and workflow.time() < wake_at:
            self._set(wake_at)
            await workflow.wait_condition(lambda: self._told.news is not None or not self._running())
        return self._told.news is not None

    def _running(self) -> bool:
        return self._ringing is not None and not self._ringing.done()

    def _set(self, wake_at: float) -> None:
        """Leave the running timer if it rings by then, otherwise set a new one in its place."""
        if self._running() and self._rings_at <= wake_at:
            return
        if self._ringing is not None:
            self._ringing.cancel()
        self._rings_at = wake_at
        self._ringing = asyncio.create_task(asyncio.sleep(wake_at - workflow.time()))
