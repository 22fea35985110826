"""Opening a pathway: who the patient is, and the referral (IPG651 2.1). Only here does identity enter the house."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from services.described import WRITING, body, errors
from services.entering import answered, digest
from services.identity import Acting
from services.preconditions import OnceOnly
from services.wiring import Wired, acting_as, answering_in_time
from shared.ledger import Kept, Opening, PatientIdentity
from shared.pathway.record import asked
from shared.pathway.referral import Referral
from shared.pathway.stages import KINDS
from shared.web import bodies
from shared.web.instants import Instant
from shared.web.problems import forbidden
from shared.web.shapes import KeptAnswer
from shared.wiring import telemetry

CLOCK_HEADER = "Training-Now"
TrainingNow = Annotated[
    Instant | None, Header(alias=CLOCK_HEADER, description="Training trusts only: what time it is for this patient")
]

router = APIRouter(tags=["records"])


Imported = Annotated[
    bool,
    Query(description="One of many that are brought in: what follows by itself waits for clicks, unless an emergency"),
]


class NewPathway(Referral):
    """A referral together with the patient it is about. The two part company at once: identity is kept apart."""

    patient: PatientIdentity = asked("Who is the patient?")

    def referral(self) -> Referral:
        """The referral alone. Its fields were checked when this was read."""
        return Referral.model_construct(**{name: getattr(self, name) for name in Referral.model_fields})


@router.post(
    "/api/pathways",
    status_code=201,
    response_model=KeptAnswer,
    responses=errors(409, *WRITING),
    openapi_extra=body(NewPathway),
    operation_id="open_pathway",
)
async def open_pathway(
    *,
    acting: Annotated[Acting, Depends(acting_as(KINDS[Referral.kind].roles))],
    once: OnceOnly,
    training_now: TrainingNow = None,
    imported: Imported = False,
    wiring: Wired,
    request: Request,
) -> Response:
    """Open a pathway with its referral."""
    if training_now is not None and not wiring.training:
        raise forbidden("This is not the training world")
    read = await bodies.read(request, NewPathway)
    opening = Opening(
        trust=acting.trust,
        patient=read.model.patient,
        referral=read.model.referral(),
        by=acting.signature,
        key=once,
        body_hash=digest(read, request),
        traceparent=telemetry.traceparent(),
        training_now=training_now,
        imported=imported,
    )
    async with answering_in_time():
        outcome = await wiring.ledger.open_pathway(opening)
    opened = outcome.pathway_id if isinstance(outcome, Kept) else ""
    return answered(outcome, acting, Referral.kind, opened, status=201)
