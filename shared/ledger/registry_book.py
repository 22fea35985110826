"""What the registry desk shows of a whole trust: receipts, what is on its way, the last comparison (IPG651 1.3)."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.contracts.registry_lists import Begun, Comparison
from shared.ledger import registry_count
from shared.ledger.keeping import Note, audit
from shared.ledger.registry_comparisons import newest_of
from shared.ledger.registry_sendings import OF, Sending
from shared.pathway.people import Signature

TRUST = "SELECT set_config('patency.trust', $1, true)"
RECEIPTS = """
SELECT pathway_id::text AS pathway_id, seq, at, record->>'procedure_id' AS procedure_id,
    (record->>'dataset_version')::int AS version, record->>'receipt' AS receipt
FROM entry WHERE kind = 'registry_accepted' ORDER BY at DESC, pathway_id, seq DESC LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One receipt of the registry, with the entry that keeps it."""

    pathway_id: str
    seq: int
    at: datetime
    procedure_id: str
    version: int
    receipt: str


class RegistryBook:
    """The registry desk's own view. Nothing here says who a patient is."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def overview(self, trust: str, by: Signature, *, most: int) -> tuple[Comparison | None, tuple[Taken, ...]]:
        """The last comparison, and the newest receipts. Audited as a search."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            rows = await connection.fetch(RECEIPTS, most)
            shown = tuple(str(row["pathway_id"]) for row in rows)
            await audit(connection, Note(trust, by, "searched", kind="registry", shown=shown))
            return await newest_of(connection), tuple(Taken(**dict(row)) for row in rows)

    async def on_the_way(self, trust: str, pathways: tuple[str, ...]) -> dict[str, Sending]:
        """What was handed over for these pathways, by key."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            rows = await connection.fetch(OF, list(pathways))
        return {row["key"]: Sending(**dict(row)) for row in rows}

    async def begun(self, trust: str) -> tuple[Begun, ...]:
        """Every procedure that was started here."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            return await registry_count.begun(connection)

    async def note_taken_out(self, trust: str, by: Signature, what: str, *told: str) -> None:
        """Something leaves the house: who took it, which edition, how much, and the hash of its bytes."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            await audit(connection, Note(trust, by, "read", kind=what, rules=told))
