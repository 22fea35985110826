"""Who may open a record on a page: by duty, or by break-glass access that gives a reason, ends and is reviewed.

A duty is a task of one's role, something one wrote down, or a relationship (`relationships`, a project default [D]).

The JSON API does not ask here: its rules are those of the roles alone, as before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import asyncpg

from shared.ledger.relationships import Trace, related
from shared.ledger.visit import pathway_uuid
from shared.pathway.people import Signature
from shared.wiring.clock import Clock

OPEN_FOR = timedelta(hours=4)

ASK = "SELECT * FROM ask_to_open($1, $2, $3, $4, $5)"
GRANT = """
WITH granted AS (
    INSERT INTO access_grant (trust, pathway_id, person, role, reason, words, granted_at, until_at)
    SELECT trust, id, $2, $3, $4, $5, $6, $7 FROM pathway WHERE id = $1
    RETURNING id, trust, pathway_id, person, role, granted_at, until_at
), noticed AS (
    INSERT INTO access_review (grant_id, trust, opened_at) SELECT id, trust, granted_at FROM granted
), audited AS (
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT trust, person, role, 'access_granted', pathway_id, $4 FROM granted
)
SELECT until_at FROM granted
"""
REVIEWS = """
SELECT given.id, given.pathway_id, given.person, given.role, given.reason, given.words, given.granted_at,
    given.until_at, review.state, review.finding, review.closed_by, review.closed_at
FROM access_review AS review JOIN access_grant AS given ON given.id = review.grant_id
WHERE review.state = 'open' OR $1 ORDER BY review.state = 'closed', given.granted_at DESC, given.id LIMIT $2
"""
CLOSE = """
WITH closed AS (
    UPDATE access_review SET state = 'closed', finding = $2, words = $3, closed_by = $4, closed_at = $5
    FROM access_grant AS given
    WHERE grant_id = $1 AND given.id = $1 AND state = 'open' AND given.person <> $4
    RETURNING access_review.trust, given.pathway_id
), audited AS (
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT trust, $4, $6, 'access_reviewed', pathway_id, $2 FROM closed
)
SELECT count(*) FROM closed
"""
MOST_REVIEWS = 200


class Why(StrEnum):
    """Why somebody without a duty opens a record."""

    EMERGENCY = "emergency"
    COVERING = "covering"
    PATIENT_ASKED = "patient_asked"
    COMPLAINT_OR_INCIDENT = "complaint_or_incident"
    OTHER = "other"


class Finding(StrEnum):
    """What the privacy officer found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class Door(StrEnum):
    """OPEN by duty, BROKEN by a grant that still runs, SHUT until a reason is given; ABSENT: no such pathway here."""

    OPEN = "open"
    BROKEN = "broken"
    SHUT = "shut"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Whether the record may be opened. `until_at` is set for a grant: the page says so."""

    door: Door
    until_at: datetime | None = None

    @property
    def may_open(self) -> bool:
        return self.door in {Door.OPEN, Door.BROKEN}


@dataclass(frozen=True, slots=True)
class Review:
    """One grant with its review. `words` are those of whoever opened the record: for the privacy officer alone."""

    grant_id: str
    pathway_id: str
    person: str
    role: str
    why: Why
    words: str
    granted_at: datetime
    until_at: datetime
    state: str
    finding: Finding | None
    closed_by: str | None
    closed_at: datetime | None


class Access:
    """Questions about opening records, in the trust that is named. `clock` is the server's time."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def may_open(self, trust: str, pathway_id: str, by: Signature, *, desk: str) -> Entrance:
        """Whether this person, in this role, may see this record at this desk."""
        named = pathway_uuid(pathway_id)
        if named is None:
            return Entrance(Door.ABSENT)
        row = await self._pool.fetchrow(ASK, trust, named, by.role.value, by.person, self._clock.now())
        if row is None:
            return Entrance(Door.ABSENT)
        if row["duty"] or related(by.role, _trace(row).reached(), desk):
            return Entrance(Door.OPEN)
        return Entrance(Door.BROKEN, row["until_at"]) if row["until_at"] else Entrance(Door.SHUT)

    async def grant(self, trust: str, pathway_id: str, by: Signature, why: Why, words: str) -> datetime | None:
        """Opens one record to one person in one role, audited, with its review. Until when; None: no such pathway."""
        named, now = pathway_uuid(pathway_id), self._clock.now()
        if named is None:
            return None
        row = await self._one(trust, GRANT, named, by.person, by.role.value, why.value, words, now, now + OPEN_FOR)
        return row["until_at"] if row else None

    async def reviews(self, trust: str, *, closed_too: bool = False) -> tuple[Review, ...]:
        """The open reviews of the trust, newest first, at most 200; with `closed_too` those behind them."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(REVIEWS, closed_too, MOST_REVIEWS)
        return tuple(map(_review, rows))

    async def close_review(self, trust: str, grant_id: str, by: Signature, finding: Finding, words: str) -> bool:
        """Closes it, audited. False: no open review of that id, or the reviewer's own opening."""
        named = pathway_uuid(grant_id)
        if named is None:
            return False
        row = await self._one(trust, CLOSE, named, finding.value, words, by.person, self._clock.now(), by.role.value)
        return row is not None and bool(row["count"])

    async def _one(self, trust: str, question: str, *given: object) -> asyncpg.Record | None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            return await connection.fetchrow(question, *given)


def _trace(row: asyncpg.Record) -> Trace:
    return Trace(
        kinds=frozenset(row["kinds"]),
        notices=frozenset(row["notices"]),
        status=row["status"],
        research_leg=row["research_leg"],
        closed=row["closed"],
    )


def _review(row: asyncpg.Record) -> Review:
    grant_id: UUID = row["id"]
    return Review(
        grant_id=str(grant_id),
        pathway_id=str(row["pathway_id"]),
        person=row["person"],
        role=row["role"],
        why=Why(row["reason"]),
        words=row["words"],
        granted_at=row["granted_at"],
        until_at=row["until_at"],
        state=row["state"],
        finding=Finding(row["finding"]) if row["finding"] else None,
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
    )
