"""Two books for the contract: one in memory on the clinical core, one on a real PostgreSQL behind the real ledger."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

import asyncpg

from activities.adapters.ledger_book import LedgerBook
from activities.ports import Book
from deploy.local.people import mail_system_of
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand, Order
from shared.pathway.governance import NoticeDelivered
from shared.pathway.people import Role, Signature
from tests import patients
from tests.forms import consent as consent_form
from tests.forms import procedure as procedure_form
from tests.forms import the_day
from tests.forms.filled import london
from tests.ledger.acting import TRUST, LedgerOf, act, kept, moved, person, signed
from tests.workflow.pure_book import PureBook

ENTRIES = "SELECT kind FROM entry WHERE pathway_id = $1 ORDER BY seq"


class Shelf(Protocol):
    """A book with one pathway in it that has come this far, and a look behind its back."""

    @property
    def book(self) -> Book: ...

    @property
    def ref(self) -> PathwayRef: ...

    async def kinds(self) -> list[str]:
        """The kinds of all entries, oldest first."""
        ...


def order(shelf: Shelf) -> Order:
    return Order(shelf.ref)


def errand(shelf: Shelf, key: str) -> Errand:
    return Errand(shelf.ref, key)


def nowhere(trust: str = TRUST) -> PathwayRef:
    """A pathway that nobody opened."""
    return PathwayRef(str(uuid4()), trust)


@dataclass
class InMemory:
    book: PureBook
    ref: PathwayRef

    async def kinds(self) -> list[str]:
        return [entry.kind for entry in self.book.case.pathway.entries]


def in_memory(case: patients.Case) -> InMemory:
    async def stands_still() -> datetime:
        return case.now

    return InMemory(PureBook(case, stands_still), PathwayRef(case.pathway.id, case.pathway.trust))


@dataclass
class OnPostgres:
    book: LedgerBook
    ref: PathwayRef
    anything: asyncpg.Connection

    async def kinds(self) -> list[str]:
        return [row["kind"] for row in await self.anything.fetch(ENTRIES, self.ref.pathway_id)]


def on_postgres(ledger_of: LedgerOf, pathway_id: str, anything: asyncpg.Connection) -> OnPostgres:
    return OnPostgres(LedgerBook(ledger_of("patency_worker")), PathwayRef(pathway_id, TRUST), anything)


async def treated(ledger_of: LedgerOf) -> str:
    """A pathway whose procedure has ended on 9 March: the registry is owed its entry."""
    pathway_id = await signed(ledger_of)
    reporter = Signature(mail_system_of(TRUST), Role.MAIL_SYSTEM)
    told = act(pathway_id, NoticeDelivered(dispatch="n1-first"), reporter)
    kept(await ledger_of("desk_governance").enter(told))
    await moved(ledger_of, pathway_id, "2026-03-06T10:00")
    leaflet = consent_form.leaflet(document_id="PMT-INFO-1", version="2.1")
    taken = act(pathway_id, consent_form.consent(written_information=leaflet), person(Role.CONSENT_TAKER))
    kept(await ledger_of("desk_consent").enter(taken))
    await moved(ledger_of, pathway_id, "2026-03-09T09:30")
    operator = person(Role.PROCEDURALIST)
    kept(await ledger_of("desk_referral").enter(act(pathway_id, the_day.bloods(), operator)))
    again = consent_form.confirmation()
    kept(await ledger_of("desk_consent").enter(act(pathway_id, again, operator)))
    start = procedure_form.start(operators=(operator.person,))
    kept(await ledger_of("desk_procedure").enter(act(pathway_id, start, operator)))
    await moved(ledger_of, pathway_id, "2026-03-09T11:00")
    ended = procedure_form.end(ended_at=london("2026-03-09T11:00"))
    kept(await ledger_of("desk_procedure").enter(act(pathway_id, ended, operator)))
    return pathway_id


Prepared = Callable[[], Awaitable[Shelf]]
