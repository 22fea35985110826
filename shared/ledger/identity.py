"""Who a pathway's patient is, for somebody who may know: audited in the statement that reads it."""

import json

from shared.ledger.patient import PatientIdentity, from_row
from shared.ledger.visit import Connection, Visit
from shared.pathway.people import Signature
from shared.pathway.question import Moment

ON_FILE = """
WITH noted AS (
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT $1, $2, $3, 'read', $4, kind FROM unnest($5::text[]) AS kind
)
SELECT number_kind, number, json_build_object('name', name, 'date_of_birth', date_of_birth, 'sex', sex,
    'number_status', number_status)::text AS rest
FROM patient WHERE id = (SELECT patient_id FROM pathway WHERE pathway.id = $4)
"""


async def identity(connection: Connection, found: Visit, reader: Signature) -> PatientIdentity | None:
    """The patient as the trust has them on file; only desks that meet patients have the privilege."""
    return await _on_file(connection, found, reader, "patient")


async def together(connection: Connection, found: Visit, reader: Signature) -> tuple[Moment, PatientIdentity | None]:
    """The pathway and its patient at one moment, with the audit row of each."""
    return found.moment, await _on_file(connection, found, reader, None, "patient")


async def _on_file(
    connection: Connection, found: Visit, reader: Signature, *read: str | None
) -> PatientIdentity | None:
    """`read` says what was read, an audit row each; None: the pathway itself."""
    row = await connection.fetchrow(ON_FILE, found.trust, reader.person, reader.role.value, found.id, list(read))
    return from_row(row["number_kind"], row["number"], json.loads(row["rest"])) if row else None
