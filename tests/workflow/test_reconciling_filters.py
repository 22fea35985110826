"""A filter whose workflow was lost is followed again: by the record, not by anybody's memory (R-FIL-4)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from temporalio.client import Client

from activities.outbox import Waiting
from activities.reconcile import FOLLOWED, reconcile_filters
from shared.contracts.identifiers import PATHWAY_QUEUE, FilterRef, PathwayRef

INSIDE = [FilterRef(PathwayRef("p-1", "RXX"), 1), FilterRef(PathwayRef("p-1", "RXX"), 2)]


@dataclass
class Record:
    inside: list[FilterRef]

    async def filters_inside(self) -> list[FilterRef]:
        return self.inside

    async def open_pathways(self) -> list[Waiting]:
        return []

    async def put_back(self, pathway: Waiting) -> None:
        raise AssertionError(pathway)


@dataclass
class Engine:
    """As much of Temporal's client as reconciling uses."""

    running: set[str]
    started: dict[str, tuple[str, list[Any], str]] = field(default_factory=dict)

    async def list_workflows(self, query: str) -> AsyncIterator[SimpleNamespace]:
        assert query == FOLLOWED
        for name in sorted(self.running):
            yield SimpleNamespace(id=name)

    async def start_workflow(self, workflow: str, *, args: list[Any], task_queue: str, **rest: Any) -> None:
        assert rest["id_conflict_policy"].name == "USE_EXISTING"
        self.started[rest["id"]] = (workflow, args, task_queue)


async def test_only_the_filter_that_nobody_follows_is_started() -> None:
    engine = Engine({"filter-p-1-1", "filter-p-9-1"})

    found = await reconcile_filters(Record(INSIDE), cast("Client", engine))

    assert found == ("filter-p-1-2",)
    assert engine.started == {"filter-p-1-2": ("FilterRetrieval", [INSIDE[1], None], PATHWAY_QUEUE)}


async def test_when_every_filter_is_followed_nothing_is_started() -> None:
    engine = Engine({"filter-p-1-1", "filter-p-1-2"})

    assert await reconcile_filters(Record(INSIDE), cast("Client", engine)) == ()
    assert engine.started == {}
