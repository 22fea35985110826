"""The ledger on a real PostgreSQL: one pool per login role, opened when a test first asks for it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.ledger import Ledger
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres, put_in_order
from tests.ledger.acting import LedgerOf

POLICY = load()
ROLES = (
    "desk_front_door",
    "desk_referral",
    "desk_mdt_review",
    "desk_governance",
    "desk_consent",
    "desk_procedure",
    "desk_registry",
    "desk_follow_up",
    "patency_worker",
)


@pytest.fixture
async def pools(postgres: Postgres) -> AsyncIterator[dict[str, asyncpg.Pool]]:
    found = {role: await open_pool(postgres.settings, role) for role in (*ROLES, "patency_relay")}
    yield found
    for pool in found.values():
        pool.terminate()  # not close: a test that failed may have left a connection in use


@pytest.fixture
def ledger_of(pools: dict[str, asyncpg.Pool]) -> LedgerOf:
    """The ledger as a process with this login role has it."""
    ledgers = {role: Ledger(pools[role], POLICY, ServerClock()) for role in ROLES}
    return ledgers.__getitem__


@pytest.fixture
async def owner(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.owner_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def anything(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for looking past every policy."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await put_in_order(connection)
    await connection.close()


@pytest.fixture
async def real_trust(owner: asyncpg.Connection) -> str:
    """A trust whose patients would be real, with one referrer."""
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', 'RZ9', true)")
        await owner.execute(
            "INSERT INTO trust (trust, name, nation, training) VALUES ('RZ9', 'Some trust', 'england', false)"
            " ON CONFLICT DO NOTHING"
        )
        await owner.execute(
            "INSERT INTO staff (trust, person, role, from_on) SELECT 'RZ9', 'rz9-' || role || '-1', role, '2020-01-01'"
            " FROM unnest(ARRAY['referrer', 'ops']) AS role ON CONFLICT DO NOTHING"
        )
    return "RZ9"
