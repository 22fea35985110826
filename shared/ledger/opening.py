"""Opening a pathway: the patient is found or written down, then the pathway, in the transaction of its referral."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.ledger.acts import Opening
from shared.ledger.known import Known
from shared.ledger.lock import locking
from shared.ledger.outside import people_named
from shared.ledger.patient import PatientIdentity, age_years, from_row
from shared.ledger.visit import Answered, Connection, Visit, answered
from shared.pathway.civil_time import civil
from shared.pathway.facts import Facts
from shared.pathway.pathway import Pathway
from shared.pathway.question import Moment
from shared.pathway.refusal import Refusal
from shared.policy import Policy

HOLD = "SELECT * FROM hold_number($1, $2, $3)"

# The pathway is none yet, so the registers are asked about nobody; age, sex and identity come from the referral.
LOOK_UP = """
SELECT facts(NULL, $1, $2, $3, '{}', NULL)::text AS outside,
    answered.pathway_id AS answered_on, answered.body_hash, answered.answer::text AS answer,
    known.id AS patient_id,
    json_build_object('name', known.name, 'date_of_birth', known.date_of_birth, 'sex', known.sex,
        'number_status', known.number_status)::text AS patient,
    EXISTS (SELECT FROM pathway WHERE patient_id = known.id AND closed_at IS NULL AND sides && $4) AS same_side,
    ARRAY(SELECT pathway.id::text FROM patient AS other JOIN pathway ON pathway.patient_id = other.id
        WHERE other.id IS DISTINCT FROM known.id AND other.date_of_birth = $9 AND lower(other.name) = lower($10)
        ORDER BY pathway.opened_at DESC LIMIT 5) AS namesakes
FROM (VALUES (1)) AS once
LEFT JOIN patient AS numbered ON numbered.number_kind = $5 AND numbered.number = $6
LEFT JOIN patient AS known ON known.id = coalesce(numbered.merged_into, numbered.id)
LEFT JOIN idempotency AS answered ON answered.person = $7 AND answered.key = $8
"""

OPEN = """
WITH new_patient AS (
    INSERT INTO patient (id, trust, training, number_kind, number, name, date_of_birth, sex, number_status)
    SELECT $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE $11
), known_patient AS (
    UPDATE patient SET date_of_birth = $8, sex = $9, number_status = $10
    WHERE id = $2 AND (date_of_birth, sex, number_status) IS DISTINCT FROM ($8, $9, $10)
), opened AS (
    INSERT INTO pathway (id, trust, patient_id, opened_at, sides, urgency, presentation_at, origin)
    VALUES ($1, $3, $2, $12, $13, $14, $15, $16)
)
INSERT INTO pathway_clock (pathway_id, trust, ahead) SELECT $1, $3, $17::interval WHERE $17 IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands before the pathway is opened: the moment its referral is decided at, and who the patient is."""

    moment: Moment
    pathway_id: UUID
    patient_id: UUID
    patient: PatientIdentity
    known: bool
    contradicted: bool
    training: bool
    ahead: timedelta | None
    answered: Answered | None

    @property
    def visit(self) -> Visit:
        """The pathway that does not exist yet, as a visit would find it: nothing entered, the engine told nothing."""
        return Visit(self.pathway_id, self.moment, self.training, Known(""), self.ahead or timedelta(0), None)


async def prepare(connection: Connection, opening: Opening, *, policy: Policy, server_now: datetime) -> Desk | None:
    """Holds the patient's number and gathers what the referral is decided on. None: there is no such trust."""
    patient = opening.patient
    with locking():
        place = await connection.fetchrow(HOLD, opening.trust, patient.number_kind, patient.number)
    if place is None:
        return None
    now = opening.training_now or server_now
    row = await connection.fetchrow(
        LOOK_UP,
        civil(now),
        civil(server_now),
        people_named(opening.referral, opening.by),
        [limb.side.value for limb in opening.referral.limbs],
        patient.number_kind,
        patient.number,
        opening.by.person,
        opening.key,
        patient.date_of_birth,
        patient.name,
    )
    assert row is not None  # noqa: S101 -- VALUES has one row
    known = from_row(patient.number_kind, patient.number, json.loads(row["patient"])) if row["patient_id"] else None
    whole = patient.completed_by(known) if known else patient
    pathway_id = uuid4()
    facts = Facts.model_validate_json(row["outside"]).model_copy(
        update={
            "age_years": age_years(whole.date_of_birth, civil(now)),
            "sex": whole.sex.value,
            "identity": whole.certainty,
            "open_pathway_same_side": row["same_side"],
            "possible_same_person": frozenset(row["namesakes"]),
        }
    )
    return Desk(
        moment=Moment(Pathway(str(pathway_id), opening.trust, place["nation"]), policy, now, facts),
        pathway_id=pathway_id,
        patient_id=row["patient_id"] or uuid4(),
        patient=whole,
        known=known is not None,
        contradicted=known is not None and patient.contradicts(known),
        training=place["training"],
        ahead=opening.training_now - server_now if opening.training_now else None,
        answered=answered(row),
    )


def refusals(desk: Desk, opening: Opening) -> tuple[Refusal, ...]:
    """What is wrong with the patient or the trust, before any rule of the referral is asked (hazards H-12, H-24)."""
    found = []
    if opening.training_now is not None and not desk.training:
        found.append(Refusal("H-24", "training_now", "Only a training trust has a clock that can be moved", "D"))
    if opening.patient.temporary_id is None and opening.patient.synthetic != desk.training:
        words = "Numbers that begin with 999 belong to training trusts, and only they do"
        found.append(Refusal("H-24", "patient", words, "D"))
    if desk.contradicted:
        words = "This number is held for a patient with another name, birth date or sex: check each"
        found.append(Refusal("G1", "patient", words, "D"))
    return tuple(found)


async def open_up(connection: Connection, desk: Desk, opening: Opening, *, sides: list[str], urgency: str) -> None:
    """Writes the patient (when new), the pathway and its training clock."""
    patient = desk.patient
    await connection.execute(
        OPEN,
        desk.pathway_id,
        desk.patient_id,
        opening.trust,
        desk.training,
        patient.number_kind,
        patient.number,
        patient.name,
        patient.date_of_birth,
        patient.sex.value,
        patient.number_status.value,
        not desk.known,
        desk.moment.now,
        sides,
        urgency,
        opening.referral.presentation_at,
        opening.traceparent,
        desk.ahead,
    )
