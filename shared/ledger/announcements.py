"""What was announced of a trust's registers, how far it has been told, and how many pathways news would touch.

Counts and references only: neither a pathway nor a patient is named.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.ledger.visit import Connection

MOST = 20
TOUCHES = "SELECT count(*) FROM concerned($1, $2)"
ANNOUNCED = """
SELECT kind, record ->> 'reference' AS reference, at, by_person, found,
    (SELECT count(*) FROM announcement_owed WHERE announcement_id = announcement.id) AS owed
FROM announcement WHERE pathway_id IS NULL ORDER BY at DESC LIMIT $1
"""
IN_FORCE = "SELECT reference, scope, subject, at FROM suspension WHERE lifted_at IS NULL ORDER BY at, reference"


@dataclass(frozen=True, slots=True)
class Spread:
    """One announcement. `found` is None until the pathways it concerns have been looked for; `owed` wait to be told."""

    kind: str
    reference: str | None
    at: datetime
    by: str
    found: int | None
    owed: int

    @property
    def told(self) -> int:
        return (self.found or 0) - self.owed


@dataclass(frozen=True, slots=True)
class Suspension:
    """One that is in force. `subject` is the device model or the operator; None: the whole procedure."""

    reference: str
    scope: str
    subject: str | None
    at: datetime


async def touches(connection: Connection, kind: str, needle: str | None) -> int:
    """How many pathways of the trust news of this kind about `needle` would be written into now."""
    return int(await connection.fetchval(TOUCHES, kind, needle))


async def announced(connection: Connection) -> tuple[Spread, ...]:
    """The newest announcements of the trust."""
    rows = await connection.fetch(ANNOUNCED, MOST)
    return tuple(
        Spread(row["kind"], row["reference"], row["at"], row["by_person"], row["found"], row["owed"]) for row in rows
    )


async def in_force(connection: Connection) -> tuple[Suspension, ...]:
    """The suspensions that nobody has lifted."""
    rows = await connection.fetch(IN_FORCE)
    return tuple(Suspension(row["reference"], row["scope"], row["subject"], row["at"]) for row in rows)
