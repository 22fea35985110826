"""Reference: the seven steps as rows and nothing else. No rules, no engine, no audit, nobody signs in."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from fastapi import FastAPI, Request, Response

from tests.bench import seven_steps as steps

TABLES = """
CREATE TABLE pathway (id text PRIMARY KEY, state text NOT NULL DEFAULT 'open', form jsonb, due_at timestamptz);
CREATE TABLE task (pathway text REFERENCES pathway, name text, role text NOT NULL, state text NOT NULL DEFAULT 'open',
    form jsonb, PRIMARY KEY (pathway, name));
CREATE INDEX task_worklist ON task (role) WHERE state = 'open';
CREATE INDEX pathway_due ON pathway (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE owed (id bigserial PRIMARY KEY, pathway text NOT NULL, kind text NOT NULL);
"""
OPEN = "INSERT INTO task (pathway, name, role) VALUES ($1, $2, $3)"
FINISH = "UPDATE task SET state = 'done', form = $3 WHERE pathway = $1 AND name = $2"
NEXT_OWED = "SELECT id, pathway, kind FROM owed ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"
NEXT_DUE = "SELECT id FROM pathway WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED"
LATER = "UPDATE pathway SET due_at = now() + make_interval(secs => $2) WHERE id = $1"
PAUSE_S = 0.2
HANDS = 4  # who see to what is owed, side by side

Connection = Any  # asyncpg's own and its pool's proxy share no type


class Rows:
    """The whole reference: a pool and a bell that says that something is owed."""

    def __init__(self, pool: asyncpg.Pool, outside: asyncpg.Pool) -> None:
        self.pool, self.outside, self.bell = pool, outside, asyncio.Event()

    async def refer(self, pathway: str, form: str) -> int:
        """201, or 410 when it was done already."""
        try:
            async with self.pool.acquire() as connection, connection.transaction():
                await connection.execute("INSERT INTO pathway (id, form) VALUES ($1, $2)", pathway, form)
                await _open(connection, pathway, *steps.SIGNATURES)
        except asyncpg.UniqueViolationError:
            return 410
        return 201

    async def complete(self, pathway: str, name: str, form: str) -> int:
        """200, 409 while the step is not open, 410 when it was done already."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT FROM pathway WHERE id = $1 FOR UPDATE", pathway)
            state = await connection.fetchval("SELECT state FROM task WHERE pathway = $1 AND name = $2", pathway, name)
            if state != "open":
                return 410 if state else 409
            await connection.execute(FINISH, pathway, name, form)
            await _follow(connection, pathway, name)
        self.bell.set()
        return 200

    async def see_to_one(self) -> bool:
        """One call to the outside world, and what follows from it. False: nothing is owed."""
        async with self.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(NEXT_OWED)
            if row is None:
                return False
            await connection.execute("SELECT FROM pathway WHERE id = $1 FOR UPDATE", row["pathway"])
            await self.outside.execute(steps.CALL_OUTSIDE, row["pathway"], row["kind"])
            await connection.execute("DELETE FROM owed WHERE id = $1", row["id"])
            await _follow(connection, row["pathway"], row["kind"])
            return True

    async def fire_one(self) -> bool:
        """One timer. False: none is due."""
        async with self.pool.acquire() as connection, connection.transaction():
            pathway = await connection.fetchval(NEXT_DUE)
            if pathway is not None:
                await _follow(connection, pathway, steps.TIMER)
            return pathway is not None

    async def forever(self, one: Callable[[], Awaitable[bool]]) -> None:
        while True:
            while await one():
                pass
            with suppress(TimeoutError):
                await asyncio.wait_for(self.bell.wait(), PAUSE_S)
            self.bell.clear()


async def _open(connection: Connection, pathway: str, *names: str) -> None:
    await connection.executemany(OPEN, [(pathway, name, steps.ROLES[name]) for name in names])


async def _follow(connection: Connection, pathway: str, name: str) -> None:
    """What a step that is done leads to. The caller holds the pathway's row."""
    following = {steps.NOTICE: "consent", "consent": "procedure", steps.TIMER: "follow_up"}
    if name in following:
        await connection.execute("UPDATE pathway SET due_at = NULL WHERE id = $1 AND due_at IS NOT NULL", pathway)
        await _open(connection, pathway, following[name])
    elif name == steps.REGISTRY:
        await connection.execute(LATER, pathway, steps.TIMER_S)
    elif name == "follow_up":
        await connection.execute("UPDATE pathway SET state = 'done' WHERE id = $1", pathway)
    elif name == "procedure" or not await connection.fetchval(
        "SELECT count(*) FROM task WHERE pathway = $1 AND state = 'open'", pathway
    ):
        owed = steps.REGISTRY if name == "procedure" else steps.NOTICE
        await connection.execute("INSERT INTO owed (pathway, kind) VALUES ($1, $2)", pathway, owed)


@asynccontextmanager
async def _at_work(app: FastAPI) -> AsyncIterator[None]:
    async with (
        asyncpg.create_pool(steps.dsn(), min_size=8, max_size=16) as pool,
        asyncpg.create_pool(steps.dsn(), min_size=2, max_size=4) as outside,
    ):
        app.state.rows = rows = Rows(pool, outside)
        hands = [asyncio.create_task(rows.forever(rows.see_to_one)) for _ in range(HANDS)]
        hands.append(asyncio.create_task(rows.forever(rows.fire_one)))
        yield
        for hand in hands:
            hand.cancel()


def create() -> FastAPI:
    app = FastAPI(lifespan=_at_work, openapi_url=None)

    @app.post("/pathways/{pathway}")
    async def refer(pathway: str, request: Request) -> Response:
        form = json.dumps(await request.json())
        return Response(status_code=await app.state.rows.refer(pathway, form))

    @app.post("/pathways/{pathway}/{name}")
    async def complete(pathway: str, name: str, request: Request) -> Response:
        form = json.dumps(await request.json())
        return Response(status_code=await app.state.rows.complete(pathway, name, form))

    @app.get("/worklist/{role}")
    async def worklist(role: str) -> list[str]:
        found = await app.state.rows.pool.fetch("SELECT pathway FROM task WHERE role = $1 AND state = 'open'", role)
        return [row["pathway"] for row in found]

    @app.get("/pathways/{pathway}")
    async def state(pathway: str) -> dict[str, Any]:
        done = await app.state.rows.pool.fetchval("SELECT state = 'done' FROM pathway WHERE id = $1", pathway)
        open_now = await app.state.rows.pool.fetch(
            "SELECT name FROM task WHERE pathway = $1 AND state = 'open'", pathway
        )
        return {"finished": bool(done), "open": [row["name"] for row in open_now]}

    return app
