"""A training trust that nobody else uses, with as many treated patients as are asked for: copies of one pathway."""

import random
import string
from uuid import UUID

import asyncpg

from tests.ledger.acting import synthetic_number

CLERK, SECOND = "storm-clerk-1", "storm-clerk-2"
TRUST = "INSERT INTO trust (trust, name, nation, training) VALUES ($1, 'Synthetic trust', 'england', true)"
STAFF = "INSERT INTO staff (trust, person, role, from_on) VALUES ($1, $2, $3, '2015-01-01')"
PATIENT = """
INSERT INTO patient (trust, training, number_kind, number, name, sex, number_status)
VALUES ($1, true, 'nhs_number', $2, 'Synthetic Storm', 'unknown', 'number_present_and_verified') RETURNING id
"""
PATHWAYS = """
INSERT INTO pathway (id, trust, patient_id, opened_at, version, status, step, sides, urgency, presentation_at, told)
SELECT copy, $2, $3, opened_at, version, status, step, sides, urgency, presentation_at, told
FROM pathway CROSS JOIN unnest($4::uuid[]) AS copy WHERE pathway.id = $1
"""
CLOCKS = """
INSERT INTO pathway_clock (pathway_id, trust, ahead)
SELECT copy, $2, ahead FROM pathway_clock CROSS JOIN unnest($3::uuid[]) AS copy WHERE pathway_id = $1
"""
ENTRIES = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
SELECT copy, seq, $2, kind, at, by_person, by_role, record, facts
FROM entry CROSS JOIN unnest($3::uuid[]) AS copy WHERE pathway_id = $1
"""


async def new_trust(anything: asyncpg.Connection) -> str:
    """A trust with two registry clerks, a research lead and a governance lead."""
    dice = random.SystemRandom()
    trust = "Q" + "".join(dice.choices(string.ascii_uppercase + string.digits, k=5))
    await anything.execute(TRUST, trust)
    people = ((CLERK, "registry_clerk"), (SECOND, "registry_clerk"), ("storm-lead-1", "governance_lead"))
    for person, role in (*people, ("storm-research-1", "research_lead")):
        await anything.execute(STAFF, trust, person, role)
    return trust


async def copied(anything: asyncpg.Connection, template: str, trust: str, count: int, seed: int) -> list[str]:
    """The ids of `count` pathways of this trust, each with the entries of the template; the same ids for a seed."""
    dice = random.Random(seed)  # noqa: S311 -- ids that a plan of faults can name again
    copies = [UUID(int=dice.getrandbits(128), version=4) for _ in range(count)]
    patient = await anything.fetchval(PATIENT, trust, synthetic_number())
    async with anything.transaction():
        await anything.execute(PATHWAYS, UUID(template), trust, patient, copies)
        await anything.execute(CLOCKS, UUID(template), trust, copies)
        await anything.execute(ENTRIES, UUID(template), trust, copies)
    return [str(each) for each in copies]
