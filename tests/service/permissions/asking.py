"""Asks each operation as somebody of each role, about a pathway of their trust, of another trust, and of nobody.

What is sent is answered without changing anything: a record for a version that never was, a page with a mistake.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI

from deploy.local.people import people
from services.pages.records.paper import CHECK, paper_of, referral_paper
from shared.pathway.people import Role
from shared.pathway.record import Part
from shared.pathway.stages import KINDS
from shared.web import answers
from tests.forms.generated import generated
from tests.ledger.acting import patient
from tests.service.permissions.audiences import SIGNING_IN
from tests.service.permissions.operations import PROGRAMS, Operation

NEVER_WRITTEN = 999_999
WITH_PATIENT = frozenset({"identity_corrected"})  # says besides who the patient is
DISCARD = {"go": "discarded"}
PLACEHOLDERS = {
    "grant_id": "0b6d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c11",
    "record": "consent",
    "kind": "classification",
    "document": "discharge_letter",
    "entry": "1",
    "number": "1",
    "part": "0123456789abcdef",
    "hazard_id": "H-01",
    "paragraph": "1.2",
    "measure": "registered",
    "contents": "measures",
    "udi": "05012345678900",
    "file": "5a0d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c12",
    "half": "pdf",
    "export": "5a0d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c13",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
}
# A mistake that a page answers before it would ask the ledger says nothing of whose pathway it is.
SENT: dict[str, dict[str, str]] = {
    "/inbox/{pathway_id}": {"notice": "999", "key": "k"},
    "/meeting/{pathway_id}": {"agrees": "yes", "review": "999", "key": "k"},
    "/open-record/{pathway_id}": {"why": "other", "words": "Asked to by the permission tests"},
}
ONE_OF = {role: next(each.id for each in people() if each.roles == (role,)) for role in SIGNING_IN}
_keys = count(1)


@dataclass(frozen=True, slots=True)
class SessionOf:
    """Somebody's open session: the cookie and the token of its forms."""

    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Reception:
    """All desks by name, and everybody's session by role."""

    desks: Mapping[str, FastAPI]
    origins: Mapping[str, str]
    sessions: Mapping[Role, SessionOf]

    async def ask(self, asked: Operation, role: Role, pathway_id: str) -> httpx.Response:
        if asked.door == PROGRAMS:
            return await self._program(asked, role, pathway_id)
        return await self._person(asked, role, pathway_id)

    async def _program(self, asked: Operation, role: Role, pathway_id: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {ONE_OF[role]}"}
        if not asked.changes:
            asking = {"role": role.value} if asked.path == "/api/worklist" else {}
            return await self._http(asked, address(asked, pathway_id), headers, params=asking)
        headers |= {"Content-Type": "application/json", "If-Match": f'"{NEVER_WRITTEN}"'}
        headers |= {"Idempotency-Key": f"permission-{next(_keys)}"}
        return await self._http(asked, address(asked, pathway_id), headers, content=written(asked))

    async def _person(self, asked: Operation, role: Role, pathway_id: str) -> httpx.Response:
        session = self.sessions[role]
        headers = {"Cookie": f"patency={session.cookie}", "Accept": "text/html"}
        if not asked.changes:
            return await self._http(asked, address(asked, pathway_id), headers)
        headers |= {"Sec-Fetch-Site": "same-origin"}
        form = {"csrf": session.csrf} | sent(asked)
        return await self._http(asked, address(asked, pathway_id), headers, data=form)

    async def _http(self, asked: Operation, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        through = httpx.ASGITransport(self.desks[asked.desk])
        async with httpx.AsyncClient(transport=through, base_url=self.origins[asked.desk], trust_env=False) as http:
            return await http.request(asked.method, path, headers=headers, **more)


def address(asked: Operation, pathway_id: str) -> str:
    """The path with something in every place that is left open in it."""
    kind = KINDS.get(asked.record) or KINDS["referral"]
    paper = referral_paper() if asked.path.startswith("/referrals/") else paper_of(kind)
    slug = CHECK if paper.checked else paper.leaves[0].slug
    return asked.path.format_map({**PLACEHOLDERS, "pathway_id": pathway_id, "slug": slug})


def sent(asked: Operation) -> dict[str, str]:
    """What a page sends that changes nothing: a form of a record is thrown away, whatever stands in it."""
    of_a_record = asked.record in KINDS or asked.path.startswith("/referrals/")
    return DISCARD if of_a_record else SENT.get(asked.path, {})


@cache
def written(asked: Operation) -> bytes:
    """A body that is as it should be; nothing where the operation takes no record."""
    if asked.record not in KINDS:
        return json.dumps({"to": "2026-03-01T00:00:00Z"}).encode() if asked.path.endswith("/clock") else b"{}"
    record: Part = generated(KINDS[asked.record].record)
    whose = {"patient": patient().model_dump(mode="json")} if asked.record in WITH_PATIENT else {}
    return json.dumps(answers.written(record) | whose).encode()
