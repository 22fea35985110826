"""A patient's identity corrected, two patients made one: the old identity is kept, nothing is lost (H-06, H-12)."""

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from shared.ledger.patient import PatientIdentity, age_years, from_row
from shared.ledger.visit import Connection, Visit, pathway_uuid
from shared.pathway.civil_time import civil
from shared.pathway.facts import Facts
from shared.pathway.identity_changes import IdentityPart, PatientMerged
from shared.pathway.people import Signature
from shared.pathway.refusal import Refusal

ON_FILE = """
SELECT patient.number_kind, patient.number, json_build_object('name', name, 'date_of_birth', date_of_birth, 'sex', sex,
    'number_status', number_status)::text AS rest,
    EXISTS (SELECT FROM patient AS other
        WHERE other.number_kind = $2 AND other.number = $3 AND other.id <> patient.id) AS taken
FROM patient WHERE id = (SELECT patient_id FROM pathway WHERE pathway.id = $1)
"""
KEEP_OLD = """
INSERT INTO patient_history (patient_id, trust, by_person, number_kind, number, name, date_of_birth, sex,
    number_status, merged_into)
SELECT id, trust, $2, number_kind, number, name, date_of_birth, sex, number_status, $3
FROM patient WHERE id = (SELECT patient_id FROM pathway WHERE pathway.id = $1)
"""
CORRECT = """
UPDATE patient SET number_kind = $2, number = $3, name = $4, date_of_birth = $5, sex = $6, number_status = $7
WHERE id = (SELECT patient_id FROM pathway WHERE pathway.id = $1)
"""
BOTH = """
SELECT mine.patient_id AS mine, theirs.patient_id AS theirs FROM pathway AS mine
LEFT JOIN pathway AS theirs ON theirs.id = $2 WHERE mine.id = $1
"""
MERGE = """
WITH merged AS (
    UPDATE patient SET merged_into = $1 WHERE id = $2 OR merged_into = $2
)
UPDATE pathway SET patient_id = $1 WHERE patient_id = $2
"""
TELL_THE_OTHER = """
INSERT INTO announcement (id, trust, kind, record, pathway_id, by_person, by_role, key, asked_for, at)
VALUES ($1, $2, $3, $4::json, $5, $6, $7, $8, '', $9)
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """The patient as they really are. `named` is what the clinician says is different: it has to be exactly that."""

    patient: PatientIdentity
    named: frozenset[IdentityPart]

    async def refusals(self, connection: Connection, found: Visit, by: Signature) -> tuple[Refusal, ...]:
        del by
        row = await connection.fetchrow(ON_FILE, found.id, self.patient.number_kind, self.patient.number)
        assert row is not None  # noqa: S101 -- a pathway has its patient, by foreign key
        known = from_row(row["number_kind"], row["number"], json.loads(row["rest"]))
        reasons = []
        if differences(known, self.patient) != self.named:
            words = "What you give differs from what is on file in other parts than you named: compare both"
            reasons.append(Refusal("G1", "parts", words, "D"))
        if row["taken"]:
            words = "Another patient of this trust has this number: compare the two, and merge them if they are one"
            reasons.append(Refusal("R-REF-1", "patient", words, "2.1"))
        if self.patient.temporary_id is not None:
            reasons.append(Refusal("G1", "patient", "Give an NHS, CHI or H&C number", "D"))
        elif self.patient.synthetic != found.training:
            words = "Numbers that begin with 999 belong to training trusts, and only they do"
            reasons.append(Refusal("H-24", "patient", words, "D"))
        return tuple(reasons)

    async def write(self, connection: Connection, found: Visit, by: Signature) -> Facts:
        new = self.patient
        await connection.execute(KEEP_OLD, found.id, by.person, None)
        row = (new.number_kind, new.number, new.name, new.date_of_birth, new.sex.value, new.number_status.value)
        await connection.execute(CORRECT, found.id, *row)
        age = age_years(new.date_of_birth, civil(found.moment.now))
        about = {"age_years": age, "sex": new.sex.value, "identity": new.certainty}
        return found.moment.facts.model_copy(update=about)


def differences(known: PatientIdentity, new: PatientIdentity) -> frozenset[IdentityPart]:
    """In which parts two identities differ."""
    pairs = {
        IdentityPart.NUMBER: ((known.number_kind, known.number), (new.number_kind, new.number)),
        IdentityPart.NUMBER_STATUS: (known.number_status, new.number_status),
        IdentityPart.NAME: (known.name, new.name),
        IdentityPart.DATE_OF_BIRTH: (known.date_of_birth, new.date_of_birth),
        IdentityPart.SEX: (known.sex, new.sex),
    }
    return frozenset(part for part, (old, now) in pairs.items() if old != now)


@dataclass(frozen=True, slots=True)
class Merger:
    """Another pathway is about the same patient: its patient becomes this one, with every pathway they have."""

    record: PatientMerged

    async def refusals(self, connection: Connection, found: Visit, by: Signature) -> tuple[Refusal, ...]:
        del by
        mine, theirs = await self._both(connection, found)
        if theirs is None:
            words = "This trust has no such pathway"
        elif mine == theirs:
            words = "The two belong to one patient already"
        else:
            return ()
        return (Refusal("R-REF-1", "other_pathway", words, "2.1"),)

    async def write(self, connection: Connection, found: Visit, by: Signature) -> Facts:
        """The other pathway is told by the worker: two pathways are never locked at once."""
        mine, theirs = await self._both(connection, found)
        other, mark = UUID(self.record.other_pathway), uuid4()
        await connection.execute(KEEP_OLD, other, by.person, mine)
        await connection.execute(MERGE, mine, theirs)
        told = self.record.model_copy(update={"other_pathway": str(found.id)})
        who = (by.person, by.role.value, f"merge-{mark}", found.moment.now)
        await connection.execute(TELL_THE_OTHER, mark, found.trust, told.kind, told.model_dump_json(), other, *who)
        return found.moment.facts

    async def _both(self, connection: Connection, found: Visit) -> tuple[UUID | None, UUID | None]:
        row = await connection.fetchrow(BOTH, found.id, pathway_uuid(self.record.other_pathway))
        assert row is not None  # noqa: S101 -- this pathway is locked
        return row["mine"], row["theirs"]
