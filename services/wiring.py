"""What a desk is built from, and how a request gets at it. Everything here is given from outside: tests give others."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services import limiting
from services.identity import ROLE_HEADER, Acting, IdentitySource, IssuerAwayError, Person, choose, person
from services.sessions.reception import Reception
from shared.ledger import Ledger
from shared.ledger.registers import Registers
from shared.pathway.people import Role
from shared.traces.watch import Watch
from shared.web.pace import Paces
from shared.web.problems import ProblemError, away, unknown
from shared.web.shapes import Desk
from shared.web.turns import Turns
from shared.wiring import telemetry

# A request that waits longer for the ledger is told so: 503 has to come within 5 seconds, and giving the
# connection back takes up to one.
LEDGER_SECONDS = 3.0
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Wiring:
    """One desk's own ledger (its own database role), and what all desks share."""

    ledger: Ledger
    identity: IdentitySource
    database_answers: Callable[[], Awaitable[bool]]
    desks: tuple[Desk, ...]
    training: bool
    reception: Reception | None = None  # for people in a browser; without it a desk serves programs alone
    registers: Registers | None = None  # of the trust, where this desk may change them
    watch: Watch | None = None  # traces and health, at the operations desk alone
    paces: Paces = field(default_factory=Paces)  # how much a person, a trust and an address may ask
    turns: Turns | None = None  # how many are worked for at once; without it everybody is
    notify_tokens: Mapping[str, str] = field(default_factory=dict)  # by trust: what GOV.UK Notify reports with


def wired(request: Request) -> Wiring:
    found: Wiring = request.app.state.wiring
    return found


@asynccontextmanager
async def answering_in_time() -> AsyncIterator[None]:
    """Ends a wait for the ledger with TimeoutError, which is answered as an outage: 503 with Retry-After."""
    async with asyncio.timeout(LEDGER_SECONDS):
        yield


bearer = HTTPBearer(auto_error=False, description="An access token of the trust's identity provider")


def _no_one() -> ProblemError:
    words = "Sign in: send a valid access token"
    return ProblemError(401, "unauthenticated", words, headers={"WWW-Authenticate": "Bearer"})


async def signed_in(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]
) -> Person:
    """Who makes this request. Raises ProblemError 401 or 429, and 503 while the issuer is away."""
    if given is None or _TOKEN.fullmatch(given.credentials) is None:
        raise _no_one()
    found = await _asked(request, given.credentials)
    if found is None:
        raise _no_one()
    await limiting.let_in(request, wired(request).paces, found.id, {post.trust for post in found.posts})
    return found


async def _asked(request: Request, token: str) -> Person | None:
    """Whose token this is. Whoever sends many that are nobody's is told to wait before the issuer is asked again."""
    identity, paces = wired(request).identity, wired(request).paces
    address = None if identity.knows(token) else limiting.may_guess(request, paces)
    try:
        claims = await identity.claims(token)
    except IssuerAwayError:
        raise away("identity provider") from None
    if address is not None and claims is not None:
        paces.wrong.give_back(address)
    return person(claims) if claims is not None else None


def a_pathway(pathway_id: str) -> str:
    """The id in the address. What is no id is unknown like any other (404)."""
    if not is_pathway(pathway_id):
        raise unknown()
    return pathway_id


def is_pathway(text: str) -> bool:
    """Whether this could be the id of a pathway."""
    return _UUID.fullmatch(text) is not None


RoleNamed = Annotated[
    str | None, Header(alias=ROLE_HEADER, description="Role, or role@trust; needed by who holds several that fit")
]


def acting_as(allowed: Collection[Role]) -> Callable[..., Awaitable[Acting]]:
    """A dependency: the person of this request, in a post whose role is one of `allowed`. Raises 401 or 403."""

    async def acting(who: Annotated[Person, Depends(signed_in)], named: RoleNamed = None) -> Acting:
        found = choose(who, allowed, named)
        telemetry.pathway(None, found.trust)  # what no span of a trace claims is shown to nobody
        return found

    return acting


# Dependencies are coroutines, however small: FastAPI sends a plain function to a thread and waits for it there.
async def _wired(request: Request) -> Wiring:
    return wired(request)


async def _named(pathway_id: str) -> str:
    return a_pathway(pathway_id)


SignedIn = Annotated[Person, Depends(signed_in)]
Wired = Annotated[Wiring, Depends(_wired)]
PathwayId = Annotated[str, Depends(_named)]
