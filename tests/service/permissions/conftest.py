"""Desks with both doors open, a session for every role, and two pathways of two trusts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest_asyncio

from services.identity import Person, Post
from services.sessions.keeping import SignedIn
from shared.pathway.people import Role
from tests.database import Postgres
from tests.ledger.acting import opened, person
from tests.pages.visitors import House
from tests.service.callers import NOWHERE
from tests.service.permissions.asking import ONE_OF, Reception, SessionOf
from tests.service.permissions.audiences import SIGNING_IN
from tests.service.permissions.opened_house import opened_house


@dataclass(frozen=True, slots=True)
class Pathways:
    """One of the askers' own trust, one of another trust, and an id that no pathway has."""

    own: str
    others: str
    nobodys: str = NOWHERE


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(postgres: Postgres) -> AsyncIterator[House]:
    async with opened_house(postgres) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reception(house: House) -> Reception:
    sessions = {role: await _signed_in(house, role) for role in SIGNING_IN}
    return Reception(house.apps, house.urls, sessions)


async def _signed_in(house: House, role: Role) -> SessionOf:
    who = Person(ONE_OF[role], frozenset({Post("RXX", role)}))
    told = SignedIn(who, "Synthetic Person", datetime.now(UTC), None, "")
    cookie, session = await house.receptions["front_door"].sessions.begin(told)
    return SessionOf(cookie, session.csrf)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pathways(house: House) -> Pathways:
    ledger = house.ledgers["referral"]
    others = await opened(lambda _: ledger, trust="RYY", by=person(Role.REFERRER, "RYY"))
    return Pathways(await opened(lambda _: ledger), others)
