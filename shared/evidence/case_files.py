"""Making case files and having them back: the front door's view. To make one is a read with a reason, and audited."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from shared.evidence.anchors import Anchor, read
from shared.evidence.canonical import instant
from shared.evidence.case_file import Link, Piece, Proof, Span, link_before, spans
from shared.evidence.chain_reading import spelled
from shared.evidence.keys import Signing, signing_key
from shared.evidence.sealing import BATCH, SEAL, TRUST
from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection, pathway_uuid
from shared.pathway.people import Signature
from shared.wiring.clock import Clock

MOST_BATCHES = 20
HEAD = "SELECT number, link FROM seal WHERE trust = $1 ORDER BY number DESC LIMIT 1"
OWN = "SELECT number, audit_id, entry_seq FROM seal WHERE pathway_id = $1 ORDER BY number"
SEARCHES = """
SELECT seal.number, audit.id FROM audit JOIN seal ON seal.audit_id = audit.id
WHERE audit.pathway_id IS NULL AND action = 'searched' AND detail ? $1::uuid::text
"""
AUDIT_ROWS = """
SELECT id, at, trust, person, role, action, pathway_id, kind, detail::text AS detail FROM audit WHERE id = ANY ($1)
"""
ENTRY_ROWS = """
SELECT pathway_id, seq, trust, kind, at, recorded_at, by_person, by_role, record::text AS record, facts::text AS facts
FROM entry WHERE pathway_id = $1
"""
LINKS = """
SELECT number, audit_id, pathway_id, entry_seq, of_pathway, sealed_at, row_hash, link FROM seal
WHERE trust = $1 AND number BETWEEN $2 AND $3 ORDER BY number
"""
# The nearest anchors before and at or behind each number; a restore ends those beyond it that are older.
ANCHORS = """
WITH standing AS NOT MATERIALIZED (
    SELECT count, at, statement FROM anchor WHERE count > 0 AND NOT EXISTS (SELECT FROM anchor AS later
        WHERE later.kind = 'restored' AND later.at > anchor.at AND later.count < anchor.count)
)
SELECT DISTINCT near.count, near.statement FROM unnest($1::bigint[]) AS own (number) CROSS JOIN LATERAL (
    (SELECT count, statement FROM standing WHERE count < own.number ORDER BY count DESC, at DESC LIMIT 1)
    UNION ALL
    (SELECT count, statement FROM standing WHERE count >= own.number ORDER BY count, at LIMIT 1)
) AS near
"""
KEEP = """
INSERT INTO case_file (trust, id, pathway_id, made_at, by_person, by_role, reason, rows, json_content, pdf_content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
LIST = """
SELECT id, made_at, by_person, by_role, reason, rows FROM case_file WHERE pathway_id = $1 ORDER BY made_at DESC LIMIT 20
"""
TAKE = "SELECT json_content, pdf_content FROM case_file WHERE pathway_id = $1 AND id = $2"


class Reason(StrEnum):
    """Why a case file is made. A code: what somebody would type is kept out of the audit."""

    REGULATOR = "regulator"
    INCIDENT = "incident"
    COMPLAINT = "complaint"
    CORONER = "coroner"
    CLAIM = "claim"
    SUBJECT_ACCESS = "subject_access"
    LOCAL_AUDIT = "local_audit"


@dataclass(frozen=True, slots=True)
class Made:
    """A case file that was handed out."""

    id: str
    made_at: datetime
    by_person: str
    by_role: str
    reason: Reason
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The two halves of one, ready to be kept."""

    by: Signature
    reason: Reason
    rows: int
    json: bytes
    pdf: bytes


class CaseFiles:
    """`pool` is the front door's; `key` is the file of the signing key (None: none can be made here)."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, key: Path | None) -> None:
        self._pool = pool
        self._clock = clock
        self._key = key

    @property
    def can_sign(self) -> bool:
        return self._key is not None

    def key(self) -> Signing:
        """Raises KeyUnusableError or OSError for a file that is none."""
        assert self._key is not None  # noqa: S101 -- asked only where it can sign
        return signing_key(self._key)

    async def proof(self, trust: str, pathway_id: str, by: Signature, reason: Reason) -> Proof:
        """Audits the making, seals what is there, and reads the rows with what proves them, all at one instant."""
        named = pathway_uuid(pathway_id)
        assert named is not None  # noqa: S101 -- the page has found the pathway
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                await connection.execute(TRUST, trust)
                await audit(connection, Note(trust, by, "read", named, "case_file", (reason.value,)))
            for _ in range(MOST_BATCHES):
                if await connection.fetchval(SEAL, BATCH) < BATCH:
                    break
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                await connection.execute(TRUST, trust)
                return await _proof(connection, trust, named)

    async def keep(self, trust: str, pathway_id: str, made: Finished) -> str:
        """Keeps a finished file, and returns its id."""
        file = uuid4()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            given = (made.by.person, made.by.role.value, made.reason.value, made.rows, made.json, made.pdf)
            await connection.execute(KEEP, trust, file, pathway_uuid(pathway_id), self._clock.now(), *given)
        return str(file)

    async def of(self, trust: str, pathway_id: str) -> tuple[Made, ...]:
        """Those that were made of a pathway, the newest first."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            rows = await connection.fetch(LIST, pathway_uuid(pathway_id))
        return tuple(
            Made(str(row["id"]), row["made_at"], row["by_person"], row["by_role"], Reason(row["reason"]), row["rows"])
            for row in rows
        )

    async def take(self, trust: str, pathway_id: str, file: str, reader: Signature) -> tuple[bytes, bytes] | None:
        """JSON and PDF of one, audited before they are returned; None for what this pathway does not have."""
        named, wanted = pathway_uuid(pathway_id), pathway_uuid(file)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            row = await connection.fetchrow(TAKE, named, wanted)
            if row is None:
                return None
            await audit(connection, Note(trust, reader, "read", named, "case_file"))
        return row["json_content"], row["pdf_content"]


async def _proof(connection: Connection, trust: str, pathway_id: UUID) -> Proof:
    own = await connection.fetch(OWN, pathway_id)
    searches = await connection.fetch(SEARCHES, pathway_id)
    audits = [row["audit_id"] for row in own if row["audit_id"]] + [row["id"] for row in searches]
    said = {row["id"]: spelled("audit", dict(row)) for row in await connection.fetch(AUDIT_ROWS, audits)}
    written = {row["seq"]: spelled("entry", dict(row)) for row in await connection.fetch(ENTRY_ROWS, pathway_id)}
    head = await connection.fetchrow(HEAD, trust)
    assert head is not None  # noqa: S101 -- the making itself was audited and sealed
    numbers = [row["number"] for row in (*own, *searches)]
    anchors = _anchors([row["statement"] for row in await connection.fetch(ANCHORS, numbers)])
    pieces = []
    for span in spans(numbers, sorted(anchors), head["number"]):
        rows = await connection.fetch(LINKS, trust, span.after, span.last)
        pieces.append(_piece(trust, span, rows, {"audit": said, "entry": written}, pathway_id))
    used = {each for piece in pieces for each in (piece.after, *(link.number for link in piece.links))}
    vouching = tuple(anchors[count] for count in sorted(used & set(anchors)))
    return Proof(tuple(pieces), vouching, head["number"], head["link"], len(own))


def _anchors(statements: list[str]) -> dict[int, Anchor]:
    """By their count. Whether they are signed is for whoever checks the file to say."""
    return {each.count: each for each in filter(None, map(read, statements))}


def _piece(
    trust: str,
    span: Span,
    rows: list[asyncpg.Record],
    shown: "dict[str, dict[int, tuple[tuple[str, str | None], ...]]]",
    pathway_id: UUID,
) -> Piece:
    before = next((row["link"] for row in rows if row["number"] == span.after), None)
    links = []
    for row in rows:
        if row["number"] == span.after:
            continue
        said = shown["audit"].get(row["audit_id"])
        if row["entry_seq"] is not None and row["pathway_id"] == pathway_id:
            said = shown["entry"].get(row["entry_seq"])
        at = instant(row["sealed_at"])
        links.append(Link(row["number"], row["of_pathway"], at, row["row_hash"], row["link"], said))
    return Piece(span.after, link_before(trust, span.after, before), tuple(links))
