"""News around the moment in which a workflow continues as new: told a hundred times, acted on once, and never lost."""

import asyncio
import threading
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import (
    ContinueAsNewInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from typing_extensions import override

from shared.contracts.patience import QUIET_S
from tests.database import Postgres
from tests.pages.visitors import House
from tests.service.story import SPECIALISTS, kept, review_form
from tests.storms.at_once import HUNDRED, by, said, storm
from tests.storms.engine import HELD_S, WITHIN_S, Engine, started
from tests.storms.remembered import RememberedStory

pytestmark = pytest.mark.asyncio(loop_scope="session")
OVERRUN = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND
TASK_FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED


class Held(Interceptor):
    """Holds a workflow the first time that it is about to continue as new, its decision made and not yet said."""

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()

    def hold(self) -> None:
        self.reached.set()
        self.let_go.wait(HELD_S)

    @override
    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        held = self

        class Continuing(WorkflowOutboundInterceptor):
            @override
            def continue_as_new(self, input: ContinueAsNewInput) -> NoReturn:
                held.hold()
                super().continue_as_new(input)

        class Running(WorkflowInboundInterceptor):
            @override
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Continuing(outbound))

        return Running


async def waiting_for_a_signature(house: House, engine: Engine) -> RememberedStory:
    """Two of three specialties have signed: with the third governance is owed its notice."""
    story = RememberedStory(house.apps, engine)
    await story.classified()
    await story.at("2026-03-05T14:00:00Z")
    await kept(story.write("mdt_review", "mdt-coordinator", "mdt_review", review_form()))
    signature = {"review": story.version, "agrees": True}
    for each in SPECIALISTS[:2]:
        await kept(story.write("mdt_review", each, "mdt_sign_off", signature, version="*"))
    await engine.at_rest(story.pathway)
    return story


async def told(house: House, engine: Engine, story: RememberedStory) -> None:
    """The third signature, given a hundred times at once, and its news told a hundred times besides."""
    last = by(f"rxx-{SPECIALISTS[2]}-1", story.given[-1].sent.path, story.given[-1].sent.body, **{"If-Match": "*"})
    found = said(await storm(house.apps["mdt_review"], *[last] * HUNDRED))
    assert [status for status, _body in found] == [200], found
    news = await engine.news_of(story.pathway)
    await asyncio.gather(*(engine.relay._tell(news, None) for _ in range(HUNDRED)))


async def overrun(engine: Engine, pathway_id: str, run: str) -> bool:
    """Whether this run had to think again, because news came while it said that it continues as new."""
    ended = engine.env.client.get_workflow_handle(engine.handle(pathway_id).id, run_id=run)
    events = [each async for each in ended.fetch_history_events()]
    failed = [each.workflow_task_failed_event_attributes.cause for each in events if each.event_type == TASK_FAILED]
    return failed == [OVERRUN]


def once(engine: Engine, shown: dict[str, Any]) -> None:
    """One notice owed, one sent and written down, one mail in the lead's box."""
    kinds = [each["kind"] for each in shown["entries"]]
    assert (kinds.count("mdt_sign_off"), kinds.count("governance_notice_sent"), len(shown["notices"])) == (3, 1, 1)
    assert list(engine.mailbox.taken.values()) == [1]


@pytest.mark.parametrize("seconds", [QUIET_S - 10, QUIET_S + 60], ids=["in its last seconds", "as a fresh run"])
async def test_news_told_a_hundred_times_around_continuing_as_new_has_one_effect(
    house: House, env: WorkflowEnvironment, postgres: Postgres, seconds: float
) -> None:
    async with started(env, postgres) as engine:
        story = await waiting_for_a_signature(house, engine)
        run = await engine.run_of(story.pathway)
        await env.sleep(seconds)
        assert (await engine.run_of(story.pathway) != run) == (seconds > QUIET_S)
        await asyncio.gather(told(house, engine, story), env.sleep(20))
        await engine.at_rest(story.pathway)
        once(engine, await story.look())
        await env.sleep(timedelta(seconds=QUIET_S * 2))
        once(engine, await story.look())


async def test_news_told_a_hundred_times_in_the_very_moment_of_continuing_as_new_has_one_effect(
    house: House, env: WorkflowEnvironment, postgres: Postgres
) -> None:
    held = Held()
    async with started(env, postgres, held) as engine:
        story = await waiting_for_a_signature(house, engine)
        run = await engine.run_of(story.pathway)
        sleeping = asyncio.create_task(env.sleep(QUIET_S + 60))
        assert await asyncio.to_thread(held.reached.wait, WITHIN_S)
        await told(house, engine, story)
        held.let_go.set()
        await sleeping
        await engine.at_rest(story.pathway)
        once(engine, await story.look())
        assert await overrun(engine, story.pathway, run)
