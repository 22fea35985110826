"""A trust full of made-up pathways, each with one open task of one role: rows alone, no entries, written by SQL.

Seven tasks in ten are the role's own, the others were escalated to it. Days, urgencies and legs are mixed, and every
fifth pathway goes by a training clock of its own.
"""

import asyncpg

from shared.pathway.people import Role
from tests.ledger.acting import synthetic_number

TRUST = "RXX"
ROLE = Role.HAEMATOLOGIST

# Patients' numbers count on from those that are there already.
FILL = """
WITH new AS (
    SELECT n, gen_random_uuid() AS pathway_id, gen_random_uuid() AS patient_id
    FROM generate_series($2::int + 1, $3::int) AS n
), born AS (
    INSERT INTO patient (id, trust, training, number_kind, number, name, date_of_birth, sex, number_status)
    SELECT patient_id, $1, true, 'nhs_number', '999' || lpad(n::text, 7, '0'), 'Synthetic, Number ' || n,
        date '1950-01-01' + n % 15000, 'female', 'number_present_and_verified' FROM new
), opened AS (
    INSERT INTO pathway (id, trust, patient_id, opened_at, sides, urgency, presentation_at)
    SELECT pathway_id, $1, patient_id, now(), ARRAY[CASE n % 2 WHEN 0 THEN 'left' ELSE 'right' END],
        (ARRAY['routine_urgent', 'urgent_24h', 'emergency_limb_or_life'])[1 + n % 3],
        now() - make_interval(mins => n * 7919 % 86400) FROM new
), ahead AS (
    INSERT INTO pathway_clock (pathway_id, trust, ahead)
    SELECT pathway_id, $1, make_interval(days => n % 7) FROM new WHERE n % 5 = 0
)
SELECT pathway_id, n FROM new
"""
TASKS = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, due_at, escalated_to, why)
SELECT id, $1, CASE WHEN n % 10 < 7 THEN 'mdt_sign_off' ELSE 'anticoagulation_review' END, '',
    CASE WHEN n % 10 < 7 THEN $4 ELSE 'anticoag_clinic' END, 'open', now(),
    now() + make_interval(mins => n * 6011 % 100000 - 20000),
    CASE WHEN n % 10 < 7 THEN '{}'::text[] ELSE ARRAY[$4, 'governance_lead'] END, ''
FROM unnest($2::uuid[], $3::int[]) AS pathway (id, n)
"""


BEYOND = "9992"  # the crowd's numbers go up from 9990000001, and would need a million patients to come here


def number_beyond_the_crowd() -> str:
    """A number for somebody who is none of them."""
    return next(number for number in iter(synthetic_number, "") if number > BEYOND)


async def crowd(connection: asyncpg.Connection, already: int, until: int) -> None:
    """Goes on from `already` pathways to `until`, then lets PostgreSQL count what it has."""
    rows = await connection.fetch(FILL, TRUST, already, until)
    ids, numbers = [row["pathway_id"] for row in rows], [row["n"] for row in rows]
    await connection.execute(TASKS, TRUST, ids, numbers, ROLE.value)
    await connection.execute("VACUUM ANALYZE")
