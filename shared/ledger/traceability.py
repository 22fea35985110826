"""Which pathways of a trust used a device, or a lot of it: what a recall asks (clinical.md 2.7, hazard H-19).

Answered from the entries themselves, so that nothing depends on a second list. It names pathways, and no patient.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg

from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection

MOST = 1000

USES = """
SELECT entry.pathway_id, entry.seq, entry.at, found.lot, found.serial, found.outcome,
    coalesce(found.model, (SELECT device.model FROM device WHERE device.udi_di = found.udi_di)) AS model,
    (SELECT start.record->>'side' FROM entry AS start WHERE start.pathway_id = entry.pathway_id
        AND start.kind = 'procedure_start' AND start.seq <= entry.seq ORDER BY start.seq DESC LIMIT 1) AS side
FROM entry CROSS JOIN LATERAL (
    SELECT each->>'udi_di' AS udi_di, each->>'lot' AS lot, each->>'serial' AS serial, 'scanned' AS outcome,
        NULL AS model
    FROM json_array_elements(entry.record->'devices') AS each WHERE entry.kind = 'procedure_start'
    UNION ALL
    SELECT each->>'udi_di', each->>'lot', NULL, each->>'outcome', NULL
    FROM json_array_elements(entry.record->'devices_used') AS each WHERE entry.kind = 'procedure_end'
    UNION ALL
    SELECT entry.record->'filter'->>'udi_di', entry.record->'filter'->>'lot', entry.record->'filter'->>'serial',
        CASE WHEN EXISTS (SELECT FROM entry AS later WHERE later.pathway_id = entry.pathway_id
            AND later.record->>'filter_id' = concat(entry.record->'filter'->>'udi_di', '/',
                coalesce(entry.record->'filter'->>'serial', entry.record->'filter'->>'lot'))
            AND (later.kind = 'filter_removed_elsewhere'
                OR (later.kind = 'filter_retrieval' AND later.record->>'success' = 'true'))
        ) THEN 'taken_out' ELSE 'left_inside' END, entry.record->'filter'->>'model'
    WHERE entry.kind = 'procedure_end'
) AS found
WHERE entry.kind IN ('procedure_start', 'procedure_end') AND found.udi_di = $1 AND ($2::text IS NULL OR found.lot = $2)
ORDER BY entry.at DESC, entry.pathway_id, entry.seq LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Device:
    """What is looked for: a UDI-DI, and one lot of it (None: every lot)."""

    udi_di: str
    lot: str | None


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """One entry that names it. `outcome` is scanned, used, opened_unused, failed, left_inside or taken_out.

    `side` is the leg that was treated, `model` what the entry or the register calls the device; "" where nobody says.
    """

    pathway_id: str
    entry: int
    at: datetime
    lot: str
    serial: str | None
    outcome: str
    side: str = ""
    model: str = ""


Uses = tuple[DeviceUse, ...]


async def uses(connection: Connection, device: Device, note: Note) -> Uses:
    """Every use in this trust, newest first, at most MOST; the question is audited before it is answered."""
    rows = await connection.fetch(USES, device.udi_di, device.lot, MOST)
    await audit(connection, replace(note, shown=tuple(str(row["pathway_id"]) for row in rows)))
    return tuple(_use(row) for row in rows)


def _use(row: asyncpg.Record) -> DeviceUse:
    return DeviceUse(
        pathway_id=str(row["pathway_id"]),
        entry=row["seq"],
        at=row["at"],
        lot=row["lot"],
        serial=row["serial"],
        outcome=row["outcome"],
        side=row["side"] or "",
        model=row["model"] or "",
    )
