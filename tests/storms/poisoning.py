"""Sends doses of poison to the desks and says which were answered as they must not be."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx

from tests.ledger.acting import person
from tests.pages.visitors import House
from tests.service.permissions.asking import NEVER_WRITTEN, ONE_OF
from tests.service.permissions.audiences import SIGNING_IN, allowed, for_anybody
from tests.service.permissions.operations import PEOPLE, PROGRAMS, Operation, api_operations, page_operations
from tests.storms.doses import FORM, NOTIFY_PATH, Dose, doses
from tests.storms.poison_values import CANARY

BROKEN, TOO_LONG = 500, 4096
REFUSED = frozenset({400, 401, 403, 404, 405, 408, 413, 415, 422, 428})
ACTIVE = (f"<script>{CANARY}", f"onerror={CANARY}>", f'" onmouseover="{CANARY}')
# Signing out ends the session that everything else is sent with; streams never end.
LEFT_OUT = ("/sign-out", "/live", "/session/keep")

NOTIFY = Operation(PROGRAMS, "governance", NOTIFY_PATH, "POST")  # a machine's: OpenAPI does not describe it
NOTIFY_TOKEN = "a token of the training trust RXX, long enough"
EVERYTHING = (NOTIFY, *(each for each in (*api_operations(), *page_operations()) if not each.path.endswith(LEFT_OUT)))


@dataclass(slots=True)
class Found:
    """What came of many doses: answers by status, and every one that must not be."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ward:
    """The desks, somebody of each role signed in, and the pathway that everything is about."""

    house: House
    sessions: dict[str, tuple[str, str]]
    pathway_id: str

    async def give(self, given: Iterable[Dose]) -> Found:
        found = Found()
        for dose in given:
            answer = await self._answer(dose)
            found.answers[answer.status_code] += 1
            found.wrong += [f"{dose.asked}, {dose.name}: {why}" for why in wrong(dose, answer)]
        return found

    def of(self, asked: Operation, chance: random.Random) -> list[Dose]:
        return list(doses(asked, self.pathway_id, chance))

    async def _answer(self, dose: Dose) -> httpx.Response:
        headers, body = self._usual(dose)
        headers |= dict(dose.headers)
        sent = httpx.Headers({name: value for name, value in headers.items() if value}, encoding="utf-8")
        through = httpx.ASGITransport(self.house.apps[dose.asked.desk], raise_app_exceptions=False)
        origin = self.house.urls[dose.asked.desk]
        async with httpx.AsyncClient(transport=through, base_url=origin, trust_env=False) as http:
            return await http.request(dose.asked.method, dose.path, content=body, headers=sent)

    def _usual(self, dose: Dose) -> tuple[dict[str, str], bytes | None]:
        asked = dose.asked
        if asked == NOTIFY:
            return {"Authorization": f"Bearer {NOTIFY_TOKEN}", "Content-Type": "application/json"}, dose.body
        role = min(SIGNING_IN if for_anybody(asked) else allowed(asked))
        if asked.door != PEOPLE:
            kind = "application/fhir+json" if asked.path == "/fhir" else "application/json"
            own = {"Authorization": f"Bearer {ONE_OF[role]}", "Content-Type": kind, "If-Match": f'"{NEVER_WRITTEN}"'}
            return own | {"Idempotency-Key": f"poison {hash(dose)}".replace(" ", "-")}, dose.body
        cookie, csrf = self.sessions[role.value]
        own = {"Cookie": f"patency={cookie}", "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        if not asked.changes:
            return own, dose.body
        return own | {"Content-Type": FORM}, f"csrf={csrf}&".encode() + (dose.body or b"")


def wrong(dose: Dose, answer: httpx.Response) -> Iterator[str]:
    """Everything about an answer that must not be."""
    status, told = answer.status_code, answer.text
    if status >= BROKEN:
        yield f"{status}"
    if CANARY in str(answer.headers) and status != 303:
        yield "the input stands in a header"
    if dose.asked.door == PEOPLE:
        yield from (f"{each} stands in the page" for each in ACTIVE if each in told)
        return
    if dose.never and status not in REFUSED:
        yield f"{status}: taken for what was asked for"
    if not answer.is_success:
        if len(answer.content) >= TOO_LONG:
            yield f"{status}: an error of {len(answer.content)} bytes"
        if CANARY in told:
            yield f"{status}: the input is repeated"


async def ward(house: House, pathway_id: str) -> Ward:
    """Everybody signed in."""
    sessions = {}
    for role in SIGNING_IN:
        visitor = await house.visitor(person(role))
        sessions[role.value] = visitor.cookie, visitor.csrf
    return Ward(house, sessions, pathway_id)
