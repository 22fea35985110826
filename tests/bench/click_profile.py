"""Where the time of one click goes: forms sent to the desks in this very process, on a real PostgreSQL.

Three views: the whole and its processor time, the statements with what each took until its answer was here, and the
dearest functions. The profiler makes Python slower than it is, so the first two are measured without it.
"""

import cProfile
import io
import pstats
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import asyncpg
from fastapi import FastAPI

from deploy.local.world import World
from services.desks import DESKS, database_role, directory
from services.identity import Person, Post
from services.pages.records.sides import FIELD, asked_again
from services.sessions.keeping import SignedIn
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.pathway.people import Role
from shared.pathway.record import Part
from shared.policy import load
from shared.web.forms.writing import to_raw
from shared.wiring import telemetry
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.bench.day import MDT, Day, patient
from tests.bench.figures import percentile
from tests.bench.staff import TRUST, directory_id
from tests.database import settings_of

WANTED = ("front_door", "referral", "mdt_review")
WARM, PLAIN, PROFILED = 3, 20, 20
WIDTH, DEAREST = 100, 45


@dataclass(slots=True)
class Seen:
    """Wall and processor time of each click by its kind, and of each statement by its first words."""

    wall_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    statement_s: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    kind: str = ""

    def heard(self, query: Any) -> None:
        """asyncpg tells of each statement when its answer is here."""
        words = " ".join(query.query.split())[:WIDTH]
        self.statements[self.kind][words] += 1
        self.statement_s[self.kind][words] += query.elapsed


class Ward:
    """The desks of the first steps, and who works there. `profile` is switched on for the last clicks alone."""

    def __init__(self) -> None:
        self.apps: dict[str, FastAPI] = {}
        self.origins: dict[str, str] = {}
        self.people: dict[Role, tuple[str, str]] = {}
        self.seen = Seen()
        self.profile: cProfile.Profile | None = None

    async def send(self, desk: str, role: Role, path: str, parts: Sequence[Part], version: int) -> tuple[str, int]:
        """Sends the last page of a form. Returns the pathway and its version; fails if it was not kept."""
        cookie, csrf = self.people[role]
        texts: dict[str, Any] = {"csrf": csrf, "key": uuid4().hex, "version": version, FIELD: asked_again(parts[-1])}
        for part in parts:
            texts |= {name: list(found) for name, found in to_raw(part).texts.items()}
        body = urlencode(texts, doseq=True).encode()
        self.seen.kind = path.split("/")[-2] if "referrals" not in path else "referral"
        wall, cpu = time.perf_counter(), time.process_time()
        if self.profile is not None:
            self.profile.enable()
        status, location = await _asked(self.apps[desk], self.origins[desk], path, cookie, body)
        if self.profile is not None:
            self.profile.disable()
        self.seen.wall_s[self.seen.kind].append(time.perf_counter() - wall)
        self.seen.cpu_s[self.seen.kind].append(time.process_time() - cpu)
        assert status == 303, (path, status)
        pathway, _, kept = location.rpartition("/")[2].partition("?kept=")
        return pathway, int(kept)

    async def patient(self) -> None:
        """One referral, classified, discussed and signed by three."""
        day = Day.of(datetime.now(UTC))
        pathway, seq = await self.send(
            "referral", Role.REFERRER, "/referrals/new/check", (patient(), day.referral()), 0
        )
        base = f"/pathways/{pathway}"
        _, seq = await self.send(
            "referral", Role.TRIAGE_CLINICIAN, f"{base}/classification/check", (day.classification(),), seq
        )
        _, seq = await self.send("mdt_review", Role.MDT_COORDINATOR, f"{base}/mdt_review/check", (day.review(),), seq)
        for role in MDT:
            await self.send("mdt_review", role, f"{base}/mdt_sign_off/check", (day.sign_off(seq),), seq)


async def _asked(app: FastAPI, origin: str, path: str, cookie: str, body: bytes) -> tuple[int, str]:
    """One request straight into the application: no client stands in the profile."""
    headers = {
        "host": urlsplit(origin).netloc,
        "cookie": cookie,
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "asgi": {"version": "3.0"},
        "server": ("127.0.0.1", urlsplit(origin).port),
        "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    told: dict[str, Any] = {}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.update(message if message["type"] == "http.response.start" else {})

    await app(scope, receive, send)
    return told["status"], dict(told["headers"]).get(b"location", b"").decode()


async def _opened(world: World) -> tuple[Ward, list[asyncpg.Pool]]:
    ward, clock = Ward(), ServerClock()
    desks, pools = directory("http://127.0.0.1:8000", 8000), []
    for desk in WANTED:
        pool = await open_pool(settings_of(world), database_role(desk), size=1)
        pools.append(pool)
        async with pool.acquire() as connection:
            connection.add_query_logger(ward.seen.heard)
        reception = Reception.of(desk, pool, clock, desks, issuer="http://127.0.0.1:9", training=True)
        ledger = Ledger(pool, load(), clock)
        wiring = Wiring(ledger, cast("Any", None), _yes, desks, training=True, reception=reception)
        ward.apps[desk], ward.origins[desk] = DESKS[desk](wiring), reception.origin
        telemetry.instrument(ward.apps[desk], service=desk.replace("_", "-"))
        if desk == WANTED[0]:
            ward.people = {role: await _signed_in(reception, role) for role in STAFF}
    return ward, pools


STAFF = (Role.REFERRER, Role.TRIAGE_CLINICIAN, Role.MDT_COORDINATOR, *MDT)


async def _signed_in(reception: Reception, role: Role) -> tuple[str, str]:
    who = Person(directory_id(role), frozenset({Post(TRUST, role)}))
    cookie, session = await reception.sessions.begin(SignedIn(who, "Synthetic", datetime.now(UTC), None, ""))
    return f"{reception.cookie.name}={cookie}", session.csrf


async def _yes() -> bool:
    return True


async def profiled() -> str:
    """The three views as text."""
    async with World.scratch() as world:
        await world.start(("postgres", "migrations", "seed"))
        ward, pools = await _opened(world)
        for _ in range(WARM):
            await ward.patient()
        for each in (ward.seen.wall_s, ward.seen.cpu_s, ward.seen.statements, ward.seen.statement_s):
            each.clear()
        for _ in range(PLAIN):
            await ward.patient()
        told = "\n".join(_told(ward.seen))
        ward.profile = cProfile.Profile()
        for _ in range(PROFILED):
            await ward.patient()
        for pool in pools:
            pool.terminate()
        return f"{told}\n{_dearest(ward.profile)}"


def _told(seen: Seen) -> Iterator[str]:
    for kind, walls in seen.wall_s.items():
        count, statements = len(walls), seen.statement_s[kind]
        wall, cpu = percentile(walls, 50) * 1000, percentile(seen.cpu_s[kind], 50) * 1000
        waited = sum(statements.values()) * 1000 / count
        yield f"{kind}: {wall:.1f} ms; {cpu:.1f} ms our own processor time, {waited:.1f} ms for PostgreSQL's answers"
        for words, took_s in sorted(statements.items(), key=lambda each: -each[1]):
            often = seen.statements[kind][words] / count
            yield f"    {took_s * 1000 / count:6.2f} ms  {often:4.1f} times  {words}"


def _dearest(profile: cProfile.Profile) -> str:
    told = io.StringIO()
    found = pstats.Stats(profile, stream=told)
    found.sort_stats("cumulative").print_stats(DEAREST)
    found.sort_stats("tottime").print_stats(DEAREST)
    return told.getvalue()
