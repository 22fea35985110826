"""Many requests at the same moment: how many at once, and what came back.

`make test` sends a few of most things, so that it stays short; `python -m tests.storms` sends a hundred of each.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import httpx
from fastapi import FastAPI

WHOLE = "STORM_WHOLE"
HUNDRED, A_FEW = 100, 8


def whole() -> bool:
    """Whether the long run was asked for."""
    return os.environ.get(WHOLE) == "1"


def many() -> int:
    """How many of everything that is sent for every kind there is."""
    return HUNDRED if whole() else A_FEW


@dataclass(frozen=True, slots=True)
class Sent:
    """One POST of a program, as somebody, under a key of its own."""

    path: str
    body: bytes
    headers: Mapping[str, str]

    def with_body(self, body: bytes) -> "Sent":
        """Another body under the same key."""
        return Sent(self.path, body, self.headers)


def by(person: str, path: str, body: bytes, **headers: str) -> Sent:
    usual = {"Authorization": f"Bearer {person}", "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    return Sent(path, body, usual | headers)


async def storm(desk: FastAPI, *sent: Sent) -> list[httpx.Response]:
    """All of it at once."""
    through = httpx.ASGITransport(desk, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=through, base_url="http://desk.test", trust_env=False) as http:
        return await asyncio.gather(*(http.post(each.path, content=each.body, headers=each.headers) for each in sent))


def said(answers: list[httpx.Response]) -> Counter[tuple[int, bytes]]:
    """Each different answer, status and body, and how often it came."""
    return Counter((each.status_code, each.content) for each in answers)
