"""F7 for as long as a pathway lives: what comes again after its workflow went on as a new run, or a month later."""

from collections import Counter
from datetime import timedelta

import asyncpg
import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.testing import WorkflowEnvironment

from shared.contracts.patience import QUIET_S
from tests.database import Postgres
from tests.pages.visitors import House
from tests.service.story import kept
from tests.storms.at_once import HUNDRED, many, said, storm
from tests.storms.engine import Engine, started
from tests.storms.remembered import RememberedStory

pytestmark = pytest.mark.asyncio(loop_scope="session")

WRITTEN = """
SELECT (SELECT array_agg(kind ORDER BY seq) FROM entry WHERE pathway_id = $1) AS entries,
    (SELECT count(*) FROM audit WHERE pathway_id = $1 AND action NOT IN ('read', 'clock_moved')) AS audits,
    (SELECT count(*) FROM idempotency WHERE pathway_id = $1) AS keys,
    (SELECT count(*) FROM outbox WHERE pathway_id = $1) AS outgoing,
    (SELECT count(*) FROM notice WHERE pathway_id = $1) AS notices,
    (SELECT count(*) FROM task WHERE pathway_id = $1) AS tasks,
    (SELECT sum(times) FROM registry_sending WHERE pathway_id = $1) AS sendings,
    (SELECT count(*) FROM patient) AS patients
"""
A_QUIET_HOUR = timedelta(seconds=QUIET_S + 60)
THIRTY_ONE_DAYS_LATER = "2026-04-09T11:00:00Z"
ACTED_ON = {"mdt_sign_off", "procedure_start"}  # from these a notice and a registry entry follow
KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


async def effects(anything: asyncpg.Connection, engine: Engine, pathway_id: str) -> dict[str, object]:
    """Everything that the writes of this pathway have led to, here and outside."""
    row = await anything.fetchrow(WRITTEN, pathway_id)
    assert row is not None
    outside = {"mails": dict(engine.mailbox.taken), "registry": sorted(engine.registry.entries)}
    return dict(row) | outside | {"receipts": len(engine.registry.receipts)}


async def again(house: House, story: RememberedStory) -> dict[str, Counter[tuple[int, bytes]]]:
    """Every write of the story many times more at the same moment: what was answered otherwise than before."""
    wrong = {}
    for given in story.given:
        count = HUNDRED if given.name in ACTED_ON else many()
        found = said(await storm(house.apps[given.desk], *[given.sent] * count))
        if found != {given.answer: count}:
            wrong[given.name] = found
    return wrong


async def treated(house: House, engine: Engine) -> RememberedStory:
    """Up to the end of the procedure: the lead has one notice, the registry one entry."""
    story = RememberedStory(house.apps, engine)
    await story.treated()
    await engine.at_rest(story.pathway)
    assert (list(engine.mailbox.taken.values()), len(engine.registry.entries)) == ([1], 1)
    return story


async def test_what_comes_again_after_the_workflow_continued_as_new_is_answered_as_before_and_does_nothing(
    house: House, anything: asyncpg.Connection, env: WorkflowEnvironment, postgres: Postgres
) -> None:
    async with started(env, postgres) as engine:
        story = await treated(house, engine)
        before, run = await effects(anything, engine, story.pathway), await engine.run_of(story.pathway)
        await env.sleep(A_QUIET_HOUR)
        assert await engine.run_of(story.pathway) != run
        assert await again(house, story) == {}
        await engine.at_rest(story.pathway)
        assert await effects(anything, engine, story.pathway) == before


async def test_what_comes_again_31_days_later_is_answered_as_before_and_does_nothing(
    house: House, anything: asyncpg.Connection, env: WorkflowEnvironment, postgres: Postgres
) -> None:
    async with started(env, postgres) as engine:
        story = await treated(house, engine)
        await kept(story.at(THIRTY_ONE_DAYS_LATER))
        await engine.at_rest(story.pathway)
        await env.sleep(timedelta(days=31))
        await engine.at_rest(story.pathway)
        before = await effects(anything, engine, story.pathway)
        assert await again(house, story) == {}
        await engine.at_rest(story.pathway)
        assert await effects(anything, engine, story.pathway) == before
        assert set(engine.mailbox.taken.values()) == {1}
