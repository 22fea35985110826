"""Which pathways of a trust used a device, or a lot of it: what a recall asks (clinical.md 2.7, hazard H-19).

Answered from the entries themselves, so that nothing depends on a second list. It names pathways, and no patient.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection

MOST = 1000

USES = """
SELECT entry.pathway_id, entry.seq, entry.at, found.lot, found.serial, found.outcome
FROM entry CROSS JOIN LATERAL (
    SELECT each->>'udi_di' AS udi_di, each->>'lot' AS lot, each->>'serial' AS serial, 'scanned' AS outcome
    FROM json_array_elements(entry.record->'devices') AS each WHERE entry.kind = 'procedure_start'
    UNION ALL
    SELECT each->>'udi_di', each->>'lot', NULL, each->>'outcome'
    FROM json_array_elements(entry.record->'devices_used') AS each WHERE entry.kind = 'procedure_end'
    UNION ALL
    SELECT entry.record->'filter'->>'udi_di', entry.record->'filter'->>'lot', entry.record->'filter'->>'serial',
        'left_inside'
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
    """One entry that names it. `outcome` is scanned, used, opened_unused, failed or left_inside."""

    pathway_id: str
    entry: int
    at: datetime
    lot: str
    serial: str | None
    outcome: str


Uses = tuple[DeviceUse, ...]


async def uses(connection: Connection, device: Device, note: Note) -> Uses:
    """Every use in this trust, newest first, at most MOST; the question is audited before it is answered."""
    rows = await connection.fetch(USES, device.udi_di, device.lot, MOST)
    await audit(connection, replace(note, shown=tuple(str(row["pathway_id"]) for row in rows)))
    return tuple(
        DeviceUse(str(row["pathway_id"]), row["seq"], row["at"], row["lot"], row["serial"], row["outcome"])
        for row in rows
    )
