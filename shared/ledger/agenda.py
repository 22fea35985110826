"""The MDT's agenda: whose review is to be held or signed, and all of them read together in a few questions.

What is shown of each pathway is audited for that pathway, as if it had been opened alone (IPG651 3.8).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.ledger.patient import PatientIdentity, from_row
from shared.ledger.shelf import Shelf
from shared.ledger.visit import Connection, entries_of
from shared.pathway.civil_time import add_days, civil
from shared.pathway.facts import Facts
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Signature
from shared.pathway.question import Moment
from shared.policy import Policy
from shared.wiring.clock import Clock

SHELF_PLACES = 128

LISTED = """
SELECT pathway.id, pathway.version, trust.nation, coalesce(pathway_clock.ahead, '0') AS ahead
FROM (
    SELECT pathway_id, min(due_rank) AS due_rank FROM task
    WHERE state = 'open' AND kind IN ('mdt_review', 'mdt_sign_off')
    GROUP BY pathway_id ORDER BY min(due_rank), pathway_id LIMIT $1
) AS wanted
JOIN pathway ON pathway.id = wanted.pathway_id
JOIN trust ON trust.trust = pathway.trust
LEFT JOIN pathway_clock ON pathway_clock.pathway_id = pathway.id
ORDER BY wanted.due_rank, pathway.id
"""
READ = """
SELECT wanted.id, facts(wanted.id, wanted.on_day, $4, '{}', '{}', wanted.events_since)::text AS outside, newer.*
FROM unnest($1::uuid[], $2::date[], $3::int[], $5::timestamptz[]) WITH ORDINALITY
    AS wanted (id, on_day, known, events_since, place)
CROSS JOIN LATERAL (
    SELECT array_agg(seq ORDER BY seq) AS seqs, array_agg(kind ORDER BY seq) AS kinds,
        array_agg(at ORDER BY seq) AS ats, array_agg(by_person ORDER BY seq) AS persons,
        array_agg(by_role ORDER BY seq) AS roles, array_agg(record::text ORDER BY seq) AS records,
        array_agg(facts::text ORDER BY seq) AS seen
    FROM entry WHERE pathway_id = wanted.id AND seq > wanted.known
) AS newer
ORDER BY wanted.place
"""
IDENTIFY = """
WITH shown AS (
    SELECT pathway.id, number_kind, number, json_build_object('name', name, 'date_of_birth', date_of_birth,
        'sex', sex, 'number_status', number_status)::text AS rest
    FROM pathway JOIN patient ON patient.id = pathway.patient_id WHERE pathway.id = ANY ($1)
), audited AS (
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT $2, $3, $4, 'read', id, what FROM shown CROSS JOIN unnest(ARRAY[NULL, 'patient']) AS what
)
SELECT * FROM shown
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One pathway's place on the agenda. `now` is its own time; nothing here says who the patient is."""

    id: UUID
    version: int
    nation: str
    now: datetime

    @property
    def pathway_id(self) -> str:
        return str(self.id)


@dataclass(frozen=True, slots=True)
class Discussable:
    """A pathway as it stands, and whose it is."""

    moment: Moment
    patient: PatientIdentity


class Agenda:
    """Asks for all patients of a meeting at once. `pool` is of a desk that meets patients, `clock` the server's."""

    def __init__(self, pool: asyncpg.Pool, policy: Policy, clock: Clock) -> None:
        self._pool = pool
        self._policy = policy
        self._clock = clock
        self._shelf = Shelf(SHELF_PLACES)

    async def listed(self, trust: str, *, most: int) -> tuple[Place, ...]:
        """Whose review is to be held or signed, the soonest due first. Nobody is shown anything yet: not audited."""
        now = self._clock.now()
        async with self._pool.acquire() as connection, connection.transaction():
            await _set_trust(connection, trust)
            rows = await connection.fetch(LISTED, most)
        return tuple(Place(row["id"], row["version"], row["nation"], now + row["ahead"]) for row in rows)

    async def read(self, trust: str, places: Sequence[Place], reader: Signature) -> tuple[Discussable, ...]:
        """Each of these pathways with its patient, in the same order, audited before it is returned."""
        starts = [self._start(trust, place) for place in places]
        async with self._pool.acquire() as connection, connection.transaction():
            await _set_trust(connection, trust)
            rows = await connection.fetch(
                READ,
                [place.id for place in places],
                [civil(place.now) for place in places],
                [start.version for start in starts],
                civil(self._clock.now()),
                [add_days(place.now, -self._policy.device_signal_days) for place in places],
            )
            ids = [place.id for place in places]
            shown = await connection.fetch(IDENTIFY, ids, trust, reader.person, reader.role.value)
        patients = {row["id"]: from_row(row["number_kind"], row["number"], json.loads(row["rest"])) for row in shown}
        found = zip(places, starts, rows, strict=True)
        return tuple(
            Discussable(self._moment(place, start, row), patients[place.id])
            for place, start, row in found
            if place.id in patients
        )

    def _start(self, trust: str, place: Place) -> Pathway:
        """What this process has folded already; a pathway without entries when it knows nothing to build on."""
        known = self._shelf.take(trust, place.pathway_id)
        if known is None or known.version > place.version:
            return Pathway(place.pathway_id, trust, place.nation)
        return known

    def _moment(self, place: Place, start: Pathway, row: asyncpg.Record) -> Moment:
        pathway = fold(start, entries_of(row))
        self._shelf.put(pathway)
        return Moment(pathway, self._policy, place.now, Facts.model_validate_json(row["outside"]))


async def _set_trust(connection: Connection, trust: str) -> None:
    await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
