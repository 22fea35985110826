"""A front door and a consent desk on a real PostgreSQL, with the training issuer, and toy pages to be signed in on."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

import asyncpg
import pytest
import pytest_asyncio
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from deploy.local.world import World
from services.desks import database_role, directory
from services.front_door.app import ROUTERS
from services.identity import Acting
from services.sessions import needs_recent_authentication, page_actor, reception_of
from services.sessions.reception import Reception
from services.shell import create_app
from services.signing_in.arriving import RETURN
from services.signing_in.provider import Client, Provider
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.ledger.drafts import Whose
from shared.pathway.roles import CLINICAL
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.ledger.acting import LedgerOf
from tests.sessions.moving_clock import Browser, MovingClock
from tests.standing_desks import with_routes_of

POLICY = load()
BASE = "http://127.0.0.1:8000"
DIRECTORY = directory(BASE, 8000)
FRONT, CONSENT = DIRECTORY[0].url, next(each.url for each in DIRECTORY if each.name == "consent")
Someone = Annotated[Acting, Depends(page_actor(CLINICAL))]
Newcomers = Callable[..., Browser]

toys = APIRouter(include_in_schema=False)


@toys.get("/toy")
async def toy(request: Request, acting: Someone) -> Response:
    words = (
        f'{acting.person} as {acting.post.role.value}@{acting.trust} name="csrf" value="{request.state.session.csrf}"'
    )
    return HTMLResponse(words)


@toys.post("/toy")
async def change_toy(acting: Someone) -> Response:
    return HTMLResponse(f"changed by {acting.person}")


@toys.get("/pathways/{pathway_id}/{kind}")
async def form(request: Request, acting: Someone, pathway_id: str, kind: str) -> Response:
    kept = await reception_of(request).drafts.load(Whose(acting.trust, acting.person, pathway_id, kind))
    token = request.state.session.csrf
    return HTMLResponse(f'name="csrf" value="{token}" text={kept.raw if kept else ""} v={kept.version if kept else ""}')


@toys.post("/pathways/{pathway_id}/{kind}")
async def sent(acting: Someone, pathway_id: str, kind: str, request: Request) -> Response:
    typed = await request.form()
    return HTMLResponse(f"{acting.person} kept {kind} of {pathway_id}: {typed.get('words')}")


@toys.post("/signed/{pathway_id}/{kind}")
async def signed(
    acting: Someone, _: Annotated[None, Depends(needs_recent_authentication())], pathway_id: str, kind: str
) -> Response:
    return HTMLResponse(f"{acting.person} signed {kind} of {pathway_id}")


toys.add_api_route("/signed/{pathway_id}/{kind}", form, methods=["GET"])


@dataclass(frozen=True, slots=True)
class Clinic:
    """Both desks by their addresses, their receptions by name, and the clock that both go by."""

    desks: dict[str, FastAPI]
    receptions: dict[str, Reception]
    clock: MovingClock
    issuer: str


async def nobody_asks() -> bool:
    return True


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def outside() -> AsyncIterator[World]:
    """A world with the training issuer and without PostgreSQL."""
    async with World.scratch() as world:
        await world.start(("outside",))
        yield world


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def clinic(postgres: Postgres, outside: World, clock: MovingClock) -> AsyncIterator[Clinic]:
    issuer = outside.ports.url("issuer")
    provider = Provider(Client(issuer, "patency", "training", FRONT + RETURN), clock)
    desks, receptions, pools = {}, {}, []
    for desk in ("front_door", "consent"):
        pool = await open_pool(postgres.settings, database_role(desk), size=3)
        pools.append(pool)
        reception = Reception.of(desk, pool, clock, DIRECTORY, provider, issuer=issuer, training=True)
        wiring = Wiring(
            Ledger(pool, POLICY, clock), cast("Any", None), nobody_asks, DIRECTORY, training=True, reception=reception
        )
        own = (*ROUTERS, toys) if desk == "front_door" else (toys,)
        desks[reception.origin] = with_routes_of(create_app(desk, wiring, *own), (desk, "toys"))
        receptions[desk] = reception
    yield Clinic(desks, receptions, clock, issuer)
    await provider.close()
    for pool in pools:
        pool.terminate()


@pytest.fixture
def newcomer(clinic: Clinic) -> Callable[[], Browser]:
    """A browser that nobody has used yet."""
    return lambda: Browser(clinic.desks, clinic.issuer)


@pytest.fixture
async def browser(newcomer: Callable[[], Browser]) -> Browser:
    return newcomer()


@pytest.fixture
async def referred(postgres: Postgres) -> AsyncIterator[LedgerOf]:
    """Ledgers by login role, for referring somebody."""
    roles = ("desk_referral", "desk_front_door", "desk_mdt_review", "patency_worker")
    pools = {role: await open_pool(postgres.settings, role, size=2) for role in roles}
    ledgers = {role: Ledger(pool, POLICY, ServerClock()) for role, pool in pools.items()}
    yield ledgers.__getitem__
    for pool in pools.values():
        pool.terminate()


@pytest.fixture
async def anything(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, for looking past every policy."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await connection.close()
