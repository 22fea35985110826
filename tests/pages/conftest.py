"""All desks on a real PostgreSQL, each with its own login role and pages; people sign in without an issuer."""

from collections.abc import AsyncIterator
from typing import Any, cast

import asyncpg
import pytest

from services.desks import DESKS, database_role, directory
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.ledger.registers import Registers
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.ledger.acting import LedgerOf
from tests.pages.visitors import House
from tests.standing_desks import desk_of

POLICY = load()
DIRECTORY = directory("http://127.0.0.1:8000", 8000)


async def nobody_asks() -> bool:
    return True


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[House]:
    found, pools, clock = House(), [], ServerClock()
    found.urls = {each.name: each.url for each in DIRECTORY}
    for desk in DESKS:
        pool = await open_pool(postgres.settings, database_role(desk), size=2)
        pools.append(pool)
        reception = Reception.of(desk, pool, clock, DIRECTORY, issuer="http://127.0.0.1:9", training=True)
        ledger = Ledger(pool, POLICY, clock)
        wiring = Wiring(
            ledger,
            cast("Any", None),
            nobody_asks,
            DIRECTORY,
            training=True,
            reception=reception,
            registers=Registers(pool, clock),
        )
        found.apps[desk], found.receptions[desk], found.ledgers[desk] = desk_of(desk, wiring), reception, ledger
    yield found
    for pool in pools:
        pool.terminate()


@pytest.fixture
async def ledger_of(house: House, postgres: Postgres) -> AsyncIterator[LedgerOf]:
    """The desks' ledgers by login role, and the worker's."""
    pool = await open_pool(postgres.settings, "patency_worker", size=2)
    worker = Ledger(pool, POLICY, ServerClock())
    known = {f"desk_{name}": ledger for name, ledger in house.ledgers.items()} | {"patency_worker": worker}
    yield known.__getitem__
    pool.terminate()


@pytest.fixture
async def anything(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for looking past every policy."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await connection.close()
