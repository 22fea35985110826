"""Desks with their pages on a real PostgreSQL, and people who are signed in there without an issuer."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from deploy.local.people import people
from services.desks import database_role, directory
from services.identity import person
from services.sessions.keeping import SignedIn
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.policy import load
from shared.wiring.postgres import open_alone, open_pool
from tests.database import Postgres
from tests.ledger.acting import LedgerOf
from tests.sessions.moving_clock import Browser, MovingClock
from tests.standing_desks import desk_of

POLICY = load()
DIRECTORY = directory("http://127.0.0.1:8000", 8000)
ADDRESS = {each.name: each.url for each in DIRECTORY}
OPEN = ("front_door", "mdt_review", "governance")
WRITING = ("desk_referral", "desk_front_door", "desk_mdt_review", "patency_worker")


@dataclass(frozen=True, slots=True)
class House:
    """The desks that have pages here, by name and by address, and the clock they go by."""

    desks: dict[str, FastAPI]
    receptions: dict[str, Reception]
    clock: MovingClock


class Colleague:
    """Somebody at a browser, signed in."""

    def __init__(self, browser: Browser, csrf: str) -> None:
        self.browser = browser
        self.csrf = csrf

    async def get(self, path: str, *, desk: str = "front_door", **headers: str) -> httpx.Response:
        return await self.browser.get(ADDRESS[desk] + path, **headers)

    async def post(self, path: str, *, desk: str = "front_door", **fields: Any) -> httpx.Response:
        """Sends a form of our own. A list is a field that is there several times."""
        return await self.browser.send("POST", ADDRESS[desk] + path, data={"csrf": self.csrf, **fields})

    async def done(self, path: str, *, desk: str = "front_door", **fields: Any) -> httpx.Response:
        """Sends a form, and gives the page that the answer leads to."""
        answer = await self.post(path, desk=desk, **fields)
        assert answer.status_code == 303, answer.text
        where = answer.headers["location"]
        return await self.browser.get(where if where.startswith("http") else ADDRESS[desk] + where)


ComingIn = Callable[[str], Awaitable[Colleague]]


async def nobody_asks() -> bool:
    return True


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[House]:
    desks, receptions, pools, clock = {}, {}, [], MovingClock()
    for name in OPEN:
        pool = await open_pool(postgres.settings, database_role(name), size=3)
        pools.append(pool)
        reception = Reception.of(
            name,
            pool,
            clock,
            DIRECTORY,
            issuer="http://127.0.0.1:9",
            training=True,
            listen=partial(open_alone, postgres.settings, database_role(name)),
        )
        wiring = Wiring(
            Ledger(pool, POLICY, clock), cast("Any", None), nobody_asks, DIRECTORY, training=True, reception=reception
        )
        desks[ADDRESS[name]], receptions[name] = desk_of(name, wiring), reception
    yield House(desks, receptions, clock)
    for app in desks.values():
        if getattr(app.state, "bell", None) is not None:
            await app.state.bell.close()
    for pool in pools:
        pool.terminate()


@pytest.fixture
def coming_in(house: House) -> ComingIn:
    """Signs somebody of the training directory in, in the only post they hold."""

    async def come_in(name: str) -> Colleague:
        found = next(each for each in people() if each.id == name)
        who = person({"sub": found.id, **found.claims()})
        assert who is not None
        sessions = house.receptions["front_door"].sessions
        cookie, session = await sessions.begin(SignedIn(who, found.name, house.clock.now(), None, "token"))
        browser = Browser(house.desks, "")
        browser.cookies["patency"] = cookie
        return Colleague(browser, session.csrf)

    return come_in


@pytest.fixture
async def ledgers(postgres: Postgres) -> AsyncIterator[LedgerOf]:
    """Ledgers by login role, for referring somebody and what follows."""
    clock = MovingClock()
    pools = {role: await open_pool(postgres.settings, role, size=2) for role in WRITING}
    found = {role: Ledger(pool, POLICY, clock) for role, pool in pools.items()}
    yield found.__getitem__
    for pool in pools.values():
        pool.terminate()


@pytest.fixture
async def anything(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for looking past every policy."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def empty(anything: asyncpg.Connection) -> asyncpg.Connection:
    """Nobody has any work yet, whatever other tests left."""
    await anything.execute("DELETE FROM task")
    return anything


def rows_of(page: httpx.Response) -> list[str]:
    """The lines of the worklist, as text with tags."""
    body = page.text.partition("<tbody")[2].partition("</tbody>")[0]
    return re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)


def listed(page: httpx.Response) -> str:
    """The tasks of a page as its form names them, in the order of its lines."""
    found = re.search(r'name="listed" value="([^"]*)"', page.text)
    assert found
    return found[1]
