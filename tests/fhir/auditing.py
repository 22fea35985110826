"""An auditor of one trust who takes an export over HTTP, and the worker that makes it; both go by one clock."""

import json
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from shared.ledger.fhir_exporting import Exporting
from shared.ledger.fhir_exports import Exports
from shared.policy import load
from tests.pages.visitors import House
from tests.sessions.moving_clock import MovingClock

Json = dict[str, Any]
ASYNC = {"Prefer": "respond-async"}


class Auditing:
    """The front door and the worker of one trust; both go by one clock."""

    def __init__(self, house: House, worker: asyncpg.Pool, owner: asyncpg.Connection) -> None:
        self.clock = MovingClock()
        self.worker = Exporting(worker, load(), self.clock)
        self.owner = owner
        self.pool = worker
        self.house = house

    def exports(self) -> Exports:
        """The front door's own, by this clock."""
        pool = self.house.receptions["front_door"].exports._pool
        return Exports(pool, self.clock)

    def app(self) -> FastAPI:
        app = self.house.apps["front_door"]
        wired = app.state.wiring
        app.state.wiring = replace(wired, reception=replace(wired.reception, exports=self.exports()))
        return app

    async def ask(
        self, path: str, scopes: str = "export", who: str = "ryy-auditor-1", method: str = "GET", **headers: str
    ) -> httpx.Response:
        through = httpx.ASGITransport(self.app(), raise_app_exceptions=False)
        token = {"Authorization": f"Bearer {who}~{scopes}"}
        async with httpx.AsyncClient(transport=through, base_url="http://desk.test") as http:
            return await http.request(method, path, headers=token | headers)

    async def begun(self) -> str:
        """Where to ask about an export that was just asked for."""
        answer = await self.ask("/fhir/$export", **ASYNC)
        assert answer.status_code == 202, answer.text
        return answer.headers["content-location"].removeprefix("http://127.0.0.1:8000")

    async def done(self) -> tuple[str, Json]:
        place = await self.begun()
        assert await self.worker.once() == 1
        answer = await self.ask(place)
        assert answer.status_code == 200, answer.text
        return place, answer.json()

    async def lines(self, manifest: Json) -> list[Json]:
        found = []
        for each in manifest["output"]:
            answer = await self.ask(each["url"].removeprefix("http://127.0.0.1:8000"))
            assert answer.headers["content-type"] == "application/fhir+ndjson"
            told = [json.loads(line) for line in answer.text.splitlines()]
            assert len(told) == each["count"]
            assert {one["resourceType"] for one in told} == {each["type"]}
            found += told
        return found

    async def count(self, table: str) -> int:
        found: int = await self.owner.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 -- our own words
        return found
