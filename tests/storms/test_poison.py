"""F13: whatever is sent is refused or kept as it is; nothing breaks, nothing is repeated, no error is long.

Every operation of every desk gets some of the poison in each run, other doses each time (pytest prints the seed), and a
few get all of it. `python -m tests.storms` gives everything to everybody.
"""

import random
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from tests.ledger.acting import opened
from tests.pages.visitors import House
from tests.service.permissions.operations import Operation
from tests.storms.at_once import whole
from tests.storms.poisoning import EVERYTHING, Ward, ward

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("registers_put_back")]

SOME = 2
ALL_OF_IT = {
    ("programs", "POST", "/api/pathways/{pathway_id}/consent"),
    ("programs", "POST", "/api/pathways"),
    ("programs", "POST", "/fhir"),
    ("programs", "POST", "/api/govuk_notify/RXX"),
    ("programs", "GET", "/api/worklist"),
    ("people", "POST", "/pathways/{pathway_id}/consent/{slug}"),
    ("people", "GET", "/pathways/{pathway_id}"),
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def poisoned(house: House, anything: asyncpg.Connection) -> AsyncIterator[Ward]:
    yield await ward(house, await opened(lambda _: house.ledgers["referral"]))
    await anything.execute("UPDATE suspension SET lifted_at = now() WHERE lifted_at IS NULL")


def in_full(asked: Operation) -> bool:
    return whole() or (asked.door, asked.method, asked.path) in ALL_OF_IT


@pytest.mark.parametrize("asked", EVERYTHING, ids=str)
async def test_nothing_that_is_sent_breaks_a_desk_or_is_repeated(poisoned: Ward, asked: Operation) -> None:
    chance = random.Random(random.getrandbits(64))  # noqa: S311 -- seeded by the run
    given = poisoned.of(asked, chance)
    found = await poisoned.give(given if in_full(asked) else chance.sample(given, SOME))
    assert found.wrong == []
    assert found.answers.total() > 0
