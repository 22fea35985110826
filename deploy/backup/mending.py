"""Mends what can be mended after a restore, and blocks procedures where a person has to look first.

Order matters: notices are written down as sent before a worker may send them again; then the engine is told of every
pathway that differs, so that none sleeps past a deadline that only the lost entries had moved.
"""

from collections.abc import Iterable
from datetime import datetime

import asyncpg

from activities.adapters.ledger_book import LedgerBook
from activities.adapters.postgres_outbox import PostgresOutbox
from activities.outbox import Waiting
from deploy.backup.differences import Difference, Kind, to_block
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand
from shared.ledger.keeping import Note, audit
from shared.pathway.people import PATENCY
from shared.pathway.trust_news import AuthorisationSuspended

TRUSTS = "SELECT trust FROM trust"
SUSPEND = """
INSERT INTO suspension (trust, reference, scope, at) VALUES ($1, $2, 'procedure', $3) ON CONFLICT DO NOTHING
"""
KNOWN = "SELECT id::text, trust, version, origin FROM pathway WHERE id::text = ANY($1)"


async def mend(found: Iterable[Difference], record: asyncpg.Pool, book: LedgerBook, outbox: PostgresOutbox) -> int:
    """Write down the notices that went out, and have the engine look at every pathway that differs.

    Returns how many pathways that were. Doing it again changes nothing but the looks.
    """
    differing = tuple(found)
    for each in differing:
        if each.kind == Kind.NOTICE_SENT:
            await book.note_sent(Errand(PathwayRef(each.pathway, each.trust), each.about), 1)
    rows = await record.fetch(KNOWN, sorted({each.pathway for each in differing}))
    for row in rows:
        ref = PathwayRef(row["id"], row["trust"], row["origin"])
        await outbox.put_back(Waiting(ref, row["version"], None, None))
    return len(rows)


async def block(found: tuple[Difference, ...], record: asyncpg.Pool, at: datetime) -> frozenset[str]:
    """Suspend the procedure in every trust where a person has to look; returns those trusts.

    It is the suspension that governance knows (gate G6): each start is refused with its reason, and the governance desk
    lifts it by its reference once the list has been worked off. Emergencies break G6 as ever, and are looked at.
    """
    every = frozenset(row["trust"] for row in await record.fetch(TRUSTS))
    trusts = to_block(found, every)
    for trust in sorted(trusts):
        async with record.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            await connection.execute(SUSPEND, trust, reference(at), at)
            await audit(connection, Note(trust, PATENCY, "announced", kind=AuthorisationSuspended.kind))
    return trusts


def reference(at: datetime) -> str:
    """By which governance lifts it again."""
    return f"RESTORED-{at:%Y%m%d-%H%M}"
