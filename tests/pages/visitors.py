"""People at the desks' pages: signed in without an issuer, filling in what a page draws, pressing its buttons."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from services.identity import Person, Post
from services.sessions.keeping import SignedIn
from services.sessions.reception import Reception
from shared.ledger import Ledger
from shared.pathway.people import Signature
from shared.pathway.record import Part
from shared.pathway.stages import KINDS
from shared.web.forms.writing import to_raw
from tests.unit.forms.browsing import Browser as Page

Texts = Mapping[str, Any]
LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>([^<]+)')


class House:
    """All desks by name, with their addresses, receptions and ledgers."""

    def __init__(self) -> None:
        self.apps: dict[str, FastAPI] = {}
        self.urls: dict[str, str] = {}
        self.receptions: dict[str, Reception] = {}
        self.ledgers: dict[str, Ledger] = {}

    def app_at(self, address: str) -> FastAPI:
        place = urlsplit(address).netloc
        return next(self.apps[name] for name, url in self.urls.items() if urlsplit(url).netloc == place)

    async def visitor(self, who: Signature, trust: str = "RXX") -> "Visitor":
        """Somebody with a session of their own, whom the issuer has seen just now."""
        post = Post(trust, who.role)
        told = SignedIn(Person(who.person, frozenset({post})), "Synthetic Person", datetime.now(UTC), None, "")
        cookie, session = await self.receptions["front_door"].sessions.begin(told)
        return Visitor(self, cookie, session.csrf)


class Visitor:
    """One browser. `csrf` is the token of its session."""

    def __init__(self, house: House, cookie: str, csrf: str) -> None:
        self.house, self.cookie, self.csrf = house, cookie, csrf

    async def get(self, address: str, **headers: str) -> httpx.Response:
        return await self._send("GET", address, b"", headers)

    async def post(self, address: str, texts: Texts) -> httpx.Response:
        body = str(httpx.QueryParams({"csrf": self.csrf} | dict(texts))).encode()
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        return await self._send("POST", address, body, headers)

    async def _send(self, method: str, address: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        through = httpx.ASGITransport(self.house.app_at(address))
        sent = {"Cookie": f"patency={self.cookie}", "Accept": "text/html"} | dict(headers)
        async with httpx.AsyncClient(transport=through, trust_env=False) as http:
            return await http.request(method, address, content=body or None, headers=sent)

    def form(self, pathway_id: str, kind: str) -> str:
        return f"{self.house.urls[KINDS[kind].desk]}/pathways/{pathway_id}/{kind}"

    async def filled_in(self, base: str, *records: Part) -> httpx.Response:
        """Every leaf sent with the texts of these records, up to the check of all answers."""
        page = await self.get(base)
        assert page.status_code == 200, page.text
        texts = {name: list(found) for each in records for name, found in to_raw(each).texts.items()}
        while page.status_code == 200 and not _is_check(page):
            page = await self._leaf(page, texts)
        return page

    async def _leaf(self, page: httpx.Response, texts: Texts) -> httpx.Response:
        hidden = {name: value for name, value in of_form(page) if name in {"key", "version"}}
        answer = await self.post(action_of(page), dict(texts) | hidden)
        return await self.follow(answer)

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        """Every redirect but the one that says that a record was kept."""
        while answer.status_code == 303 and "kept=" not in answer.headers["location"]:
            answer = await self.get(answer.headers["location"] if "://" in answer.headers["location"] else _at(answer))
        return answer

    async def handed_in(self, pathway_id: str, record: Part, *, side: str = "left") -> httpx.Response:
        """The record through all its pages, cautions accepted; the answer to the last button."""
        kind: str = record.kind  # type: ignore[attr-defined]
        page = await self.filled_in(self.form(pathway_id, kind), record)
        return await self.confirmed(page, side=side) if _is_check(page) else page

    async def confirmed(self, page: httpx.Response, *, side: str = "left") -> httpx.Response:
        answer = await self.post(action_of(page), sent_by(page) | {"side_again": side})
        if "Stop: this is unusual" in answer.text:
            answer = await self.post(action_of(answer), sent_by(answer))
        return answer


def _at(answer: httpx.Response) -> str:
    here = urlsplit(str(answer.request.url))
    return f"{here.scheme}://{here.netloc}{answer.headers['location']}"


def _is_check(page: httpx.Response) -> bool:
    return page.status_code == 200 and urlsplit(str(page.request.url)).path.endswith("/check")


def main_of(page: httpx.Response) -> str:
    """What stands between the header and the footer."""
    start = page.text.index("<main")
    return page.text[start : page.text.index("</main>", start)]


def of_form(page: httpx.Response) -> list[tuple[str, str]]:
    return Page(main_of(page)).posted


def sent_by(page: httpx.Response) -> dict[str, Any]:
    """What the first button of the page's form would send."""
    found: dict[str, list[str]] = {}
    for name, value in of_form(page):
        found.setdefault(name, []).append(value)
    found.pop("csrf")
    return dict(found)


def action_of(page: httpx.Response) -> str:
    """The absolute address the page's form is sent to."""
    main = main_of(page)
    start = main.index('<form method="post" action="') + len('<form method="post" action="')
    here = urlsplit(str(page.request.url))
    return f"{here.scheme}://{here.netloc}{main[start : main.index(chr(34), start)]}"


def links(page: httpx.Response) -> dict[str, str]:
    """Where each link of the page leads, by its words."""
    return {" ".join(words.split()): href for href, words in LINK.findall(main_of(page))}
