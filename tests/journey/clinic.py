"""The staff of one trust as programs see them: everyone at their desk, with a token, and patient with lost answers."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from deploy.local.ports import Ports
from deploy.local.tokens import NoTokenError, token
from shared.pathway.stages import KINDS

UNKNOWN = {429, 502, 503, 504}
"""Answers that say: ask again with the same key. Too many: here a few people do the work of hundreds."""

PATIENCE_S = 60.0
PAUSE_S = 0.3


class NotKeptError(Exception):
    """A desk refused for good. `status` and `problem` say how, `asked_before` that an earlier answer was lost."""

    def __init__(self, status: int, problem: Any, asked_before: bool) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem
        self.asked_before = asked_before


@dataclass
class Clinic:
    """Desks of one world.

    Every answer is logged in `answers`: (method, path, status), 0 for a lost one;
    `kept` holds the highest version acknowledged for each pathway. With `comes_back` whoever is not known any more
    signs in again, as people do when the issuer was killed: the training issuer keeps its tokens in memory.
    """

    ports: Ports
    patience_s: float = PATIENCE_S
    comes_back: bool = False
    tokens: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, str, int]] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    http: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=10, trust_env=False, limits=httpx.Limits(max_connections=50))
    )

    async def sign_in(self, *people: str) -> None:
        for person in people:
            if person not in self.tokens:
                await self._take_token(person)

    async def open(self, person: str, body: dict[str, Any], *, training_now: str) -> str:
        """Refer a patient; returns the pathway's id."""
        url = f"{self.ports.url('referral')}/api/pathways"
        headers = {"Idempotency-Key": secrets.token_hex(12), "Training-Now": training_now}
        kept = await self._asked("POST", url, person, json=body, headers=headers)
        return str(kept.json()["pathway_id"])

    async def write(
        self, person: str, pathway: str, kind: str, body: dict[str, Any], *, any_version: bool = False
    ) -> int:
        """Write a record down, on the version seen just before; returns the new version."""
        url = f"{self.ports.url(KINDS[kind].desk)}/api/pathways/{pathway}/{kind}"
        key = secrets.token_hex(12)
        while True:
            seen = "*" if any_version else f'"{(await self.see(person, pathway))["version"]}"'
            try:
                kept = await self._asked(
                    "POST", url, person, json=body, headers={"Idempotency-Key": key, "If-Match": seen}
                )
            except NotKeptError as refused:
                if refused.status != httpx.codes.PRECONDITION_FAILED:
                    raise
                continue  # somebody, or the clock, was faster: look again
            version = int(kept.json()["version"])
            self.kept[pathway] = max(version, self.kept.get(pathway, 0))
            return version

    async def see(self, person: str, pathway: str) -> dict[str, Any]:
        url = f"{self.ports.url('front_door')}/api/pathways/{pathway}"
        seen: dict[str, Any] = (await self._asked("GET", url, person)).json()
        return seen

    async def see_until(self, person: str, pathway: str, what: str, so: Any) -> dict[str, Any]:
        """Look until `so(pathway)` holds. Fails when it does not within the clinic's patience."""
        clock = asyncio.get_running_loop()
        latest = clock.time() + self.patience_s
        while not so(seen := await self.see(person, pathway)):
            if clock.time() > latest:
                raise AssertionError(f"{what} did not happen: {seen['status']}, {seen['notices']}, {seen['tracks']}")
            await asyncio.sleep(0.2)
        return seen

    async def advance(self, person: str, pathway: str, to: str) -> None:
        url = f"{self.ports.url('front_door')}/api/training/pathways/{pathway}/clock"
        headers = {"Idempotency-Key": secrets.token_hex(12)}
        try:
            await self._asked("POST", url, person, json={"to": to}, headers=headers)
        except NotKeptError as refused:
            if not (refused.asked_before and await self._is_past(person, pathway, to)):
                raise  # else the question whose answer was lost had moved it already

    async def _is_past(self, person: str, pathway: str, to: str) -> bool:
        now: str = (await self.see(person, pathway))["now"]
        return datetime.fromisoformat(now) >= datetime.fromisoformat(to)

    async def _asked(self, method: str, url: str, person: str, **what: Any) -> httpx.Response:
        """Ask until there is an answer: a lost one means unknown, so the same question goes out again."""
        clock = asyncio.get_running_loop()
        latest = clock.time() + self.patience_s
        headers, asked_before = what.pop("headers", {}), False
        while True:
            status, answer, shown = 0, None, self.tokens[person]
            try:
                own = headers | {"Authorization": f"Bearer {shown}"}
                answer = await self.http.request(method, url, headers=own, **what)
                status = answer.status_code
            except httpx.TransportError:
                pass  # logged as 0 below
            self.answers.append((method, url.rpartition("/")[2], status))
            if answer is not None and answer.is_success:
                return answer
            if answer is not None and status not in UNKNOWN and not await self._came_back(person, status, shown):
                raise NotKeptError(status, answer.json(), asked_before)
            asked_before = True
            if clock.time() > latest:
                raise AssertionError(f"no answer from {url} within {self.patience_s} s")
            await asyncio.sleep(float(answer.headers.get("Retry-After", PAUSE_S)) if answer is not None else PAUSE_S)

    async def _came_back(self, person: str, status: int, shown: str) -> bool:
        """Whether it is worth asking again after this status: as somebody who signed in anew, or is about to."""
        if not self.comes_back or status != httpx.codes.UNAUTHORIZED:
            return False
        if self.tokens[person] == shown:  # otherwise another question of theirs was faster
            await self._take_token(person)
        return True

    async def _take_token(self, person: str) -> None:
        """As often as it takes where people come back: the issuer may be away at this moment."""
        while True:
            try:
                self.tokens[person] = await token(self.ports.url("issuer"), person)
            except (httpx.TransportError, NoTokenError):
                if not self.comes_back:
                    raise
                await asyncio.sleep(PAUSE_S)
            else:
                return

    async def close(self) -> None:
        await self.http.aclose()
