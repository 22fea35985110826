"""Procedures that were started, counted straight from their own entries (R-REG-4; IPG651 1.3).

Kept apart on purpose: nothing here is shared with what derives registry entries, so that one mistake cannot hide in
both. A start that was voided before the needle is no procedure; a new time-out of the same leg after a stop is the
same one (R-PRO-6).
"""

from shared.contracts.registry_lists import Begun
from shared.ledger.visit import Connection

# `episode` counts the ends before an entry. A start stands unless the very next entry voids it before the needle;
# those that stand in one episode on one leg are one procedure, numbered in the order of the first of them.
COUNT = """
WITH told AS (
    SELECT pathway_id, seq, kind, at, record->>'side' AS side, record->>'started_at' AS written,
        lead(kind) OVER each AS next_kind, lead(record->>'before_access') OVER each AS next_before,
        count(*) FILTER (WHERE kind = 'procedure_end') OVER each AS episode
    FROM entry WHERE kind IN ('procedure_start', 'time_out_void', 'procedure_end')
    WINDOW each AS (PARTITION BY pathway_id ORDER BY seq)
), standing AS (
    SELECT pathway_id, episode, side, min(seq) AS seq FROM told
    WHERE kind = 'procedure_start' AND NOT coalesce(next_kind = 'time_out_void' AND next_before = 'true', false)
    GROUP BY pathway_id, episode, side
)
SELECT pathway_id::text AS pathway, row_number() OVER (PARTITION BY pathway_id ORDER BY standing.seq) AS number,
    (coalesce(written::timestamptz, at) AT TIME ZONE 'Europe/London')::date AS started_on
FROM standing JOIN told USING (pathway_id, seq) ORDER BY pathway_id, standing.seq
"""
# Pathways with anything of the registry, whether or not they have a procedure.
ENTERED = "SELECT DISTINCT pathway_id::text AS pathway FROM entry WHERE kind LIKE 'registry!_%' ESCAPE '!'"


async def begun(connection: Connection) -> tuple[Begun, ...]:
    """Every procedure of the trust whose transaction this is."""
    rows = await connection.fetch(COUNT)
    return tuple(Begun(f"{row['pathway']}.{row['number']}", row["pathway"], row["started_on"]) for row in rows)


async def entered(connection: Connection) -> frozenset[str]:
    """The pathways on which the registry, or a clerk, has written anything."""
    return frozenset(row["pathway"] for row in await connection.fetch(ENTERED))
