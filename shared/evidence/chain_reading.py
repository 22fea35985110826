"""Reads a trust's chain, its loose rows and the copies of its anchors for the verifier, column by column.

The rows are spelled here and not by the database. Whoever reads is its owner, or a superuser who looks past every
policy: the verifier needs no right to write.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from shared.evidence.anchors import Anchor, Believed, read
from shared.evidence.canonical import COLUMNS, Pair, instant, pairs_of
from shared.evidence.keys import Verifying
from shared.evidence.verifying import Anchored, ChainCheck, Loose, Report, Sealed

TRUSTS = """
SELECT trust FROM seal_heads() UNION SELECT trust FROM seal UNION SELECT trust FROM anchor UNION SELECT trust FROM audit
UNION SELECT trust FROM entry ORDER BY trust
"""
TRUST = "SELECT set_config('patency.trust', $1, true)"
CHAIN = """
SELECT seal.number, seal.source, seal.audit_id, seal.pathway_id AS of_pathway_id, seal.entry_seq, seal.event,
    seal.of_pathway, seal.sealed_at, seal.row_hash, seal.link,
    a.id AS a_id, a.at AS a_at, a.trust AS a_trust, a.person AS a_person, a.role AS a_role, a.action AS a_action,
    a.pathway_id AS a_pathway_id, a.kind AS a_kind, a.detail::text AS a_detail,
    e.pathway_id AS e_pathway_id, e.seq AS e_seq, e.trust AS e_trust, e.kind AS e_kind, e.at AS e_at,
    e.recorded_at AS e_recorded_at, e.by_person AS e_by_person, e.by_role AS e_by_role, e.record::text AS e_record,
    e.facts::text AS e_facts
FROM seal LEFT JOIN audit AS a ON a.id = seal.audit_id
LEFT JOIN entry AS e ON e.pathway_id = seal.pathway_id AND e.seq = seal.entry_seq
WHERE seal.trust = $1 ORDER BY seal.number
"""
LOOSE = """
SELECT 'audit ' || id AS row, at FROM audit
WHERE trust = $1 AND NOT EXISTS (SELECT FROM seal WHERE audit_id = audit.id)
UNION ALL
SELECT 'entry ' || pathway_id || '/' || seq, recorded_at FROM entry
WHERE trust = $1 AND NOT EXISTS (SELECT FROM seal
    WHERE seal.pathway_id = entry.pathway_id AND seal.entry_seq = entry.seq)
ORDER BY 2
"""
COPIES = "SELECT sha256, statement FROM anchor WHERE trust = $1 ORDER BY count, at"
SHORT = {"audit": "a", "entry": "e"}


@dataclass(frozen=True, slots=True)
class Copies:
    """The anchors that the database keeps of a trust: what the key signed, and the hashes of what it did not."""

    held: tuple[Anchor, ...]
    forged: tuple[str, ...]


async def trusts(connection: asyncpg.Connection) -> tuple[str, ...]:
    """Every trust that anything is known of, as far as this connection sees."""
    return tuple(row["trust"] for row in await connection.fetch(TRUSTS))


async def checked(connection: asyncpg.Connection, trust: str, file: Believed, key: Verifying) -> Report:
    """What is wrong with one trust's chain, as this transaction sees it. `file` is what its anchor file says."""
    await connection.execute(TRUST, trust)
    kept = await copies(connection, trust, key, frozenset(each.sha256 for each in file.anchors))
    check = ChainCheck(trust, Anchored(file=file, copies=kept.held, forged_copies=kept.forged))
    async for sealed in chain(connection, trust):
        check.see(sealed)
    return check.report(await loose(connection, trust))


async def chain(connection: asyncpg.Connection, trust: str) -> AsyncIterator[Sealed]:
    """The seals in their order with their rows. Must run inside a transaction."""
    async for row in connection.cursor(CHAIN, trust, prefetch=1000):
        yield _sealed(trust, row)


async def loose(connection: asyncpg.Connection, trust: str) -> tuple[Loose, ...]:
    return tuple(Loose(row["row"], row["at"]) for row in await connection.fetch(LOOSE, trust))


async def copies(connection: asyncpg.Connection, trust: str, key: Verifying, known: frozenset[str]) -> Copies:
    """`known` are the statements of the file, by their hashes: their signatures were checked there."""
    held, forged = [], []
    for row in await connection.fetch(COPIES, trust):
        found = read(row["statement"])
        same = found is not None and found.trust == trust and found.sha256 == row["sha256"]
        if found is not None and same and (found.sha256 in known or found.holds(key)):
            held.append(found)
        else:
            forged.append(row["sha256"])
    return Copies(tuple(held), tuple(forged))


def _sealed(trust: str, row: asyncpg.Record) -> Sealed:
    source = row["source"]
    said = _said(trust, source, row)
    named = {
        "audit": f"audit {row['audit_id']}",
        "entry": f"entry {row['of_pathway_id']}/{row['entry_seq']}",
        "event": f"event {row['number']}",
    }
    written_at = None if said is None else {"audit": row["a_at"], "entry": row["e_recorded_at"]}.get(source)
    pathway = row["of_pathway_id"]
    return Sealed(
        number=row["number"],
        row=named[source],
        of_pathway=row["of_pathway"],
        sealed_at=row["sealed_at"],
        row_hash=row["row_hash"],
        link=row["link"],
        said=said,
        written_at=written_at,
        pathway=str(pathway) if pathway else None,
        event=row["event"],
    )


def _said(trust: str, source: str, row: asyncpg.Record) -> tuple[Pair, ...] | None:
    """The row as it is spelled; None when it is not there."""
    if source == "event":
        return pairs_of("event", (trust, row["event"]))
    short = SHORT[source]
    if row[f"{short}_trust"] is None:
        return None
    return spelled(source, {name.removeprefix(f"{short}_"): value for name, value in row.items() if name[1] == "_"})


def spelled(source: str, columns: dict[str, Any]) -> tuple[Pair, ...]:
    """The row of this table, from its columns as PostgreSQL gave them (JSON as text)."""
    return pairs_of(source, [_text(columns[name]) for name in COLUMNS[source]])


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return instant(value) if hasattr(value, "astimezone") else str(value)
