"""Every desk on PostgreSQL, the operations desk with its store of spans among them; the superuser beside."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from shared.traces.pathway_health import PathwaysHealth
from shared.traces.store import TraceStore
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.pages.visitors import House
from tests.service.permissions.opened_house import opened_house


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def house(postgres: Postgres) -> AsyncIterator[House]:
    async with opened_house(postgres) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def own_pool(postgres: Postgres) -> AsyncIterator[asyncpg.Pool]:
    """With the rights of the operations desk, and no others."""
    pool = await open_pool(postgres.settings, "desk_operations", size=4)
    yield pool
    pool.terminate()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def store(own_pool: asyncpg.Pool) -> TraceStore:
    return TraceStore(own_pool, ServerClock())


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def health(own_pool: asyncpg.Pool) -> PathwaysHealth:
    return PathwaysHealth(own_pool, ServerClock())


@pytest_asyncio.fixture(loop_scope="session")
async def anything(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for looking past every policy."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await connection.close()
