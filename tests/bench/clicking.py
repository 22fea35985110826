"""One click at a desk of the running product: as a person sends a form, or as a program sends JSON."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from deploy.local.ports import Ports
from services.pages.records.sides import FIELD, asked_again
from shared.ledger import PatientIdentity
from shared.pathway.people import Role
from shared.pathway.record import Part, Record
from shared.pathway.referral import Referral
from shared.pathway.stages import KINDS
from shared.web.forms.writing import to_raw
from tests.bench.day import body_of
from tests.bench.staff import Staff
from tests.bench.wire import Heard, Line, Lines, as_form, as_json

KEPT = re.compile(r"/pathways/([0-9a-f-]{36})\?kept=([0-9]+)$")
STALE, SENT_AWAY = 412, 429
PATIENCE = 20
AGAIN_S = 1.0  # as Retry-After asks


class Way(StrEnum):
    """FORM: a session's cookie, its token, the form as posted, answered by 303. API: a bearer token and JSON."""

    FORM = "forms"
    API = "json"


class NotKeptError(Exception):
    """A desk did not keep what had to be kept. Says which kind and which status."""


@dataclass(frozen=True, slots=True)
class Click:
    """`began_at` is the wall clock when the request left, so that what followed can be timed from it."""

    kind: str
    took_s: float
    began_at: float
    pathway: str
    version: int


class Desks:
    """All desks of one world, in one way of asking.

    `looked_again` counts clicks that had to be sent once more on a newer version, `sent_away` answers that there was no
    turn to be had: who is sent away comes again, and has waited all that time.
    """

    def __init__(self, ports: Ports, staff: Staff, way: Way) -> None:
        self.ports, self.staff, self.way = ports, staff, way
        self.looked_again = 0
        self.sent_away = 0

    async def open(
        self, lines: Lines, patient: PatientIdentity, referral: Referral, *, imported: bool = False
    ) -> Click:
        """Refers a new patient; `imported` as a program does that brings in many. Raises NotKeptError."""
        by = self.staff.of(Role.REFERRER)
        port = self.ports.of(KINDS[Referral.kind].desk)
        began, at = time.perf_counter(), time.time()
        if self.way is Way.FORM:
            told = as_form(_texts((patient, referral)) | {"csrf": by.csrf, "key": uuid4().hex, "version": "0"})
            heard = await self._ask(lines.to(port), "POST", "/referrals/new/check", by.as_person | told[0], told[1])
        else:
            headers, body = as_json({"patient": body_of(patient), **body_of(referral)})
            headers |= by.as_program | {"Idempotency-Key": uuid4().hex}
            address = f"/api/pathways{'?imported=true' if imported else ''}"
            heard = await self._ask(lines.to(port), "POST", address, headers, body)
        return self._kept(Referral.kind, heard, time.perf_counter() - began, at)

    async def write(self, lines: Lines, role: Role, pathway: str, version: int, record: Record) -> Click:
        """Writes on the version that is known; where the system wrote meanwhile, once more on the newest.

        The time is that of the request that was kept. Raises NotKeptError.
        """
        for _ in range(PATIENCE):
            began, at = time.perf_counter(), time.time()
            heard = await self._sent(lines, role, pathway, version, record)
            if heard.status != STALE:
                return self._kept(record.kind, heard, time.perf_counter() - began, at)
            self.looked_again += 1
            version = await self.version(lines, role, pathway)
        raise NotKeptError(f"{record.kind}: always stale")

    async def version(self, lines: Lines, role: Role, pathway: str) -> int:
        """The pathway's newest version, as its reader sees it."""
        front, by = self.ports.of("front_door"), self.staff.of(role)
        heard = await self._ask(lines.to(front), "GET", f"/api/pathways/{pathway}", by.as_program, b"")
        return int(heard.json()["version"])

    async def move_clock(self, lines: Lines, role: Role, pathway: str, to: datetime) -> int:
        """Lets time pass for one pathway; returns its new version. Raises NotKeptError."""
        headers, body = as_json({"to": to.isoformat()})
        headers |= self.staff.of(role).as_program | {"Idempotency-Key": uuid4().hex}
        address = f"/api/training/pathways/{pathway}/clock"
        heard = await self._ask(lines.to(self.ports.of("front_door")), "POST", address, headers, body)
        if heard.status != 200:
            raise NotKeptError(f"clock: {heard.status}")
        return int(heard.json()["version"])

    async def _sent(self, lines: Lines, role: Role, pathway: str, version: int, record: Record) -> Heard:
        by, kind = self.staff.of(role), KINDS[record.kind]
        line = lines.to(self.ports.of(kind.desk))
        if self.way is Way.FORM:
            texts = _texts((record,)) | {"csrf": by.csrf, "key": uuid4().hex, "version": str(version)}
            headers, body = as_form(texts)
            address = f"/pathways/{pathway}/{kind.name}/check"
            return await self._ask(line, "POST", address, by.as_person | headers, body)
        headers, body = as_json(body_of(record))
        read = "*" if kind.any_version else f'"{version}"'
        headers |= by.as_program | {"Idempotency-Key": uuid4().hex, "If-Match": read}
        return await self._ask(line, "POST", f"/api/pathways/{pathway}/{kind.name}", headers, body)

    async def _ask(self, line: Line, method: str, path: str, headers: dict[str, str], body: bytes) -> Heard:
        heard = await line.ask(method, path, headers, body)
        for _ in range(PATIENCE):
            if heard.status != SENT_AWAY:
                break
            self.sent_away += 1
            await asyncio.sleep(AGAIN_S)
            heard = await line.ask(method, path, headers, body)
        return heard

    def _kept(self, kind: str, heard: Heard, took_s: float, at: float) -> Click:
        if self.way is Way.FORM:
            found = KEPT.search(heard.location) if heard.status == 303 else None
            if found is None:
                raise NotKeptError(f"{kind}: {heard.status}")
            return Click(kind, took_s, at, found[1], int(found[2]))
        if heard.status not in {200, 201}:
            raise NotKeptError(f"{kind}: {heard.status}")
        told = heard.json()
        return Click(kind, took_s, at, told["pathway_id"], int(told["version"]))


def _texts(parts: Sequence[Part]) -> dict[str, list[str] | str]:
    """What the last page of the form sends: every answer, and the leg once more."""
    texts: dict[str, list[str] | str] = {}
    for part in parts:
        texts |= {name: list(found) for name, found in to_raw(part).texts.items()}
    return texts | {FIELD: asked_again(parts[-1])}
