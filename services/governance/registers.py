"""What the trust's registers say anew (clinical.md 4; IPG651 3.6, YR3): one click here, and every pathway is told.

The click changes the register. Which pathways it concerns is found and written into each afterwards: nobody waits.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.described import WRITING, body, errors
from services.entering import digest
from services.identity import Acting
from services.preconditions import OnceOnly, reused
from services.wiring import Wired, Wiring, acting_as, answering_in_time
from shared.ledger import KeyReused, NotAllowed, Refused
from shared.ledger.registers import Announced, Announcement, News, Registers
from shared.pathway.record import Part, asked
from shared.pathway.roles import GOVERNANCE
from shared.pathway.stages import KINDS
from shared.pathway.text import Code
from shared.pathway.trust_news import (
    AuthorisationSuspended,
    DeviceRecall,
    GuidanceSuperseded,
    StaffLeft,
    StudyClosed,
)
from shared.web import bodies, problems
from shared.web.shapes import AnnouncedAnswer
from shared.wiring import telemetry

REGISTERS: dict[str, type[News]] = {
    "device_recalls": DeviceRecall,
    "study_closures": StudyClosed,
    "suspensions": AuthorisationSuspended,
    "staff_left": StaffLeft,
    "guidance": GuidanceSuperseded,
}
"""The address of each register's news, and what is written down."""


class SuspensionLifted(Part):
    """Governance lets starts go on again."""

    reference: Code = asked("Reference of the suspension")


router = APIRouter(prefix="/api/registers", tags=["registers"])


def registers_of(wiring: Wiring) -> Registers:
    """The trust's registers. Raises ProblemError 503 where this desk was not given them."""
    if wiring.registers is None:
        raise problems.away("registers")
    return wiring.registers


def _taking(news: type[News]) -> Callable[..., Awaitable[Response]]:
    async def take(
        *,
        acting: Annotated[Acting, Depends(acting_as(KINDS[news.kind].roles))],
        once: OnceOnly,
        wiring: Wired,
        request: Request,
    ) -> Response:
        read = await bodies.read(request, news)
        told = Announcement(
            trust=acting.trust,
            news=read.model,
            by=acting.signature,
            key=once,
            body_hash=digest(read, request),
            traceparent=telemetry.traceparent(),
        )
        async with answering_in_time():
            outcome = await registers_of(wiring).announce(told)
        return _answered(outcome)

    return take


def _answered(outcome: Announced | Refused | NotAllowed | KeyReused) -> Response:
    match outcome:
        case Announced():
            told = AnnouncedAnswer(announcement_id=outcome.id)
            return Response(told.model_dump_json(), 202, media_type="application/json")
        case Refused():
            raise problems.refused(outcome.refusals)
        case KeyReused():
            raise reused()
        case NotAllowed():
            raise problems.forbidden("The trust's staff directory does not give you this role")


for _address, _news in REGISTERS.items():
    router.add_api_route(
        f"/{_address}",
        _taking(_news),
        methods=["POST"],
        status_code=202,
        summary=(_news.__doc__ or _address).partition("\n")[0],
        response_model=AnnouncedAnswer,
        responses=errors(409, *WRITING),
        openapi_extra=body(_news),
        operation_id=f"announce_{_news.kind}",
    )


@router.post(
    "/suspensions_lifted",
    status_code=204,
    response_model=None,
    responses=errors(404, *WRITING),
    openapi_extra=body(SuspensionLifted),
    operation_id="lift_suspension",
)
async def lift(
    *, acting: Annotated[Acting, Depends(acting_as(GOVERNANCE))], wiring: Wired, request: Request
) -> Response:
    """Lift a suspension: new starts are possible again."""
    read = await bodies.read(request, SuspensionLifted)
    async with answering_in_time():
        lifted = await registers_of(wiring).lift(acting.trust, read.model.reference, acting.signature)
    if isinstance(lifted, NotAllowed):
        raise problems.forbidden("The trust's staff directory does not give you this role")
    if not lifted:
        raise problems.unknown()
    return Response(status_code=204)
