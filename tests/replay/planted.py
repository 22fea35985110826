"""Unsafe changes, planted: each is a workflow that does the same in another order or under another name.

They exist so that a test can show the gate going red. None of them is ever registered with a worker.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from shared.contracts.identifiers import FilterRef, PathwayRef
from shared.contracts.looks import NEWEST_MANNER, Ending, News, Rest
from workflows import pathway as real
from workflows.filter_retrieval import FilterRetrieval
from workflows.steps import waiting
from workflows.steps.told import Told

STEP = SearchAttributeKey.for_keyword("PathwayStep")


@workflow.defn(name="PatientPathway")
class SaysItsStepFirst:
    """The search attribute is written before anybody has looked: two commands have changed places."""

    def __init__(self) -> None:
        self._told = Told()

    @workflow.run
    async def run(self, ref: PathwayRef, rest: Rest | None = None) -> Ending:
        workflow.upsert_search_attributes([STEP.value_set("referral")])
        return await real.PatientPathway.run(_as_real(self._told), ref, rest)

    @workflow.signal
    def told(self, news: News) -> None:
        self._told.hear(news)


@workflow.defn(name="PatientPathway")
class WaitsAMoment:
    """One more timer at the top of a run."""

    def __init__(self) -> None:
        self._told = Told()

    @workflow.run
    async def run(self, ref: PathwayRef, rest: Rest | None = None) -> Ending:
        await workflow.sleep(timedelta(seconds=1))
        return await real.PatientPathway.run(_as_real(self._told), ref, rest)

    @workflow.signal
    def told(self, news: News) -> None:
        self._told.hear(news)


@workflow.defn(name="PatientPathway")
class TellsNobody:
    """An errand is left out: governance would not be told, and the registry gets nothing."""

    def __init__(self) -> None:
        self._told = Told()

    @workflow.run
    async def run(self, ref: PathwayRef, rest: Rest | None = None) -> Ending:
        silent: dict[str, Callable[..., Awaitable[None]]] = dict.fromkeys(waiting.ERRANDS, _nothing)
        with patch.object(waiting, "ERRANDS", silent):
            return await real.PatientPathway.run(_as_real(self._told), ref, rest)

    @workflow.signal
    def told(self, news: News) -> None:
        self._told.hear(news)


@workflow.defn(name="PatientPathway")
class ForgetsItsManner:
    """A run that was begun with one manner of waiting goes on with the newest."""

    def __init__(self) -> None:
        self._told = Told()

    @workflow.run
    async def run(self, ref: PathwayRef, rest: Rest | None = None) -> Ending:
        newest = replace(rest or Rest(0.0), manner=NEWEST_MANNER)
        return await real.PatientPathway.run(_as_real(self._told), ref, newest)

    @workflow.signal
    def told(self, news: News) -> None:
        self._told.hear(news)


@workflow.defn(name="FilterRetrieval")
class ForgetsToLook:
    """A filter's workflow that believes its first timer instead of the record."""

    @workflow.run
    async def run(self, ref: FilterRef, rest: Rest | None = None) -> Ending:
        del ref, rest
        await workflow.sleep(timedelta(days=1))
        return Ending("retrieved")

    @workflow.signal
    def told(self, news: News) -> None:
        """Hear it, and do nothing."""


PLANTED: dict[str, tuple[type, type]] = {
    "a command before another": (SaysItsStepFirst, FilterRetrieval),
    "a timer more": (WaitsAMoment, FilterRetrieval),
    "an errand less": (TellsNobody, FilterRetrieval),
    "another manner of waiting": (ForgetsItsManner, FilterRetrieval),
    "a look less": (real.PatientPathway, ForgetsToLook),
}


def _as_real(told: Told) -> real.PatientPathway:
    """The real workflow, hearing what this one is told."""
    found = real.PatientPathway.__new__(real.PatientPathway)
    found._told = told
    return found


async def _nothing(*_: object) -> None:
    return
