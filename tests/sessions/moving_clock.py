"""A clock that tests move by hand, and browsers that keep cookies and say where their forms come from."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from typing_extensions import override

from shared.wiring.clock import Clock

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class MovingClock(Clock):
    """Starts at the machine's time, since tokens of the real issuer carry it."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    @override
    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_by(self, **span: float) -> None:
        self._ahead += timedelta(**span)


class Browser:
    """Cookies by host, whatever the port. Every desk is an application of its own at its own address."""

    def __init__(self, desks: Mapping[str, FastAPI], issuer: str) -> None:
        self._apps = {urlsplit(address).netloc: app for address, app in desks.items()}
        self._issuer = issuer
        self.cookies: dict[str, str] = {}
        self.given: list[str] = []

    def _client(self, address: str) -> httpx.AsyncClient:
        app = self._apps.get(urlsplit(address).netloc)
        through = httpx.ASGITransport(app) if app else None
        return httpx.AsyncClient(transport=through, trust_env=False)

    async def send(
        self, method: str, address: str, *, data: Mapping[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        """One request, no redirect followed. `headers` replace the usual ones; an empty one is left out."""
        usual = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            usual |= {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        sent = {name: value for name, value in (usual | headers).items() if value}
        body = str(httpx.QueryParams(dict(data or {}))).encode()
        async with self._client(address) as http:
            answer = await http.request(method, address, content=body if method == "POST" else None, headers=sent)
        self._remember(answer)
        return answer

    async def get(self, address: str, **headers: str) -> httpx.Response:
        return await self.send("GET", address, data=None, **headers)

    async def post(self, address: str, data: Mapping[str, str], **headers: str) -> httpx.Response:
        return await self.send("POST", address, data=data, **headers)

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """Every redirect that leads to one of the desks; the answer at the end, or the redirect that leads out."""
        while answer.status_code == 303 and urlsplit(answer.headers["location"]).netloc in self._apps:
            answer = await self.get(answer.headers["location"])
        return answer

    async def identify(self, answer: httpx.Response, person: str) -> httpx.Response:
        """Says at the issuer, where `answer` leads, to be this person; its redirect back, not yet followed."""
        assert answer.headers["location"].startswith(self._issuer), answer
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.post(answer.headers["location"], data={"sub": person})

    async def sign_in(self, person: str, address: str) -> httpx.Response:
        """From `address` to the issuer and back, to wherever that leads."""
        away = await self.follow(await self.get(address))
        back = await self.identify(away, person)
        return await self.follow(await self.get(back.headers["location"]))

    def _remember(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            self.given.append(line)
            for name, morsel in SimpleCookie(line).items():
                if morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)


def token_of(answer: httpx.Response) -> str:
    found = TOKEN.search(answer.text)
    assert found, answer.text
    return found[1]
