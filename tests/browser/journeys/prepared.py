"""How far colleagues have brought a patient before a journey begins; and records moved to other days."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from shared.ledger import PatientIdentity
from shared.pathway.anatomy import Side
from shared.pathway.mdt_review import LimbDecision, MdtReview
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Part
from tests.forms import consent, mdt_review, procedure, referral
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, SPECIALISTS, body_of, decide, on_the_day, patient, prepare, refer

P = TypeVar("P", bound=Part)
SERIALS: Iterator[int] = count(400)
LEAFLET = consent.leaflet(document_id="PMT-INFO-1", version="2.1")
WRITTEN_ON = date(2026, 3, 3)  # the day of the referral in tests/forms


def identity() -> PatientIdentity:
    """A synthetic patient whom nobody has referred yet."""
    return PatientIdentity.model_validate_json(json.dumps(patient(next(SERIALS))))


def since_yesterday() -> timedelta:
    """How far records have to be moved so that the referral was yesterday: a browser has no clock to turn back."""
    return timedelta(days=(datetime.now(UTC).date() - WRITTEN_ON).days - 1)


def moved(record: P, by: timedelta) -> P:
    """The same record some days later: every day and every instant in it."""
    return type(record).model_validate(_moved(record.model_dump(), by))


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, date):
        return value + by
    if isinstance(value, dict):
        return {key: _moved(each, by) for key, each in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return type(value)(_moved(each, by) for each in value)
    return value


def review(*decisions: LimbDecision, **changes: Any) -> MdtReview:
    """The MDT's offer for the left leg, with the three specialists of the trust at the table."""
    attendees = mdt_review.attendees(*(PEOPLE[role] for role in SPECIALISTS))
    return mdt_review.mdt_review(*decisions, **{"attendees": attendees, **changes})


def start(side: Side) -> ProcedureStart:
    return procedure.start(side, operators=(PEOPLE["proceduralist"],))


async def referred(clinic: Clinic) -> str:
    """3 March 2026, 09:00."""
    return await refer(clinic, next(SERIALS))


async def classified(clinic: Clinic) -> str:
    """5 March, 14:00: the MDT meets."""
    pathway = await referred(clinic)
    await clinic.write(PEOPLE["triage-clinician"], pathway, "classification", body_of(referral.classification()))
    await clinic.advance(PEOPLE["mdt-coordinator"], pathway, "2026-03-05T14:00:00Z")
    return pathway


async def reviewed(clinic: Clinic) -> str:
    """The review waits for its signatures."""
    pathway = await classified(clinic)
    await clinic.write(PEOPLE["mdt-coordinator"], pathway, "mdt_review", body_of(review()))
    return pathway


async def offered(clinic: Clinic) -> str:
    """6 March, 12:00: the procedure is offered, and the governance leads have been told."""
    pathway = await referred(clinic)
    await decide(clinic, pathway)
    coordinator = PEOPLE["mdt-coordinator"]
    await clinic.see_until(coordinator, pathway, "delivery", lambda seen: seen["notices"][0]["delivered_at"])
    await clinic.advance(PEOPLE["consent-taker"], pathway, "2026-03-06T12:00:00Z")
    return pathway


async def consented(clinic: Clinic) -> str:
    """9 March, 09:30: everybody is in the procedure room."""
    pathway = await referred(clinic)
    await decide(clinic, pathway)
    await prepare(clinic, pathway)
    await on_the_day(clinic, pathway)
    return pathway


async def treat(clinic: Clinic, pathway: str) -> None:
    """9 March, 11:30: the procedure is over, and its end written down."""
    operator = PEOPLE["proceduralist"]
    await clinic.write(operator, pathway, "procedure_start", body_of(start(Side.LEFT)))
    await clinic.advance(operator, pathway, "2026-03-09T11:30:00Z")
    await clinic.write(operator, pathway, "procedure_end", body_of(procedure.end()))
