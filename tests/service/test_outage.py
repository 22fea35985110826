"""PostgreSQL goes away under the desks, by refusing and by saying nothing: 503 within five seconds, nothing written."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.desks import DESKS, database_role
from shared import policy
from shared.ledger import Ledger
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.settings import PostgresPlace
from tests.database import Postgres
from tests.forms import referral as referral_form
from tests.service.callers import wiring
from tests.service.story import Story, body, kept

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON_S = 5.0


class Wire:
    """A connection to PostgreSQL that can be cut, or go silent, and come back."""

    def __init__(self, place: PostgresPlace) -> None:
        self._place = place
        self._streams: set[asyncio.StreamWriter] = set()
        self._copying: set[asyncio.Task[None]] = set()
        self.flows = asyncio.Event()
        self.flows.set()
        self.refuses = False

    async def open(self) -> asyncio.Server:
        return await asyncio.start_server(self._connect, "127.0.0.1", 0)

    def cut(self) -> None:
        self.refuses = True
        for stream in self._streams:
            stream.transport.abort()

    def mend(self) -> None:
        self.refuses = False
        self.flows.set()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        inner, outer = await asyncio.open_connection(self._place.host, self._place.port)
        self._streams |= {writer, outer}
        for source, sink in ((reader, outer), (inner, writer)):
            task = asyncio.create_task(self._copy(source, sink))
            self._copying.add(task)
            task.add_done_callback(self._copying.discard)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65536):
                await self.flows.wait()
                sink.write(piece)
                await sink.drain()
        except ConnectionError:
            return
        finally:
            sink.close()


@pytest_asyncio.fixture(loop_scope="session")
async def wire(postgres: Postgres) -> AsyncIterator[tuple[Wire, dict[str, FastAPI]]]:
    """Every desk on PostgreSQL through one wire."""
    between = Wire(postgres.settings.postgres)
    server = await between.open()
    place = PostgresPlace("127.0.0.1", server.sockets[0].getsockname()[1], postgres.settings.postgres.dbname)
    settings = postgres.settings.model_copy(update={"postgres": place})
    rules, opened, pools = policy.load(), {}, []
    for name in ("front_door", "referral"):
        pool = await open_pool(settings, database_role(name), size=2)
        pools.append(pool)
        opened[name] = DESKS[name](wiring(Ledger(pool, rules, ServerClock())))
    yield between, opened
    between.mend()
    for pool in pools:
        pool.terminate()
    between.cut()
    server.close()


def soon(begun: float) -> bool:
    return time.monotonic() - begun < SOON_S


async def classify(story: Story, key: str) -> int:
    sent = body(referral_form.classification())
    headers = {"Idempotency-Key": key}
    answer = await story.write("referral", "triage-clinician", "classification", sent, version=1, **headers)
    if answer.status_code == 503:
        assert answer.headers["retry-after"] == "2"
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


async def test_a_cut_connection_is_503_and_the_same_key_works_once_it_is_back(
    wire: tuple[Wire, dict[str, FastAPI]],
) -> None:
    between, desks = wire
    story = Story(desks)
    await kept(story.refer(), 201)
    between.cut()
    begun = time.monotonic()
    assert await classify(story, f"{story.pathway}/cut") == 503
    assert soon(begun)
    between.mend()
    assert await classify(story, f"{story.pathway}/cut") == 200
    assert len((await story.look())["entries"]) == 2


async def test_a_database_that_says_nothing_is_503_within_five_seconds(wire: tuple[Wire, dict[str, FastAPI]]) -> None:
    between, desks = wire
    story = Story(desks)
    await kept(story.refer(), 201)
    between.flows.clear()
    begun = time.monotonic()
    answers = await asyncio.gather(*(classify(story, f"{story.pathway}/silence-{n}") for n in range(6)))
    assert set(answers) == {503}
    assert soon(begun)
    between.mend()
    assert await classify(story, f"{story.pathway}/silence-after") in {200, 412}
    assert len((await story.look())["entries"]) == 2
