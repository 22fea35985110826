"""Opening one pathway to a reader: role and scope were asked; the relationship and the identity are asked here."""

from dataclasses import dataclass

from fastapi import Request

from services.identity import Acting
from services.sessions.reception import Reception
from services.wiring import Wiring, answering_in_time
from shared.fhir.elements import Case, Identity
from shared.ledger import PatientIdentity
from shared.ledger.access import Door
from shared.pathway.roles import CLINICAL
from shared.web.problems import away, forbidden, unknown
from shared.wiring import telemetry

SHUT = "You have no relationship with this patient's care here: open the record on its page first, with a reason"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which post, at which desk."""

    acting: Acting
    wiring: Wiring
    reception: Reception

    @property
    def trust(self) -> str:
        return self.acting.trust


def reader_of(acting: Acting, wiring: Wiring) -> Reader:
    """Raises ProblemError 503 at a desk that was opened without its reception."""
    if wiring.reception is None:
        raise away("reception")
    return Reader(acting, wiring, wiring.reception)


async def opened(reader: Reader, pathway_id: str) -> Case:
    """The pathway, audited. Raises 404 for what this trust does not have, 403 without a relationship.

    Identity is for clinical roles; whoever else may read gets a Patient that says it is masked.
    """
    async with answering_in_time():
        await _related(reader, pathway_id)
        moment = await reader.wiring.ledger.read(reader.trust, pathway_id, reader.acting.signature)
        patient_id = await reader.reception.interchange.patient_id(reader.trust, pathway_id)
        identity = await _identity(reader, pathway_id)
    if moment is None or patient_id is None or not moment.pathway.version:
        raise unknown()
    telemetry.pathway(pathway_id, reader.trust)
    return Case(moment, patient_id, identity)


async def _related(reader: Reader, pathway_id: str) -> None:
    access, desk = reader.reception.access, reader.reception.desk
    entrance = await access.may_open(reader.trust, pathway_id, reader.acting.signature, desk=desk)
    if entrance.door == Door.ABSENT:
        raise unknown()
    if not entrance.may_open:
        raise forbidden(SHUT)


async def related(reader: Reader, pathway_id: str) -> bool:
    """Whether a search of this reader may show something of the pathway."""
    access, desk = reader.reception.access, reader.reception.desk
    entrance = await access.may_open(reader.trust, pathway_id, reader.acting.signature, desk=desk)
    return entrance.may_open


async def _identity(reader: Reader, pathway_id: str) -> Identity | None:
    if reader.acting.post.role not in CLINICAL:
        return None
    found = await reader.wiring.ledger.patient(reader.trust, pathway_id, reader.acting.signature)
    return identity(found) if found else None


def identity(found: PatientIdentity) -> Identity:
    """The same identity, as the resources take it."""
    return Identity(
        found.number_kind, found.number, found.number_status.value, found.name, found.date_of_birth, found.sex.value
    )


def root(request: Request) -> str:
    """The address of `/fhir` as the house knows itself: never what a Host header claims."""
    reception: Reception | None = request.app.state.wiring.reception if request.app.state.wiring else None
    return f"{reception.origin}/fhir" if reception else "/fhir"
