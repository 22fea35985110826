"""One house for all forms, and one patient whom the forms are about."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.database import Postgres
from tests.ledger.acting import opened
from tests.pages.visitors import House
from tests.service.permissions.opened_house import opened_house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(postgres: Postgres) -> AsyncIterator[House]:
    async with opened_house(postgres) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def referred(house: House) -> str:
    """A pathway with its referral alone: the forms are drawn for it, and no rule is asked about them."""
    return await opened(lambda _: house.ledgers["referral"])
