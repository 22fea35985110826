"""What OpenAPI promises of every operation holds, whatever is sent: no other status, no other shape, nothing breaks.

schemathesis makes the requests up from the documents, others each time (pytest prints the seed), and many more of them
for `python -m tests.storms`.
"""

import random
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import core
from hypothesis.internal.conjecture import engine
from hypothesis.strategies._internal import collections

from tests.ledger.acting import opened
from tests.pages.visitors import House
from tests.service.permissions.operations import Operation
from tests.storms.at_once import whole
from tests.storms.attacking import answer, everything, made_up, wrong

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("registers_put_back")]
CHANGED_FOR_ALL = (
    (core, "RepresentationPrinter"),
    (core, "BUFFER_SIZE"),
    (engine, "BUFFER_SIZE"),
    (collections, "BUFFER_SIZE"),
)
OF_EACH_MODE = 30 if whole() else 2


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def nothing_stays_suspended(anything: asyncpg.Connection) -> AsyncIterator[None]:
    yield
    await anything.execute("UPDATE suspension SET lifted_at = now() WHERE lifted_at IS NULL")


@pytest.fixture(scope="module", autouse=True)
def hypothesis_stays_itself() -> Iterator[None]:
    """schemathesis makes hypothesis faster by having it print nothing, for whatever runs after it in this process."""
    with pytest.MonkeyPatch.context() as kept:
        for module, name in CHANGED_FOR_ALL:
            kept.setattr(module, name, getattr(module, name))
        yield


@pytest.mark.parametrize("asked", list(everything()), ids=str)
async def test_every_answer_is_one_that_was_promised(house: House, asked: Operation) -> None:
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    chance = random.Random(random.getrandbits(64))  # noqa: S311 -- seeded by the run
    found: list[str] = []
    for case in made_up(asked, pathway_id, OF_EACH_MODE, chance.getrandbits(64)):
        given_back = await answer(house, asked, case, chance)
        found += [f"{why}\n{case.as_curl_command()}" for why in wrong(case, given_back)]
    assert found == []
