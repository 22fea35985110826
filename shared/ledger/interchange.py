"""What exchanging records with other systems asks of the ledger: whose pathway, which come next, who was shown what.

It names pathways and patients by their opaque ids, and no patient otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.ledger.keeping import Note, audit
from shared.ledger.visit import pathway_uuid
from shared.pathway.people import Signature

TRUST = "SELECT set_config('patency.trust', $1, true)"
PATIENT_ID = "SELECT patient_id::text FROM pathway WHERE id = $1"

# `since` and `until` are about the newest entry: what a pathway says changes with its entries. Kinds are of entries.
NEXT = """
SELECT pathway.id::text AS id, patient_id::text AS patient_id, newest.at
FROM pathway JOIN LATERAL (
    SELECT at FROM entry WHERE pathway_id = pathway.id ORDER BY seq DESC LIMIT 1
) AS newest ON true
WHERE pathway.id > $1 AND ($2::uuid IS NULL OR patient_id = $2) AND ($3::uuid IS NULL OR pathway.id = $3)
    AND ($4::timestamptz IS NULL OR newest.at >= $4) AND ($5::timestamptz IS NULL OR newest.at < $5)
    AND ($6::text IS NULL OR EXISTS (SELECT FROM entry WHERE pathway_id = pathway.id AND kind = $6))
ORDER BY pathway.id LIMIT $7
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pathways: of this patient, this one alone, changed in this time, with an entry of this kind."""

    patient_id: str | None = None
    pathway_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pathway that may have what is looked for."""

    pathway_id: str
    patient_id: str


class Interchange:
    """Looking through a trust's pathways in the order of their ids, and writing down what was shown to whom."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def patient_id(self, trust: str, pathway_id: str) -> str | None:
        """The opaque id of a pathway's patient; None for what this trust does not have."""
        named = pathway_uuid(pathway_id)
        if named is None:
            return None
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            found: str | None = await connection.fetchval(PATIENT_ID, named)
        return found

    async def candidates(self, trust: str, wanted: Wanted, *, after: UUID, limit: int) -> tuple[Candidate, ...]:
        """At most `limit` pathways behind `after`. What is no id is nobody's."""
        ids = [_or_nobody(each) for each in (wanted.patient_id, wanted.pathway_id)]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            rows = await connection.fetch(NEXT, after, *ids, wanted.since, wanted.until, wanted.kind, limit)
        return tuple(Candidate(row["id"], row["patient_id"]) for row in rows)

    async def note(self, trust: str, reader: Signature, kind: str, shown: Sequence[str]) -> None:
        """Audits a search for `kind`, and a read of each pathway that something was shown of."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            await audit(connection, Note(trust, reader, "searched", kind=kind))
            for pathway_id in shown:
                await audit(connection, Note(trust, reader, "read", UUID(pathway_id), kind))


def _or_nobody(text: str | None) -> UUID | None:
    return None if text is None else pathway_uuid(text) or UUID(int=0)
