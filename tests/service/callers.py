"""Programs that call the desks in tests: over ASGI, each as one person of the training trusts."""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any, cast

import httpx
from fastapi import FastAPI
from typing_extensions import override

from deploy.local.people import people
from services.desks import DESKS, directory
from services.identity import IdentitySource, IssuerAwayError
from services.wiring import Wiring
from shared.ledger import Ledger

NOWHERE = "0b6d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c11"  # an id that no pathway has
DIRECTORY = directory("http://127.0.0.1:8000", 8000)
_keys = count(1)


class KnownPeople(IdentitySource):
    """An issuer in memory: a token is the directory id of whoever holds it."""

    def __init__(self) -> None:
        self.away = False

    @override
    async def claims(self, token: str) -> Mapping[str, Any] | None:
        if self.away:
            raise IssuerAwayError
        return next(({"sub": each.id, **each.claims()} for each in people() if each.id == token), None)

    @override
    async def answers(self) -> bool:
        return not self.away


class NoLedger:
    """Stands where a request must be answered without any ledger."""


async def well() -> bool:
    return True


def wiring(ledger: object = None, identity: IdentitySource | None = None) -> Wiring:
    known = identity or KnownPeople()
    return Wiring(cast("Ledger", ledger or NoLedger()), known, well, DIRECTORY, training=True)


def apps(wired: Wiring) -> dict[str, FastAPI]:
    """Every desk, all on one wiring."""
    return {name: create(wired) for name, create in DESKS.items()}


class Caller:
    """One person, or nobody, at the desks. Each act has a key of its own unless one is given."""

    def __init__(self, desks: Mapping[str, FastAPI], person: str | None, **headers: str) -> None:
        self._desks = desks
        self._headers = ({"Authorization": f"Bearer {person}"} if person else {}) | headers

    def _http(self, desk: str) -> httpx.AsyncClient:
        through = httpx.ASGITransport(self._desks[desk], raise_app_exceptions=False)
        return httpx.AsyncClient(transport=through, base_url="http://desk.test", headers=self._headers)

    async def get(self, desk: str, path: str, **params: Any) -> httpx.Response:
        async with self._http(desk) as http:
            return await http.get(path, params=params)

    async def send(self, desk: str, path: str, body: Any, **headers: str) -> httpx.Response:
        """POST `body`, as JSON unless it is bytes already. `headers` are added; an empty one is left out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        usual = {"Content-Type": "application/json", "Idempotency-Key": f"key-{next(_keys)}"}
        sent = httpx.Headers({name: value for name, value in (usual | headers).items() if value}, encoding="utf-8")
        async with self._http(desk) as http:
            return await http.post(path, content=raw, headers=sent)

    async def write(
        self, desk: str, pathway: str, record: str, body: Any, *, version: int | str, **headers: str
    ) -> httpx.Response:
        """A record for a pathway, written against `version` ("*": any, "": none said)."""
        tag = f'"{version}"' if isinstance(version, int) else version
        return await self.send(desk, f"/api/pathways/{pathway}/{record}", body, **{"If-Match": tag}, **headers)
