"""Every pathway of one trust as FHIR resources, from one snapshot and without identities; who takes it is written down.

What is told is told once: a patient of several pathways too. No words that people wrote go out.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from shared.fhir.elements import Case, Json
from shared.fhir.everything import resources
from shared.ledger.visit import Connection, entries_of
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Signature
from shared.pathway.question import Moment
from shared.policy import Policy

if TYPE_CHECKING:
    import asyncpg

AT_A_TIME = 20
"""Pathways that are in memory at once."""

ROWS_AT_A_TIME = 5000
"""Rows of the audit that one statement writes."""

KIND = "fhir_export"
"""What audit rows call it."""

TRUST = "SELECT set_config('patency.trust', $1, true)"
HOLDS = """
SELECT EXISTS (SELECT FROM staff WHERE trust = $1 AND person = $2 AND role = $3
    AND from_on <= current_date AND (until_on IS NULL OR current_date < until_on))
"""
AUDIT = """
INSERT INTO audit (trust, person, role, action, pathway_id, kind)
SELECT $1, $2, $3, 'read', pathway, $4 FROM unnest($5::uuid[]) AS pathway
"""
# The pathways of one patient follow one another, so that nobody has to remember who was told already.
ORDER = "SELECT id, patient_id FROM pathway WHERE trust = $1 AND version > 0 ORDER BY patient_id, id"
READ = """
SELECT p.id, t.nation,
    clock_timestamp() + coalesce(c.ahead, interval '0') AS now, entries.*
FROM pathway p JOIN trust t ON t.trust = p.trust LEFT JOIN pathway_clock c ON c.pathway_id = p.id
JOIN LATERAL (
    SELECT array_agg(e.seq ORDER BY e.seq) AS seqs, array_agg(e.kind ORDER BY e.seq) AS kinds,
        array_agg(e.at ORDER BY e.seq) AS ats, array_agg(e.by_person ORDER BY e.seq) AS persons,
        array_agg(e.by_role ORDER BY e.seq) AS roles, array_agg(e.record::text ORDER BY e.seq) AS records,
        array_agg(e.facts::text ORDER BY e.seq) AS seen
    FROM entry e WHERE e.pathway_id = p.id
) AS entries ON entries.seqs IS NOT NULL
WHERE p.trust = $1 AND p.id = ANY($2)
"""


Order = Sequence[tuple[UUID, UUID]]
"""Pathways, each with its patient's opaque id; those of one patient follow one another."""


class NotAllowedError(Exception):
    """The trust's directory does not name this person as its auditor today."""


class Snapshot:
    """One trust as it is for a transaction of isolation `repeatable_read`. Opened by `opened`."""

    def __init__(self, connection: Connection, trust: str, by: Signature, at: datetime, order: Order) -> None:
        self._connection = connection
        self._trust = trust
        self._by = by
        self._order = order
        self.at = at

    @classmethod
    async def opened(
        cls, connection: Connection, trust: str, by: Signature, order: str = ORDER, *about: object
    ) -> "Snapshot":
        """Raises NotAllowedError before anything is read.

        `order` is the question after the pathways, for a role that cannot see which of them are one patient's.
        """
        await connection.execute(TRUST, trust)
        if not await connection.fetchval(HOLDS, trust, by.person, by.role.value):
            raise NotAllowedError
        at = await connection.fetchval("SELECT now()")  # not later than the snapshot
        rows = await connection.fetch(order, *(about or (trust,)))
        return cls(connection, trust, by, at, [(row["id"], row["patient_id"]) for row in rows])

    @property
    def pathways(self) -> int:
        return len(self._order)

    async def told(self, policy: Policy) -> AsyncIterator[tuple[int, list[Json]]]:
        """How many pathways have been told so far, and the resources that the last few of them added."""
        before: UUID | None = None
        for begin in range(0, len(self._order), AT_A_TIME):
            some = self._order[begin : begin + AT_A_TIME]
            rows = await self._connection.fetch(READ, self._trust, [pathway for pathway, _patient in some])
            read, found = {row["id"]: row for row in rows}, list[Json]()
            for pathway, patient in some:
                case = _case(read[pathway], str(patient), self._trust, policy)
                found += [each for each in resources(case) if each["resourceType"] != "Patient" or patient != before]
                before = patient
            yield begin + len(some), found

    async def written_down(self) -> None:
        """A look at each pathway, on its audit. Comes last in the transaction: rows of long ago would not be sealed."""
        said = (self._trust, self._by.person, self._by.role.value, KIND)
        every = [pathway for pathway, _patient in self._order]
        for begin in range(0, len(every), ROWS_AT_A_TIME):
            await self._connection.execute(AUDIT, *said, every[begin : begin + ROWS_AT_A_TIME])


def _case(row: "asyncpg.Record", patient_id: str, trust: str, policy: Policy) -> Case:
    pathway = fold(Pathway(str(row["id"]), trust, row["nation"]), entries_of(row))
    moment = Moment(pathway, policy, row["now"], pathway.entries[-1].facts)
    return Case(moment, patient_id, None)
