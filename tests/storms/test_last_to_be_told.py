"""R-GOV-3 under two hands: the last two people to be told cannot both be taken away at the same moment (IPG651 1.2)."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from shared.ledger.recipients import AT_ONCE, STRIKE
from tests.database import Postgres
from tests.ledger.own_trust import OwnTrust, founded

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAD, DEPUTY = "governance_lead", "deputy_governance_lead"
WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)"


@pytest_asyncio.fixture(loop_scope="session")
async def two(postgres: Postgres) -> AsyncIterator[tuple[asyncpg.Connection, asyncpg.Connection]]:
    """Two who change the register at once, as the owner of the tables: the database itself has to refuse."""
    both = [await asyncpg.connect(postgres.owner_dsn) for _ in range(2)]
    yield both[0], both[1]
    for each in both:
        await each.close()


async def strike(connection: asyncpg.Connection, trust: OwnTrust, role: str) -> None:
    await connection.execute("SELECT set_config('patency.trust', $1, true)", trust.code)
    await connection.execute(STRIKE, role, trust.person(role))
    await connection.execute(AT_ONCE)


async def test_of_two_who_take_the_last_two_away_at_once_one_is_refused(
    two: tuple[asyncpg.Connection, asyncpg.Connection], anything: asyncpg.Connection
) -> None:
    first, second = two
    trust = await founded(first, LEAD, DEPUTY)
    ours, theirs = first.transaction(), second.transaction()
    await ours.start()
    await strike(first, trust, LEAD)
    await theirs.start()
    striking = asyncio.create_task(strike(second, trust, DEPUTY))
    while not striking.done() and not await anything.fetchval(WAITING, second.get_server_pid()):
        pass  # until the other has looked, or stands in line
    await ours.commit()
    with pytest.raises(asyncpg.CheckViolationError):
        await striking
    await theirs.rollback()
    told = "SELECT role FROM governance_recipient WHERE trust = $1"
    assert [row["role"] for row in await anything.fetch(told, trust.code)] == [DEPUTY]
