"""Correcting who the patient is (hazard H-12). As with a referral, identity goes to the patient's table alone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.described import WRITING, body, errors
from services.entering import alongside, answered, digest
from services.identity import Acting
from services.preconditions import OnceOnly, version
from services.wiring import PathwayId, Wired, acting_as, answering_in_time
from shared.ledger import Act, PatientIdentity
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.record import asked
from shared.pathway.stages import KINDS
from shared.web import bodies
from shared.web.shapes import KeptAnswer
from shared.wiring import telemetry

router = APIRouter(tags=["records"])


class CorrectedIdentity(IdentityCorrected):
    """What was wrong, and the patient as they really are. The entry keeps the first; the second stands apart."""

    patient: PatientIdentity = asked("Who is the patient?")

    def correction(self) -> IdentityCorrected:
        """The record alone. Its fields were checked when this was read."""
        return IdentityCorrected(parts=self.parts, why=self.why)


@router.post(
    "/api/pathways/{pathway_id}/identity_corrected",
    response_model=KeptAnswer,
    responses=errors(404, 409, 412, 428, *WRITING),
    openapi_extra=body(CorrectedIdentity),
    operation_id="identity_corrected",
)
async def correct_identity(
    *,
    acting: Annotated[Acting, Depends(acting_as(KINDS[IdentityCorrected.kind].roles))],
    pathway_id: PathwayId,
    once: OnceOnly,
    expected: Annotated[int | None, Depends(version(any_version=False))],
    wiring: Wired,
    request: Request,
) -> Response:
    """Correct the patient's identity; the old one is kept."""
    read = await bodies.read(request, CorrectedIdentity)
    record = read.model.correction()
    act = Act(
        trust=acting.trust,
        pathway_id=pathway_id,
        record=record,
        by=acting.signature,
        key=once,
        body_hash=digest(read, request),
        expected_version=expected,
        traceparent=telemetry.traceparent(),
        alongside=alongside(record, read.model.patient),
    )
    async with answering_in_time():
        outcome = await wiring.ledger.enter(act)
    return answered(outcome, acting, record.kind, pathway_id)
