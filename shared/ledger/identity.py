"""Who a pathway's patient is, for somebody who may know: audited in the transaction that reads it."""

import json

from shared.ledger.keeping import Note, audit
from shared.ledger.patient import PatientIdentity, from_row
from shared.ledger.visit import Connection, Visit
from shared.pathway.people import Signature
from shared.pathway.question import Moment

ON_FILE = """
SELECT number_kind, number, json_build_object('name', name, 'date_of_birth', date_of_birth, 'sex', sex,
    'number_status', number_status)::text AS rest
FROM patient WHERE id = (SELECT patient_id FROM pathway WHERE pathway.id = $1)
"""


async def identity(connection: Connection, found: Visit, reader: Signature) -> PatientIdentity | None:
    """The patient as the trust has them on file; only desks that meet patients have the privilege."""
    row = await connection.fetchrow(ON_FILE, found.id)
    await audit(connection, Note(found.trust, reader, "read", found.id, kind="patient"))
    return from_row(row["number_kind"], row["number"], json.loads(row["rest"])) if row else None


async def together(connection: Connection, found: Visit, reader: Signature) -> tuple[Moment, PatientIdentity | None]:
    """The pathway and its patient at one moment, with the audit row of each."""
    await audit(connection, Note(found.trust, reader, "read", found.id))
    return found.moment, await identity(connection, found, reader)
