"""A patient's way through the desks of which every write is remembered, to be sent again byte by byte."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from typing_extensions import override

from tests.service.callers import Caller
from tests.service.story import Story
from tests.storms.at_once import Sent
from tests.storms.engine import Engine

CLOCK = "/clock"  # moving a training clock is no write of the record: it has no key
STALE = 412


@dataclass(frozen=True, slots=True)
class Given:
    """One write, the desk it was given to, and what was answered the first time."""

    desk: str
    sent: Sent
    answer: tuple[int, bytes]

    @property
    def name(self) -> str:
        return self.sent.path.rpartition("/")[2]


class Remembering(Caller):
    def __init__(self, given: list[Given], desks: Mapping[str, FastAPI], person: str, **headers: str) -> None:
        super().__init__(desks, person, **headers)
        self._given = given

    @override
    async def send(self, desk: str, path: str, body: Any, **headers: str) -> httpx.Response:
        usual = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())} | headers
        raw = json.dumps(body).encode()
        answer = await super().send(desk, path, raw, **usual)
        if answer.is_success and not path.endswith(CLOCK):
            sent = Sent(path, raw, self._headers | usual)
            self._given.append(Given(desk, sent, (answer.status_code, answer.content)))
        return answer


class RememberedStory(Story):
    """With an engine that follows. Everybody writes on what they see, and looks again when the system was faster."""

    def __init__(self, desks: Mapping[str, FastAPI], engine: Engine) -> None:
        super().__init__(desks)
        self.given: list[Given] = []
        self._engine = engine

    @override
    async def offered(self) -> None:
        """Nobody goes on before the governance lead has the notice."""
        await super().offered()
        await self._engine.at_rest(self.pathway)

    @override
    def _noted(self, answer: httpx.Response) -> httpx.Response:
        super()._noted(answer)
        if answer.is_success:
            self._engine.follow(self.pathway)
        return answer

    @override
    def by(self, who: str, **headers: str) -> Caller:
        person = super().by(who)._headers["Authorization"].removeprefix("Bearer ")
        return Remembering(self.given, self.desks, person, **headers)

    @override
    async def write(
        self, desk: str, who: str, record: str, sent: Any, *, version: int | str | None = None, **headers: str
    ) -> httpx.Response:
        while True:
            against = (await self.look())["version"] if version is None else version
            answer = await super().write(desk, who, record, sent, version=against, **headers)
            if answer.status_code != STALE:
                return answer
