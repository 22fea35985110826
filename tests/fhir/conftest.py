"""Desks on PostgreSQL, whose callers' tokens carry the scopes that a test wants."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from typing_extensions import override

from deploy.local.people import SCOPES
from services import wiring
from tests.database import Postgres
from tests.pages.visitors import House
from tests.service.callers import Caller, KnownPeople
from tests.service.permissions.opened_house import opened_house
from tests.service.story import Story

GRANTED: dict[str, Any] = {"all": SCOPES}
"""What a token `person~name` may do. A token without a name has no scope at all."""


class ScopedPeople(KnownPeople):
    """The people of the training directory; what a token may do is in its second half."""

    @override
    async def claims(self, token: str) -> Mapping[str, Any] | None:
        person, _, name = token.partition("~")
        found = await super().claims(person)
        if found is None:
            return None
        scopes = {"scope": GRANTED[name]} if name else {}
        return {key: value for key, value in found.items() if key != "scope"} | scopes


class Fhir:
    """A caller at `/fhir`: GET of the front door, POST of the referral desk."""

    def __init__(self, house: House, role: str, scopes: str = "all", trust: str = "rxx") -> None:
        token = f"{trust}-{role}-1" + (f"~{scopes}" if scopes else "")
        self._caller = Caller(house.apps, token)
        self._nobody = Caller(house.apps, None)

    async def get(self, path: str, **asked: Any) -> httpx.Response:
        return await self._caller.get("front_door", f"/fhir/{path}", **asked)

    async def post(self, bundle: Any, **headers: str) -> httpx.Response:
        usual = {"Content-Type": "application/fhir+json", "Idempotency-Key": "", "Training-Now": "2026-03-03T09:00:00Z"}
        return await self._caller.send("referral", "/fhir", bundle, **usual | headers)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(postgres: Postgres) -> AsyncIterator[House]:
    async with opened_house(postgres) as found:
        for app in found.apps.values():
            app.state.wiring = replace(app.state.wiring, identity=ScopedPeople())
        yield found


@pytest.fixture
def story(house: House) -> Story:
    return Story(house.apps)


@pytest.fixture(autouse=True)
def as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search goes through whatever other tests have left, on a machine that may be busy: no outage is tested here."""
    monkeypatch.setattr(wiring, "LEDGER_SECONDS", 60.0)
