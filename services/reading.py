"""Looking at pathways: one pathway, its patient, a worklist. Every look is audited before it is answered."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.described import errors
from services.identity import Acting, choose
from services.wiring import PathwayId, RoleNamed, SignedIn, Wired, acting_as, answering_in_time
from shared.ledger import PlaceUnreadableError, WorklistTask
from shared.ledger.worklist import LARGEST_PAGE
from shared.pathway.civil_time import civil
from shared.pathway.people import Role
from shared.pathway.roles import CLINICAL
from shared.web import answers, problems
from shared.web.instants import Instant
from shared.web.problems import FieldError
from shared.web.shapes import PathwayAnswer, Patient, Shape, Worklist, WorklistItem
from shared.wiring import telemetry

# ops keeps the machines running and never sees a patient; the other two are machines.
READERS = frozenset(Role) - {Role.OPS, Role.MAIL_SYSTEM, Role.PATENCY}

router = APIRouter(tags=["reading"])
patients = APIRouter(tags=["reading"])


def _json(shape: Shape, **headers: str) -> Response:
    return Response(shape.model_dump_json(), 200, headers, "application/json")


Reader = Annotated[Acting, Depends(acting_as(READERS))]
Clinician = Annotated[Acting, Depends(acting_as(CLINICAL))]


@router.get(
    "/api/pathways/{pathway_id}", response_model=PathwayAnswer, responses=errors(404), operation_id="read_pathway"
)
async def read_pathway(
    *,
    reader: Reader,
    pathway_id: PathwayId,
    at: Annotated[Instant | None, Query(description="As it stood at this instant")] = None,
    wiring: Wired,
) -> Response:
    """A pathway as it is, or as it stood; the ETag is its version."""
    async with answering_in_time():
        moment = await wiring.ledger.read(reader.trust, pathway_id, reader.signature, as_at=at)
    if moment is None or not moment.pathway.version:  # an instant before it was opened
        raise problems.unknown()
    telemetry.pathway(pathway_id, reader.trust)
    return _json(answers.pathway(moment), ETag=problems.etag(moment.pathway.version))


@router.get("/api/worklist", response_model=Worklist, responses=errors(), operation_id="read_worklist")
async def read_worklist(
    *,
    who: SignedIn,
    role: Annotated[Role, Query(description="Whose work? A role you hold")],
    due_before: Annotated[Instant | None, Query(description="Only what is due before")] = None,
    after: Annotated[str | None, Query(max_length=400, description="`after` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    named: RoleNamed = None,
    wiring: Wired,
) -> Response:
    """A role's open tasks at its trust, soonest due first, those without a deadline last."""
    reader = choose(who, READERS & {role}, named)
    try:
        async with answering_in_time():
            page = await wiring.ledger.worklist(
                reader.trust, role, reader.signature, due_before=due_before, after=after, limit=limit
            )
    except PlaceUnreadableError:
        raise problems.malformed([FieldError("after", "This is not what a page gave")]) from None
    return _json(Worklist(items=tuple(_item(task) for task in page.tasks), after=page.after))


def _item(task: WorklistTask) -> WorklistItem:
    told = {name: getattr(task, name) for name in WorklistItem.model_fields if name != "due_on"}
    return WorklistItem.model_validate(told | {"due_on": civil(task.due_at) if task.due_at else None})


@patients.get(
    "/api/pathways/{pathway_id}/patient", response_model=Patient, responses=errors(404), operation_id="read_patient"
)
async def read_patient(*, clinician: Clinician, pathway_id: PathwayId, wiring: Wired) -> Response:
    """Who this pathway's patient is."""
    async with answering_in_time():
        found = await wiring.ledger.patient(clinician.trust, pathway_id, clinician.signature)
    if found is None:
        raise problems.unknown()
    telemetry.pathway(pathway_id, clinician.trust)
    return _json(Patient.model_validate(found.model_dump()))
