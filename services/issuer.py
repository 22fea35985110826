"""Asking the OIDC issuer whose an access token is, at most once a minute for each token."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from typing_extensions import override

from services.identity import IdentitySource, IssuerAwayError

REMEMBERED_S = 60.0
MOST_REMEMBERED = 5_000
ANSWER_S = 2.0
DISCOVERY = "/.well-known/openid-configuration"
OK = 200
REFUSALS = frozenset({400, 401, 403})

Claims = Mapping[str, Any]


class Issuer(IdentitySource):
    """The issuer's userinfo endpoint, found by discovery when it is first needed.

    A token is kept only as its SHA-256. Whoever is found stays known for a minute, also while the issuer is
    away; whoever is not found is asked for again.
    """

    def __init__(self, address: str, client: httpx.AsyncClient | None = None) -> None:
        self._address = address.rstrip("/")
        self._http = client or httpx.AsyncClient(timeout=ANSWER_S, trust_env=False, follow_redirects=False)
        self._userinfo: str | None = None
        self._known: OrderedDict[bytes, tuple[float, Claims]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Claims | None]] = {}

    async def close(self) -> None:
        await self._http.aclose()

    @override
    async def claims(self, token: str) -> Claims | None:
        key = hashlib.sha256(token.encode()).digest()
        kept = self._known.get(key)
        if kept is not None and kept[0] > time.monotonic():
            self._known.move_to_end(key)
            return kept[1]
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._ask(token))
            asking.add_done_callback(lambda done: self._note(key, done))
        return await asyncio.shield(asking)  # one caller gone must not call off the question of the others

    @override
    def knows(self, token: str) -> bool:
        return hashlib.sha256(token.encode()).digest() in self._known

    @override
    async def answers(self) -> bool:
        try:
            found = await self._http.get(self._address + DISCOVERY)
        except httpx.HTTPError:
            return False
        return found.status_code == OK

    def _note(self, key: bytes, done: "asyncio.Task[Claims | None]") -> None:
        self._asking.pop(key, None)
        if done.cancelled() or done.exception() is not None:
            return
        found = done.result()
        if found is None:
            self._known.pop(key, None)
            return
        self._known[key] = (time.monotonic() + REMEMBERED_S, found)
        self._known.move_to_end(key)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _ask(self, token: str) -> Claims | None:
        try:
            answer = await self._http.get(await self._endpoint(), headers={"Authorization": f"Bearer {token}"})
            if answer.status_code in REFUSALS:
                return None
            found = answer.json() if answer.status_code == OK else None
        except (httpx.HTTPError, ValueError) as error:
            raise IssuerAwayError from error
        if not isinstance(found, dict):
            raise IssuerAwayError
        return found

    async def _endpoint(self) -> str:
        if self._userinfo is None:
            found = (await self._http.get(self._address + DISCOVERY)).json()
            named = found.get("userinfo_endpoint") if isinstance(found, dict) else None
            if not isinstance(named, str) or urlsplit(named).scheme != urlsplit(self._address).scheme:
                raise IssuerAwayError  # a token is never sent in the clear where its issuer is not
            self._userinfo = named
        return self._userinfo
