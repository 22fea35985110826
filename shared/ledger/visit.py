"""One look at a pathway inside one transaction: its entries, folded, and what the registers say (two round trips)."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from shared.ledger.lock import locking
from shared.ledger.outside import devices_named, people_named
from shared.ledger.shelf import Shelf
from shared.pathway.civil_time import add_days, civil
from shared.pathway.facts import Facts
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record
from shared.pathway.refusal import Refusal
from shared.pathway.stages import KINDS
from shared.policy import Policy

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

FIND = "SELECT * FROM find_pathway($1, $2, $3)"

READ = """
SELECT facts($1, $2, $3, $4, $5, $9)::text AS outside,
    answered.pathway_id AS answered_on, answered.body_hash, answered.answer::text AS answer, newer.*
FROM (
    SELECT array_agg(seq ORDER BY seq) AS seqs, array_agg(kind ORDER BY seq) AS kinds,
        array_agg(at ORDER BY seq) AS ats, array_agg(by_person ORDER BY seq) AS persons,
        array_agg(by_role ORDER BY seq) AS roles, array_agg(record::text ORDER BY seq) AS records,
        array_agg(facts::text ORDER BY seq) AS seen
    FROM entry WHERE pathway_id = $1 AND seq > $6
) AS newer
LEFT JOIN idempotency AS answered ON answered.person = $7 AND answered.key = $8
"""


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
    """A pathway as found. `ahead` is how far its clock is from the server's; `answered` is about the key asked for."""

    id: UUID
    moment: Moment
    training: bool
    told: str
    ahead: timedelta
    answered: Answered | None

    @property
    def trust(self) -> str:
        return self.moment.pathway.trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Why somebody comes to a pathway: what they bring (if anything), who they are, and under which key."""

    trust: str
    pathway_id: str
    record: Record | None = None
    by: Signature | None = None
    key: str | None = None
    locked: bool = False


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
    """Finds the pathway in this trust; None when there is none. Must run inside a transaction, whose trust it sets."""
    pathway_id = pathway_uuid(errand.pathway_id)
    if pathway_id is None:
        return None
    with locking() if errand.locked else nullcontext():
        row = await connection.fetchrow(FIND, errand.trust, pathway_id, errand.locked)
    if row is None:
        return None
    now = server_now + row["ahead"]
    start = shelf.take(errand.trust, errand.pathway_id)
    if start is None or start.version > row["version"]:
        start = Pathway(errand.pathway_id, errand.trust, row["nation"])
    found = await connection.fetchrow(
        READ,
        pathway_id,
        civil(now),
        civil(server_now),
        people_named(errand.record, errand.by),
        devices_named(errand.record),
        start.version,
        errand.by.person if errand.by else None,
        errand.key,
        add_days(now, -policy.device_signal_days),
    )
    assert found is not None  # noqa: S101 -- an aggregate always has its one row
    pathway = _folded(start, found)
    if errand.locked and pathway.version != row["version"]:
        raise LedgerDamagedError
    shelf.put(pathway)
    moment = Moment(pathway, policy, now, Facts.model_validate_json(found["outside"]))
    return Visit(pathway_id, moment, row["training"], row["told"], row["ahead"], answered(found))


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


def clock_refusals(found: Visit, to: datetime) -> list[Refusal]:
    """Why this pathway's clock cannot be moved there; training alone has one that moves."""
    if not found.training:
        return [Refusal("H-24", "to", "Only a training trust has a clock that can be moved", "D")]
    if to < found.moment.now:
        return [Refusal("H-24", "to", "This pathway's clock is already past that: it only moves forward", "D")]
    return []
