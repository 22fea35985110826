"""One look at a pathway: its entries, folded, and what the registers say. One question, which sets its own trust."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from shared.ledger.known import Known
from shared.ledger.lock import locking
from shared.ledger.outside import devices_named, people_named
from shared.ledger.patient import PatientIdentity, from_row
from shared.ledger.shelf import Shelf
from shared.pathway.facts import Facts
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record
from shared.pathway.stages import KINDS
from shared.policy import Policy

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

FIND = "SELECT visited.* FROM visit_pathway($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS visited"
# What is shown of a pathway hangs on its having been found, and so comes after it.
SHOW = """
SELECT visited.*, shown.* FROM visit_pathway($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS visited
LEFT JOIN LATERAL shown_to($11, $12, CASE WHEN visited.version IS NOT NULL THEN $2 END, $13) AS shown ON true
"""
PATHWAY: tuple[str | None, ...] = (None,)
PATIENT: tuple[str | None, ...] = ("patient",)


class LedgerDamagedError(Exception):
    """The entries are not in order, or do not agree with the pathway's row. Nothing is decided on such a pathway."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a key before."""

    pathway_id: str
    body_hash: bytes
    answer: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A pathway as found. `ahead` is how far its clock is from the server's; `answered` is about the key asked for.

    `known` is what the engine knew of it before; `patient` who it is, where the errand was to know.
    """

    id: UUID
    moment: Moment
    training: bool
    known: Known
    ahead: timedelta
    answered: Answered | None
    patient: PatientIdentity | None = None

    @property
    def trust(self) -> str:
        return self.moment.pathway.trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Why somebody comes to a pathway: what they bring (if anything), who they are, and under which key.

    `reader` is who is shown it, and `shown` what: PATHWAY, PATIENT or both, an audit row each.
    """

    trust: str
    pathway_id: str
    record: Record | None = None
    by: Signature | None = None
    key: str | None = None
    locked: bool = False
    reader: Signature | None = None
    shown: tuple[str | None, ...] = PATHWAY


def pathway_uuid(text: str) -> UUID | None:
    """The id, or None for anything that is not one in its usual spelling."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


async def visit(
    connection: Connection, errand: Errand, *, shelf: Shelf, policy: Policy, server_now: datetime
) -> Visit | None:
    """Finds the pathway in this trust; None when there is none. Sets the trust of the transaction it is in."""
    pathway_id = pathway_uuid(errand.pathway_id)
    if pathway_id is None:
        return None
    start = shelf.take(errand.trust, errand.pathway_id)
    reader = errand.reader
    question, shown = (SHOW, (reader.person, reader.role.value, errand.shown)) if reader else (FIND, ())
    with locking() if errand.locked else nullcontext():
        found = await connection.fetchrow(
            question,
            errand.trust,
            pathway_id,
            errand.locked,
            server_now,
            policy.device_signal_days,
            people_named(errand.record, errand.by),
            devices_named(errand.record),
            start.version if start else 0,
            errand.by.person if errand.by else None,
            errand.key,
            *shown,
        )
    if found is None:
        return None
    if start is None or start.version > found["version"]:
        start = Pathway(errand.pathway_id, errand.trust, found["nation"])
    pathway = _folded(start, found)
    if errand.locked and pathway.version != found["version"]:
        raise LedgerDamagedError
    shelf.put(pathway)
    ahead = found["ahead"]
    moment = Moment(pathway, policy, server_now + ahead, Facts.model_validate_json(found["outside"]))
    patient = _patient(found) if reader else None
    return Visit(pathway_id, moment, found["training"], Known.read(found["told"]), ahead, answered(found), patient)


def _patient(row: "asyncpg.Record") -> PatientIdentity | None:
    return from_row(row["number_kind"], row["number"], json.loads(row["rest"])) if row["rest"] else None


def _folded(start: Pathway, row: "asyncpg.Record") -> Pathway:
    try:
        return fold(start, entries_of(row))
    except ValueError as error:  # an entry out of order, or one that no record of today can read
        raise LedgerDamagedError from error


def entries_of(row: "asyncpg.Record") -> Iterator[Entry]:
    columns = [row[name] or () for name in ("seqs", "kinds", "ats", "persons", "roles", "records", "seen")]
    for seq, kind, at, person, role, record, seen in zip(*columns, strict=True):
        kept = KINDS[kind].record.model_validate_json(record)
        yield Entry(seq, at, Signature(person, Role(role)), kept, Facts.model_validate_json(seen))


def answered(row: "asyncpg.Record") -> Answered | None:
    if row["answered_on"] is None:
        return None
    return Answered(str(row["answered_on"]), row["body_hash"], row["answer"])


def allowed(record: Record, by: Signature, facts: Facts) -> bool:
    """Whether the kind of record is this role's to write, and the directory gives the person that role today.

    The system itself needs no line in the directory: its database role alone may enter what it enters.
    """
    return by.role in KINDS[record.kind].roles and (by == PATENCY or holds(by, facts))


def holds(by: Signature, facts: Facts) -> bool:
    return by.role in facts.staff.get(by.person, frozenset())
