"""Who has looked at a record, and what they did: the audit of one pathway, one line for each person, role and act."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.ledger.visit import pathway_uuid

MOST_LINES = 100

# A search that showed the pathway in a list names it in `detail`, beside the others it showed.
LINES = """
SELECT person, name, role, action, CASE WHEN action = 'read' THEN kind END AS kind, count(*) AS times,
    max(at) AS last_at
FROM (
    SELECT trust, person, role, action, kind, at FROM audit WHERE pathway_id = $1
    UNION ALL
    SELECT trust, person, role, action, kind, at FROM audit
    WHERE pathway_id IS NULL AND action = 'searched' AND detail ? $1::uuid::text
) AS look LEFT JOIN staff_name USING (trust, person)
GROUP BY person, name, role, action, CASE WHEN action = 'read' THEN kind END ORDER BY last_at DESC LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """One person's acts of one kind. `patient`: they looked at who the patient is. `last_at` is the server's time.

    `name` is what the staff directory calls them, None for whom it does not know.
    """

    person: str
    name: str | None
    role: str
    action: str
    patient: bool
    times: int
    last_at: datetime


class Readers:
    """The audit of single pathways, as the front door may read it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of(self, trust: str, pathway_id: str) -> tuple[Looked, ...]:
        """The newest first, at most 100 lines; empty for what this trust does not have."""
        named = pathway_uuid(pathway_id)
        if named is None:
            return ()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(LINES, named, MOST_LINES)
        return tuple(
            Looked(
                person=row["person"],
                name=row["name"],
                role=row["role"],
                action=row["action"],
                patient=row["kind"] == "patient",
                times=row["times"],
                last_at=row["last_at"],
            )
            for row in rows
        )
