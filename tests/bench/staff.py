"""The people of one trust of a running world: each with a session as a browser has it, and a token as a program has."""

import re
import time
from dataclasses import dataclass

import httpx

from deploy.local.ports import Ports
from deploy.local.tokens import token
from shared.pathway.people import Role

TRUST = "RXX"
COOKIE = "patency"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
AGAIN_AFTER_S = 150.0  # signatures and consent want a proof of the last five minutes
ANSWER_S = 15.0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is signed in twice: as a person in a browser, and for a program that acts for them."""

    person: str
    role: Role
    cookie: str
    csrf: str
    token: str
    at_s: float

    @property
    def as_person(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}", "Accept": "text/html"}

    @property
    def as_program(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def directory_id(role: Role, trust: str = TRUST) -> str:
    """The first of the trust who holds this role."""
    return f"{trust}-{role.value}-1".lower().replace("_", "-")


class Staff:
    """Signs people in when they are first needed, and again before their proof is too old."""

    def __init__(self, ports: Ports, trust: str = TRUST) -> None:
        self.ports, self.trust = ports, trust
        self.members: dict[Role, Member] = {}

    def of(self, role: Role) -> Member:
        """Raises KeyError for whoever was not called in."""
        return self.members[role]

    async def call_in(self, *roles: Role) -> None:
        """Everybody of these roles is there, with a proof young enough for the next minutes."""
        for role in roles:
            known = self.members.get(role)
            if known is None or time.monotonic() - known.at_s > AGAIN_AFTER_S:
                self.members[role] = await self._signed_in(role)

    async def _signed_in(self, role: Role) -> Member:
        person, front = directory_id(role, self.trust), self.ports.url("front_door")
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False, follow_redirects=False) as http:
            at = (await http.get(f"{front}/sign-in")).headers["location"]
            back = (await http.post(at, data={"sub": person})).headers["location"]
            answer = await http.get(back)
            while answer.is_redirect:
                answer = await http.get(answer.next_request.url if answer.next_request else front)
            found = CSRF.search(answer.raise_for_status().text)
            assert found is not None, f"{person} is not signed in"
            cookie = http.cookies[COOKIE]
        bearer = await token(self.ports.url("issuer"), person)
        return Member(person, role, cookie, found[1], bearer, time.monotonic())
