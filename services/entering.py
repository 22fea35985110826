"""Writing a record down: one route for each kind of record a desk takes, made from the table of stages."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from opentelemetry import trace
from pydantic import BaseModel

from services.described import WRITING, body, errors
from services.identity import Acting
from services.preconditions import OnceOnly, reused, version
from services.wiring import PathwayId, Wired, acting_as, answering_in_time
from shared.ledger import Absent, Act, Kept, KeyReused, NotAllowed, PatientIdentity, Refused, Stale, watched
from shared.ledger.alongside import Alongside
from shared.ledger.identities import Correction, Merger
from shared.pathway.identity_changes import IdentityCorrected, PatientMerged
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web import bodies, problems
from shared.web.shapes import KeptAnswer
from shared.wiring import telemetry

WITH_PATIENT = frozenset({Referral, IdentityCorrected})
Outcome = Kept | Refused | Stale | KeyReused | Absent | NotAllowed
M = TypeVar("M", bound=BaseModel)


def kinds_of(desk: str) -> tuple[Kind, ...]:
    """The records of a desk that are added to a pathway as they are.

    A referral opens one, together with its patient; a corrected identity comes with the patient too.
    """
    return tuple(kind for kind in KINDS.values() if kind.desk == desk and kind.record not in WITH_PATIENT)


@cache
def records(desk: str) -> APIRouter:
    """POST /api/pathways/{id}/{record} for each record of this desk; made once in a process, like its pages."""
    router = APIRouter(tags=["records"])
    for kind in kinds_of(desk):
        router.add_api_route(
            f"/api/pathways/{{pathway_id}}/{kind.name}",
            _taking(kind),
            methods=["POST"],
            name=kind.name,
            summary=(kind.record.__doc__ or kind.name).partition("\n")[0],
            response_model=KeptAnswer,
            responses=errors(404, 409, 412, 428, *WRITING),
            openapi_extra=body(kind.record),
            operation_id=kind.name,
        )
    return router


def _taking(kind: Kind) -> Callable[..., Awaitable[Response]]:
    async def take(
        *,
        acting: Annotated[Acting, Depends(acting_as(kind.roles))],
        pathway_id: PathwayId,
        once: OnceOnly,
        expected: Annotated[int | None, Depends(version(any_version=kind.any_version))],
        wiring: Wired,
        request: Request,
    ) -> Response:
        read = await bodies.read(request, kind.record)
        act = Act(
            trust=acting.trust,
            pathway_id=pathway_id,
            record=read.model,
            by=acting.signature,
            key=once,
            body_hash=digest(read, request),
            expected_version=expected,
            traceparent=telemetry.traceparent(),
            alongside=alongside(read.model),
        )
        async with answering_in_time():
            outcome = await wiring.ledger.enter(act)
        return answered(outcome, acting, kind.name, pathway_id)

    return take


def alongside(record: Record, patient: PatientIdentity | None = None) -> Alongside | None:
    """What is written outside the pathway together with this record: the same from a page and from a program.

    `patient` is who the patient really is, for a corrected identity, which cannot be entered without.
    """
    if isinstance(record, PatientMerged):
        return Merger(record)
    if isinstance(record, IdentityCorrected):
        if patient is None:
            raise TypeError("a corrected identity comes with the patient")
        return Correction(patient, record.parts)
    return None


def digest(read: "bodies.Body[M]", request: Request) -> bytes:
    """What a key stands for: this body, sent to this address."""
    return hashlib.sha256(request.url.path.encode() + b"\n" + read.digest).digest()


def answered(outcome: Outcome, acting: Acting, record: str, pathway_id: str, *, status: int = 200) -> Response:
    """The answer to what the ledger said, with the outcome noted in the trace. Raises ProblemError unless kept."""
    note(outcome, acting, record, pathway_id)
    match outcome:
        case Kept():
            told = KeptAnswer(pathway_id=outcome.pathway_id, version=outcome.version, at=outcome.at)
            tag = {"ETag": problems.etag(outcome.version)}
            return Response(told.model_dump_json(), status, tag, "application/json")
        case Refused():
            raise problems.refused(outcome.refusals)
        case Stale():
            raise problems.stale(outcome.version)
        case KeyReused():
            raise reused()
        case NotAllowed():
            raise problems.forbidden("The trust's staff directory does not give you this role")
        case Absent():
            raise problems.unknown()


def note(outcome: Outcome, acting: Acting, record: str, pathway_id: str) -> None:
    """Says in the trace what became of a record."""
    telemetry.pathway(pathway_id, acting.trust)
    found = {telemetry.KEYS["record"]: record, telemetry.KEYS["outcome"]: watched.outcome(outcome)}
    trace.get_current_span().set_attributes(found)
