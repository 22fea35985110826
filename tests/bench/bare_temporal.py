"""Reference: the seven steps as samples of Temporal write them. A workflow holds the state, a step is an update.

No rules, no audit, no tenants, nobody signs in. The worklist is a search of open workflows by role.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import SearchAttributeKey, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    import asyncpg
    from fastapi import FastAPI, Request, Response

    from tests.bench import seven_steps as steps

QUEUE = "bare"
WAITS_FOR = SearchAttributeKey.for_keyword_list("WaitsFor")
NOT_OPEN, DONE = "not-open", "done"
ATTEMPT = timedelta(seconds=5)


@workflow.defn(name="BarePathway")
class BarePathway:
    def __init__(self) -> None:
        self.open: set[str] = set()
        self.done: dict[str, Any] = {}

    @workflow.run
    async def run(self, form: dict[str, Any]) -> None:
        self.done["refer"] = form
        await self._ask(*steps.SIGNATURES)
        await self._call_outside(steps.NOTICE)
        await self._ask("consent")
        await self._ask("procedure")
        await self._call_outside(steps.REGISTRY)
        await workflow.sleep(steps.TIMER_S)
        await self._ask("follow_up")

    async def _ask(self, *names: str) -> None:
        self.open = set(names)
        workflow.upsert_search_attributes([WAITS_FOR.value_set([steps.ROLES[name] for name in names])])
        await workflow.wait_condition(lambda: not self.open)

    async def _call_outside(self, kind: str) -> None:
        which = [workflow.info().workflow_id, kind]
        await workflow.execute_activity(call_outside, args=which, start_to_close_timeout=ATTEMPT)

    @workflow.update
    def complete(self, name: str, form: dict[str, Any]) -> None:
        self.open.discard(name)
        self.done[name] = form

    @complete.validator
    def _may_complete(self, name: str, form: dict[str, Any]) -> None:  # noqa: ARG002 -- the shape of its update
        if name not in self.open:
            raise ApplicationError("not now", type=DONE if name in self.done else NOT_OPEN)

    @workflow.query
    def state(self) -> dict[str, Any]:
        return {"finished": "follow_up" in self.done, "open": sorted(self.open)}


class Outside:
    pool: asyncpg.Pool


@activity.defn
async def call_outside(pathway: str, kind: str) -> None:
    await Outside.pool.execute(steps.CALL_OUTSIDE, pathway, kind)


async def _client() -> Client:
    return await Client.connect(os.environ["BENCH_TEMPORAL"])


async def work() -> None:
    """The worker, until it is ended."""
    async with asyncpg.create_pool(steps.dsn(), min_size=2, max_size=8) as pool:
        Outside.pool = pool
        await Worker(await _client(), task_queue=QUEUE, workflows=[BarePathway], activities=[call_outside]).run()


class Engine:
    """The HTTP side: everything is asked of Temporal."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def refer(self, pathway: str, form: dict[str, Any]) -> int:
        """201, or 410 when it was done already."""
        policy = WorkflowIDReusePolicy.REJECT_DUPLICATE
        try:
            await self.client.start_workflow(
                BarePathway.run, form, id=pathway, task_queue=QUEUE, id_reuse_policy=policy
            )
        except WorkflowAlreadyStartedError:
            return 410
        return 201

    async def complete(self, pathway: str, name: str, form: dict[str, Any]) -> int:
        """200, 409 while the step is not open, 410 when it was done already."""
        try:
            await self.client.get_workflow_handle(pathway).execute_update(BarePathway.complete, args=[name, form])
        except WorkflowUpdateFailedError as refused:
            told = refused.cause
            return 410 if isinstance(told, ApplicationError) and told.type == DONE else 409
        except RPCError as failed:  # a workflow that has ended knows no updates
            return 410 if failed.status == RPCStatusCode.NOT_FOUND else 503
        return 200


@asynccontextmanager
async def _at_work(app: FastAPI) -> AsyncIterator[None]:
    app.state.engine = Engine(await asyncio.wait_for(_client(), 30))
    yield


def create() -> FastAPI:
    app = FastAPI(lifespan=_at_work, openapi_url=None)

    @app.post("/pathways/{pathway}")
    async def refer(pathway: str, request: Request) -> Response:
        return Response(status_code=await app.state.engine.refer(pathway, await request.json()))

    @app.post("/pathways/{pathway}/{name}")
    async def complete(pathway: str, name: str, request: Request) -> Response:
        return Response(status_code=await app.state.engine.complete(pathway, name, await request.json()))

    @app.get("/worklist/{role}")
    async def worklist(role: str) -> list[str]:
        waiting = f"WaitsFor = '{role}' AND ExecutionStatus = 'Running'"
        return [each.id async for each in app.state.engine.client.list_workflows(waiting)]

    @app.get("/pathways/{pathway}")
    async def state(pathway: str) -> dict[str, Any]:
        found: dict[str, Any] = await app.state.engine.client.get_workflow_handle(pathway).query(BarePathway.state)
        return found

    return app
