"""Every desk on PostgreSQL for programs and people alike, and the superuser, who counts what was really written."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from deploy.seed import seed
from services import wiring
from shared.wiring import postgres as postgres_wiring
from tests.database import Postgres
from tests.ledger.acting import TRUST
from tests.pages.visitors import House
from tests.service.permissions.opened_house import opened_house
from tests.sessions.moving_clock import MovingClock
from tests.sessions.signing_issuer import SigningIssuer
from tests.storms.engine import skipping_time
from tests.storms.poisoning import NOTIFY, NOTIFY_TOKEN

PATIENT_S = 300.0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(postgres: Postgres) -> AsyncIterator[House]:
    async with opened_house(postgres) as found:
        desk = found.apps[NOTIFY.desk]
        desk.state.wiring = replace(desk.state.wiring, notify_tokens={TRUST: NOTIFY_TOKEN})
        door, issuer = found.apps["front_door"], SigningIssuer(MovingClock()).provider()
        door.state.reception = replace(door.state.reception, provider=issuer)
        yield found
        await issuer.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def anything(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for looking past every policy."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registers_put_back(postgres: Postgres) -> AsyncIterator[None]:
    """Undo what a storm did to the trust's registers: others treat patients in this database."""
    yield
    await seed(postgres.owner_dsn)


@pytest.fixture(autouse=True)
def as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred in a line on a busy machine may take longer than a person waits; an outage is not what is tested."""
    monkeypatch.setattr(wiring, "LEDGER_SECONDS", PATIENT_S)
    monkeypatch.setattr(postgres_wiring, "ACQUIRE_SECONDS", PATIENT_S)


@pytest_asyncio.fixture(loop_scope="session")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal whose clock can be moved, started afresh for each test."""
    async with skipping_time() as found:
        yield found
