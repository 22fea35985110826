"""Desks without a ledger, for what is decided before any ledger is asked; and desks on a real one."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from fastapi import FastAPI

from deploy.local.world import World
from services.desks import DESKS, database_role
from shared import policy
from shared.ledger import Ledger
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.service.callers import Caller, apps, wiring
from tests.service.story import Story

Calling = Callable[..., Caller]


@pytest.fixture(scope="session")
def bare_desks() -> dict[str, FastAPI]:
    return apps(wiring())


@pytest.fixture
def calling(bare_desks: dict[str, FastAPI]) -> Calling:
    """A caller by directory id, at desks whose ledger nobody may touch."""
    return lambda person, **headers: Caller(bare_desks, person, **headers)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desks(postgres: Postgres) -> AsyncIterator[dict[str, FastAPI]]:
    """Every desk on PostgreSQL, each with the login role it has in life."""
    rules, opened, pools = policy.load(), {}, []
    for name, create in DESKS.items():
        pool = await open_pool(postgres.settings, database_role(name), size=3)
        pools.append(pool)
        opened[name] = create(wiring(Ledger(pool, rules, ServerClock())))
    yield opened
    for pool in pools:
        await pool.close()


@pytest.fixture
def story(desks: dict[str, FastAPI]) -> Story:
    """A patient at RXX whom nobody has referred yet."""
    return Story(desks)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def outside() -> AsyncIterator[World]:
    """A world with an issuer and without PostgreSQL."""
    async with World.scratch() as world:
        await world.start(("outside",))
        yield world
