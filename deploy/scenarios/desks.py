"""The desks of a running world as programs use them: a bearer token for each person, a role for each request."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from deploy.local.ports import Ports
from deploy.local.tokens import NoTokenError, token
from shared.pathway.people import Signature

ANSWER_S = 15.0
AWAY_TRIES = 6
FIRST_PAUSE_S = 0.25
AWAY, UNAUTHORISED = 503, 401


class WorldAway(Exception):  # noqa: N818 -- what happened, in the words of a table
    """The running world did not do its part. Says which part; never carries what was sent."""


class Desks:
    """All addresses of one world follow from its front door's port."""

    def __init__(self, http: httpx.AsyncClient, front_door: str) -> None:
        self.http = http
        self.front_door = front_door.rstrip("/")
        self.ports = Ports(urlsplit(front_door).port or 8000)
        self.addresses: dict[str, str] = {}
        self._tokens: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def of(cls, front_door: str) -> AsyncIterator[Self]:
        """The desks behind this front door, until the end of the block."""
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as http:
            yield cls(http, front_door)

    async def refuse_if_away(self) -> None:
        """Asks once whether this world is there. Raises WorldAway."""
        try:
            answer = await self.http.get(f"{self.front_door}/health/live")
        except httpx.TransportError:
            raise WorldAway(f"No world answers at {self.front_door}") from None
        if not answer.is_success:
            raise WorldAway(f"No world answers at {self.front_door}: status {answer.status_code}")

    async def desk_for(self, record: str, who: Signature) -> str:
        """The address of the desk that takes this kind of record."""
        if not self.addresses:
            listed = await self.call("GET", f"{self.front_door}/api/desks", who)
            if not listed.is_success:
                raise WorldAway(f"The front door listed no desks: status {listed.status_code}")
            desks = listed.json()["desks"]
            self.addresses = {kind: str(desk["url"]) for desk in desks for kind in desk["records"]}
        return self.addresses[record]

    async def call(
        self, method: str, url: str, who: Signature, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """One request in this person's role. While something is away it is sent again, under the same key."""
        sent = {"Patency-Role": who.role.value, "Idempotency-Key": uuid.uuid4().hex, **(headers or {})}
        answer = None
        for attempt in range(AWAY_TRIES):
            answer = await self._once(method, url, who, body, sent)
            if answer is not None and answer.status_code == UNAUTHORISED and attempt == 0:
                self._tokens.pop(who.person, None)
            elif answer is not None and answer.status_code != AWAY:
                return answer
            else:
                await asyncio.sleep(FIRST_PAUSE_S * 2**attempt)
        if answer is None:
            raise WorldAway(f"{urlsplit(url).netloc} is not reached")
        return answer

    async def _once(
        self, method: str, url: str, who: Signature, body: Any, headers: dict[str, str]
    ) -> httpx.Response | None:
        try:
            if who.person not in self._tokens:
                self._tokens[who.person] = await token(self.ports.url("issuer"), who.person)
            bearer = {"Authorization": f"Bearer {self._tokens[who.person]}"}
            return await self.http.request(method, url, json=body, headers={**headers, **bearer})
        except NoTokenError as refusal:
            raise WorldAway(str(refusal)) from None
        except httpx.TransportError:
            return None

    async def hold(self, what: str, pathway_id: str) -> None:
        """Inbox or simulated registry say nothing about this pathway until they are released."""
        await self._order("PUT", f"{self.ports.url(what)}/holds/{pathway_id}", None)

    async def release(self, what: str, pathway_id: str, outcome: str) -> None:
        """They answer with this outcome, from now on."""
        await self._order("POST", f"{self.ports.url(what)}/releases/{pathway_id}", {"outcome": outcome})

    async def _order(self, method: str, url: str, body: Any) -> None:
        try:
            answer = await self.http.request(method, url, json=body)
        except httpx.TransportError:
            raise WorldAway(f"{urlsplit(url).netloc} is not reached") from None
        if not answer.is_success:
            raise WorldAway(f"{urlsplit(url).netloc} answered {answer.status_code}")
