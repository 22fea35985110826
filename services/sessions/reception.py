"""What a desk needs to receive people in a browser: sessions, drafts, claims, grants, and our own addresses."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode, urlsplit

import asyncpg
from fastapi import Request, Response

from services.sessions.keeping import Sessions
from shared.evidence.case_files import CaseFiles
from shared.ledger.access import Access
from shared.ledger.agenda import Agenda
from shared.ledger.assignments import Assignments
from shared.ledger.compliance import Compliance
from shared.ledger.documents import Documents
from shared.ledger.drafts import Drafts
from shared.ledger.fhir_exports import Exports
from shared.ledger.interchange import Interchange
from shared.ledger.readers import Readers
from shared.ledger.registry_book import RegistryBook
from shared.ledger.research_book import ResearchBook
from shared.ledger.sessions import SessionBook
from shared.ledger.staff_names import StaffNames
from shared.ledger.waiting import Waiting
from shared.ledger.work import Work
from shared.policy import load
from shared.web.pace import Paces
from shared.web.shapes import Desk
from shared.wiring.clock import Clock

if TYPE_CHECKING:
    from services.signing_in.provider import Provider

Listening = Callable[[], Awaitable[asyncpg.Connection]]
FRONT_DOOR = "front_door"
POLICY = load()
LONGEST_ADDRESS = 2000
_PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+")  # visible ASCII without the backslash, which browsers read as a slash


@dataclass(frozen=True, slots=True)
class Cookie:
    """How the session's id travels. Over https nobody but this very host can set it; http is for loopback alone."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Host-patency" if self.secure else "patency"

    @property
    def way_name(self) -> str:
        """Of the cookie that ties a way to the issuer to the browser that began it."""
        return f"{self.name}-signing-in"

    def give(self, response: Response, value: str) -> None:
        self._set(response, self.name, value, None)

    def give_way(self, response: Response, value: str, seconds: int) -> None:
        self._set(response, self.way_name, value, seconds)

    def take(self, response: Response, name: str) -> None:
        self._set(response, name, "", 0)

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """One desk's own, on its own pool.

    `origin` is this desk's address; `issuer` the issuer's, where a form that needs a new sign-in ends up; `provider`
    the way there, which only the front door has. `listen` opens the desk's one connection that hears of changes;
    without it pages are complete, and do not change by themselves.
    """

    desk: str
    origin: str
    front_door: str
    origins: frozenset[str]
    cookie: Cookie
    sessions: Sessions
    drafts: Drafts
    documents: Documents
    access: Access
    interchange: Interchange
    exports: Exports
    assignments: Assignments
    readers: Readers
    names: StaffNames
    waiting: Waiting
    work: Work
    agenda: Agenda
    compliance: Compliance
    registry: RegistryBook
    research: ResearchBook
    case_files: CaseFiles
    book: SessionBook
    issuer: str
    training: bool
    provider: "Provider | None" = None
    listen: Listening | None = None
    paces: Paces = field(default_factory=Paces)

    @classmethod
    def of(
        cls,
        desk: str,
        pool: asyncpg.Pool,
        clock: Clock,
        desks: tuple[Desk, ...],
        provider: "Provider | None" = None,
        *,
        issuer: str,
        training: bool,
        listen: Listening | None = None,
        evidence_key: Path | None = None,
        research_key: Path | None = None,
        paces: Paces | None = None,
    ) -> Self:
        """The reception of `desk`, whose login role the pool has.

        `evidence_key` signs case files, `research_key` makes pseudonyms, `paces` are those of the whole process.
        """
        found = {each.name: each.url for each in desks}
        book = SessionBook(pool)
        return cls(
            desk=desk,
            origin=found[desk],
            front_door=found[FRONT_DOOR],
            origins=frozenset(found.values()),
            cookie=Cookie(secure=urlsplit(found[FRONT_DOOR]).scheme == "https"),
            sessions=Sessions(book, clock),
            drafts=Drafts(pool, clock),
            documents=Documents(pool),
            access=Access(pool, clock),
            interchange=Interchange(pool),
            exports=Exports(pool, clock),
            assignments=Assignments(pool, clock),
            readers=Readers(pool),
            names=StaffNames(pool),
            waiting=Waiting(pool),
            work=Work(pool, clock),
            agenda=Agenda(pool, POLICY, clock),
            compliance=Compliance(pool, clock),
            registry=RegistryBook(pool),
            research=ResearchBook(pool, clock, research_key),
            case_files=CaseFiles(pool, clock, evidence_key),
            book=book,
            issuer=issuer,
            training=training,
            provider=provider,
            listen=listen,
            paces=paces or Paces(),
        )

    def here(self, request: Request) -> str:
        """This page's own absolute address, as browsers see it."""
        query = request.url.query
        return self.origin + request.url.path + (f"?{query}" if query else "")

    def own_address(self, wanted: str | None) -> str:
        """`wanted` if it leads to one of our desks, else the front door. A bare path is the front door's."""
        home = f"{self.front_door}/"
        if not wanted or len(wanted) > LONGEST_ADDRESS or _PLAIN.fullmatch(wanted) is None:
            return home
        if wanted.startswith("/") and not wanted.startswith("//"):
            return self.front_door + wanted
        return wanted if any(wanted.startswith(f"{origin}/") for origin in self.origins) else home

    def sign_in_address(self, return_to: str, *, again: bool = False) -> str:
        asked = {"return_to": return_to, **({"again": "1"} if again else {})}
        return f"{self.front_door}/sign-in?{urlencode(asked)}"

    def role_address(self, return_to: str) -> str:
        return f"{self.front_door}/choose-role?{urlencode({'return_to': return_to})}"


def reception_of(request: Request) -> Reception:
    found: Reception = request.app.state.reception
    return found
