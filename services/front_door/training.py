"""The training clock: moves one training pathway forward, so that what falls due on the way happens now."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime

from services.described import WRITING, body, errors
from services.entering import answered
from services.identity import Acting
from services.wiring import PathwayId, Wired, acting_as, answering_in_time
from shared.pathway.people import Role
from shared.pathway.record import Part, asked
from shared.pathway.roles import CLINICAL
from shared.web import bodies
from shared.web.problems import forbidden
from shared.web.shapes import KeptAnswer

MAY_MOVE = CLINICAL | {Role.OPS}

router = APIRouter(prefix="/api/training", tags=["training"])


class ClockMove(Part):
    """Where the pathway's clock is moved to. Never back."""

    to: AwareDatetime = asked("What time is it to be for this patient?")


@router.post(
    "/pathways/{pathway_id}/clock",
    response_model=KeptAnswer,
    responses=errors(404, 409, *WRITING),
    openapi_extra=body(ClockMove),
)
async def move_clock(
    *,
    acting: Annotated[Acting, Depends(acting_as(MAY_MOVE))],
    pathway_id: PathwayId,
    wiring: Wired,
    request: Request,
) -> Response:
    """Move a training pathway's clock forward. No real patient has one."""
    if not wiring.training:
        raise forbidden("This is not the training world")
    move = await bodies.read(request, ClockMove)
    async with answering_in_time():
        outcome = await wiring.ledger.advance_clock(acting.trust, pathway_id, move.model.to, acting.signature)
    return answered(outcome, acting, "training_clock", pathway_id)
