"""The trust's research register, and the data sets that left (IPG651 1.1). One registers, another person approves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import asyncpg

from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection
from shared.pathway.civil_time import civil
from shared.pathway.people import Signature
from shared.research.columns import EDITION
from shared.research.pseudonyms import Pseudonyms
from shared.research.release import Release
from shared.research.study import StudyRegistration
from shared.wiring.clock import Clock

TRUST = "SELECT set_config('patency.trust', $1, true)"
HOLDS = """
SELECT EXISTS (SELECT FROM staff WHERE person = $1 AND role = $2 AND from_on <= $3
    AND (until_on IS NULL OR $3 < until_on))
"""
STUDIES = """
SELECT study_id, title, research_study.ethics_reference, favourable_on, opens_on, closes_on, registered_by,
    registered_at, approved_by, approved_at, coalesce(study.open_on_site, false) AS open_on_site
FROM research_study LEFT JOIN study USING (trust, study_id) ORDER BY closes_on DESC, study_id
"""
REGISTER = """
INSERT INTO research_study (trust, study_id, title, ethics_reference, favourable_on, opens_on, closes_on,
    registered_by, registered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
"""
APPROVE = """
WITH approved AS (
    UPDATE research_study SET approved_by = $2, approved_at = $3
    WHERE study_id = $1 AND approved_at IS NULL AND registered_by <> $2 RETURNING trust, study_id, ethics_reference
)
INSERT INTO study (trust, study_id, ethics_reference, open_on_site)
SELECT trust, study_id, ethics_reference, true FROM approved
ON CONFLICT (trust, study_id) DO UPDATE SET ethics_reference = excluded.ethics_reference, open_on_site = true
"""
ENROLLED = """
SELECT DISTINCT pathway_id::text AS pathway FROM entry
WHERE kind = 'research_enrolment' AND record->>'study_id' = $1 ORDER BY 1
"""
KEEP = """
INSERT INTO research_export (trust, study_id, at, by_person, edition, patients, suppressed, sha256, key_mark)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
LEFT = """
SELECT study_id, at, by_person, edition, patients, suppressed, sha256 FROM research_export ORDER BY at DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """One study of the register. Without `approved_by` nobody can be enrolled in it."""

    study_id: str
    title: str
    ethics_reference: str
    favourable_on: date
    opens_on: date
    closes_on: date
    registered_by: str
    registered_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    open_on_site: bool


@dataclass(frozen=True, slots=True)
class HasLeft:
    """One data set that left."""

    study_id: str
    at: datetime
    by_person: str
    edition: str
    patients: int
    suppressed: int
    sha256: str


class ResearchBook:
    """The register as the registry desk's role may change it. `clock` is the server's; `key_file` stays a file."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, key_file: Path | None = None) -> None:
        self._pool = pool
        self._clock = clock
        self._key_file = key_file

    def pseudonyms(self, study_id: str) -> Pseudonyms | None:
        """Those of one study; None where this house has no research key. Raises KeyTooShortError for a poor one."""
        return Pseudonyms(self._key_file.read_bytes().strip(), study_id) if self._key_file else None

    async def stand(self, trust: str) -> tuple[tuple[Registered, ...], tuple[HasLeft, ...]]:
        """Every study, and the newest data sets that left."""
        async with self._of(trust) as connection:
            studies, left = await connection.fetch(STUDIES), await connection.fetch(LEFT)
        return tuple(Registered(**dict(row)) for row in studies), tuple(HasLeft(**dict(row)) for row in left)

    async def register(self, trust: str, by: Signature, told: StudyRegistration) -> bool | None:
        """Puts it on the register. False: the trust has a study of that name. None: not somebody of that role."""
        async with self._of(trust) as connection:
            if not await self._holds(connection, trust, by, "research_study"):
                return None
            days = (told.favourable_on, told.opens_on, told.closes_on)
            row = (trust, told.study_id, told.title, told.ethics_reference, *days, by.person, self._clock.now())
            done: str = await connection.execute(REGISTER, *row)
            await audit(connection, Note(trust, by, "announced", kind="research_study"))
        return done.endswith(" 1")

    async def approve(self, trust: str, by: Signature, study_id: str) -> bool | None:
        """Opens it from its first day on. False: there is none to approve, or the same person registered it."""
        async with self._of(trust) as connection:
            if not await self._holds(connection, trust, by, "research_approval"):
                return None
            done: str = await connection.execute(APPROVE, study_id, by.person, self._clock.now())
            approved = done.endswith(" 1")
            note = Note(trust, by, "announced" if approved else "refused", kind="research_approval")
            await audit(connection, note)
        return approved

    async def enrolled(self, trust: str, study_id: str) -> tuple[str, ...]:
        """The pathways with an enrolment in this study, withdrawn or not."""
        async with self._of(trust) as connection:
            return tuple(row["pathway"] for row in await connection.fetch(ENROLLED, study_id))

    async def note_left(
        self, trust: str, by: Signature, study_id: str, left: Release, *, sha256: str, mark: str
    ) -> None:
        """Writes down that this data set leaves, before it does."""
        async with self._of(trust) as connection:
            told = (
                trust,
                study_id,
                self._clock.now(),
                by.person,
                EDITION,
                left.patients,
                left.suppressed,
                sha256,
                mark,
            )
            await connection.execute(KEEP, *told)
            await audit(connection, Note(trust, by, "read", kind="research_export", rules=(study_id, EDITION, sha256)))

    async def _holds(self, connection: Connection, trust: str, by: Signature, kind: str) -> bool:
        holds = bool(await connection.fetchval(HOLDS, by.person, by.role.value, civil(self._clock.now())))
        if not holds:
            await audit(connection, Note(trust, by, "denied", kind=kind))
        return holds

    @asynccontextmanager
    async def _of(self, trust: str) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            yield connection
