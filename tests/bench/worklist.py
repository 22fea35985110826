"""How long My work and a case take, and how large they are, with many open tasks: through session, rules and audit.

Each round asks for every order in turn, so that a slow moment of the machine falls on all of them; what is told is the
median over the rounds of each round's figure.
"""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

import asyncpg
import httpx
from fastapi import FastAPI

from deploy.local.world import World
from services.desks import DESKS, database_role, directory
from services.identity import Person, Post
from services.sessions.keeping import SignedIn
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.ledger.work import Sort
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.bench.crowd import ROLE, TRUST, crowd, number_beyond_the_crowd
from tests.database import settings_of
from tests.forms.mdt_review import attendees, mdt_review, sign_off
from tests.ledger.acting import COORDINATOR, SPECIALISTS, act, classifying, kept, moved, opened, patient

DESK = "front_door"
SIZES = (100, 10_000, 100_000)
ROUNDS, PAGES = 5, 20
SOME = {sort.value: f"/my-work?sort={sort.value}" for sort in Sort}
NARROW = {
    "left leg": "/my-work?side=left",
    "overdue": "/my-work?overdue=1",
    "mine": "/my-work?whose=mine",
    "emergencies, by day": "/my-work?sort=day&urgency=emergency_limb_or_life",
}
ADDRESSES = SOME | NARROW
CASE = "a case"


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who is signed in at the front door."""

    app: FastAPI
    origin: str
    cookie: str

    async def seconds(self, address: str) -> tuple[float, int]:
        """How long this page took, and its bytes."""
        through = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=through, base_url=self.origin, trust_env=False) as http:
            began = time.perf_counter()
            answer = await http.get(address, headers={"Cookie": self.cookie, "Accept": "text/html"})
            took = time.perf_counter() - began
        answer.raise_for_status()
        return took, len(answer.content)


async def asking(pool: asyncpg.Pool) -> Asking:
    """The front door on this pool, and a session of the role that has all the work."""
    desks, clock = directory("http://127.0.0.1:8000", 8000), ServerClock()
    reception = Reception.of(DESK, pool, clock, desks, issuer="http://127.0.0.1:9", training=True)
    wiring = Wiring(Ledger(pool, load(), clock), cast("Any", None), _nobody, desks, training=True, reception=reception)
    who = Person(f"{TRUST.lower()}-haematologist-1", frozenset({Post(TRUST, ROLE)}))
    cookie, _ = await reception.sessions.begin(SignedIn(who, "Synthetic Person", datetime.now(UTC), None, ""))
    origin = next(each.url for each in desks if each.name == DESK)
    return Asking(DESKS[DESK](wiring), f"http://{urlsplit(origin).netloc}", f"{reception.cookie.name}={cookie}")


async def _nobody() -> bool:
    return True


async def a_case(world: World) -> str:
    """The address of a case that waits for consent: the haematologist who asks has signed its review."""
    roles = ("desk_referral", "desk_mdt_review", "desk_front_door", "patency_worker")
    pools = {role: await open_pool(settings_of(world), role, size=1) for role in roles}
    ledgers = {role: Ledger(pool, load(), ServerClock()) for role, pool in pools.items()}
    desk = ledgers["desk_mdt_review"]
    pathway_id = await opened(ledgers.__getitem__, patient=patient(nhs_number=number_beyond_the_crowd()))
    kept(await ledgers["desk_referral"].enter(classifying(pathway_id)))
    await moved(ledgers.__getitem__, pathway_id, "2026-03-05T14:30")
    review = mdt_review(attendees=attendees(*(each.person for each in SPECIALISTS)))
    seq = kept(await desk.enter(act(pathway_id, review, COORDINATOR))).version
    for each in SPECIALISTS:
        kept(await desk.enter(act(pathway_id, sign_off(seq), each)))
    for pool in pools.values():
        pool.terminate()
    return f"/pathways/{pathway_id}"


async def rounds(who: Asking, addresses: Mapping[str, str], *, times: int, pages: int) -> dict[str, dict[str, float]]:
    """Milliseconds (p50 and p95) and bytes of each page: medians over `times` rounds of `pages` each."""
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in addresses}
    for address in addresses.values():
        await who.seconds(address)
    for _ in range(times):
        taken: dict[str, list[tuple[float, int]]] = {name: [] for name in addresses}
        for _ in range(pages):
            for name, address in addresses.items():
                taken[name].append(await who.seconds(address))
        for name, each in taken.items():
            found[name].append(_figures(each))
    return {name: _medians(each) for name, each in found.items()}


def _figures(taken: list[tuple[float, int]]) -> tuple[float, float, int]:
    spans = [seconds * 1000 for seconds, _ in taken]
    cuts = statistics.quantiles(spans, n=20, method="inclusive")
    return statistics.median(spans), cuts[18], max(size for _, size in taken)


def _medians(each: list[tuple[float, float, int]]) -> dict[str, float]:
    middle, late, size = (statistics.median(column) for column in zip(*each, strict=True))
    return {"p50_ms": round(middle, 1), "p95_ms": round(late, 1), "html_bytes": int(size)}


async def measured(sizes: tuple[int, ...] = SIZES, *, times: int = ROUNDS, pages: int = PAGES) -> dict[str, Any]:
    """For each number of open tasks the figures of each page, on a database that is gone afterwards."""
    async with World.scratch() as world:
        await world.start(("postgres", "migrations", "seed"))
        pool = await open_pool(settings_of(world), database_role(DESK), size=3)
        filler = await asyncpg.connect(world.superuser_dsn)
        try:
            who, there, found = await asking(pool), 0, {}
            addresses = ADDRESSES | {CASE: await a_case(world)}
            for size in sizes:
                await crowd(filler, there, size)
                there, found[str(size)] = size, await rounds(who, addresses, times=times, pages=pages)
            return found
        finally:
            await filler.close()
            pool.terminate()
