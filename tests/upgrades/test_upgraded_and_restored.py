"""A world upgraded and restored: pathways go on through a rolling restart, and a backup gives back a moment of it."""

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType, TimeoutType
from temporalio.api.history.v1 import HistoryEvent, WorkflowTaskTimedOutEventAttributes
from temporalio.client import Client

from deploy.alerts.engine import of_the_engine
from deploy.alerts.figures import HELP
from deploy.backup import cluster, mending
from deploy.backup.differences import Kind, Sides, differences
from deploy.backup.sides import followed, reading, until_it_works, written
from deploy.local import postgres
from tests.upgrades.fleet import Fleet, failed, fleet
from tests.upgrades.rolling import NEW, OLD, Outcome, roll


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here() -> AsyncIterator[Fleet]:
    async with fleet() as started:
        yield started


@pytest.mark.asyncio(loop_scope="module")
async def test_pathways_go_on_through_a_rolling_restart_there_and_back(here: Fleet) -> None:
    found = await roll(here, 6)
    assert found.safe, found


@pytest.mark.asyncio(loop_scope="module")
async def test_a_restored_moment_lacks_what_came_later_and_that_is_listed_and_blocks(here: Fleet) -> None:
    dsn, backup = here.world.superuser_dsn, here.world.directory / "backup"
    log = await cluster.follow(dsn, backup)
    await asyncio.to_thread(cluster.save, dsn, backup)
    before = await here.open(2)
    await here.until_told()
    moment: datetime = (await here.rows("SELECT clock_timestamp() AS now"))[0]["now"]
    after = await here.open(1)
    await here.until_told()
    await here.rows("SELECT pg_switch_wal()")
    await here.world.kill("postgres")
    await log.stop()
    files = postgres.files_of(here.world.directory)
    await asyncio.to_thread(shutil.rmtree, files)
    await asyncio.to_thread(cluster.restore, backup, files, until=moment)
    await here.world.restart("postgres")
    await until_it_works(dsn)

    async with reading(dsn) as connection:
        record = await written(connection)
    found = differences(Sides(record, await followed(here.client), frozenset(), frozenset()))

    assert set(before) <= set(record)
    assert {(each.kind, each.pathway) for each in found} == {(Kind.UNKNOWN_PATHWAY, each) for each in after}
    pool = await asyncpg.create_pool(dsn, min_size=0, max_size=1)
    assert await mending.block(found, pool, datetime.now(UTC)) == {"RXX"}
    await pool.close()
    waiting = await here.rows("SELECT scope FROM suspension WHERE trust = 'RXX' AND lifted_at IS NULL")
    assert [row["scope"] for row in waiting] == ["procedure"]


def timed_out(kind: TimeoutType.ValueType) -> HistoryEvent:
    return HistoryEvent(
        event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
        workflow_task_timed_out_event_attributes=WorkflowTaskTimedOutEventAttributes(timeout_type=kind),
    )


def test_a_failed_task_is_counted_and_a_task_that_changed_workers_is_not() -> None:
    broken = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
    hung = timed_out(TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE)
    moved = timed_out(TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START)
    assert [failed([each]) for each in (broken, hung, moved)] == [1, 1, 0]


@pytest.mark.parametrize(
    "worse",
    [{"failed_tasks": 1}, {"lost": 1}, {"deadlines_changed": 1}, {"unseen": 1}, {"by": {OLD: 3}}, {"by": {NEW: 3}}],
)
def test_a_restart_that_cost_something_or_did_not_happen_is_not_safe(worse: dict[str, Any]) -> None:
    good = Outcome(9, 0, 0, 0, 0, {OLD: 9, NEW: 3}, 1.0)
    assert good.safe
    assert not dataclasses.replace(good, **worse).safe


@pytest.mark.asyncio(loop_scope="module")
async def test_temporal_tells_the_figures_that_alerts_look_at(here: Fleet) -> None:
    found = await of_the_engine(here.client)
    assert {each.name for each in found} <= set(HELP)
    told = {each.name: each.value for each in found if each.name != "patency_backlog_age_seconds"}
    assert (told["patency_temporal_answers"], told["patency_workflows_failing"]) == (1, 0)


async def test_while_temporal_is_away_its_figures_say_only_that() -> None:
    client = await Client.connect("127.0.0.1:1", lazy=True)
    assert [(each.name, each.value) for each in await of_the_engine(client)] == [("patency_temporal_answers", 0)]
