"""The trust's research register for programs: which studies, and who approved each (R-ELI-1; IPG651 1.1).

The same functions as the pages. One person registers a study, another approves it.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime

from services.described import WRITING, body, errors
from services.identity import Acting
from services.wiring import Wired, Wiring, acting_as, answering_in_time
from shared.ledger.research_book import Registered, ResearchBook
from shared.pathway.record import Part, asked
from shared.pathway.refusal import Refusal
from shared.pathway.roles import GOVERNANCE, RESEARCH
from shared.pathway.text import Code
from shared.research.study import StudyRegistration, wrong_days
from shared.web import bodies, problems
from shared.web.pages.words import spoken
from shared.web.problems import FieldError, malformed
from shared.web.shapes import Shape


class StudyApproval(Part):
    """Governance opens a study for enrolment from its first day on."""

    study_id: Code = asked("Study")


BODIES = (StudyRegistration, StudyApproval)
"""What is written into this register."""

router = APIRouter(prefix="/api/studies", tags=["studies"])
Reader = Annotated[Acting, Depends(acting_as(RESEARCH | GOVERNANCE))]
Lead = Annotated[Acting, Depends(acting_as(RESEARCH))]
Governor = Annotated[Acting, Depends(acting_as(GOVERNANCE))]


class ShownStudy(Shape):
    """One study. Without `approved_by` nobody can be enrolled in it."""

    study_id: str
    title: str
    ethics_reference: str
    favourable_on: date
    opens_on: date
    closes_on: date
    registered_by: str
    registered_at: AwareDatetime
    approved_by: str | None
    approved_at: AwareDatetime | None
    open_on_site: bool


class StudiesAnswer(Shape):
    studies: tuple[ShownStudy, ...]


@router.get("", response_model=StudiesAnswer, responses=errors(), operation_id="read_studies")
async def read_studies(*, acting: Reader, wiring: Wired) -> Response:
    """Every study of the trust's register."""
    async with answering_in_time():
        studies, _left = await _book(wiring).stand(acting.trust)
    answer = StudiesAnswer(studies=tuple(_study(each) for each in studies))
    return Response(answer.model_dump_json(), media_type="application/json")


def _study(each: Registered) -> ShownStudy:
    return ShownStudy(**{field: getattr(each, field) for field in ShownStudy.model_fields})


@router.post(
    "",
    status_code=204,
    response_model=None,
    responses=errors(409, *WRITING),
    openapi_extra=body(StudyRegistration),
    operation_id="register_study",
)
async def register(*, acting: Lead, wiring: Wired, request: Request) -> Response:
    """Put a study on the register. Sent twice it is registered once: the second time its name is taken (409)."""
    told = (await bodies.read(request, StudyRegistration)).model
    if field := wrong_days(told):
        raise malformed([FieldError(field, spoken()(f"research.wrong_{field}"))])
    async with answering_in_time():
        registered = await _book(wiring).register(acting.trust, acting.signature, told)
    return _done(done=registered, otherwise=spoken()("research.taken"))


@router.post(
    "/approvals",
    status_code=204,
    response_model=None,
    responses=errors(409, *WRITING),
    openapi_extra=body(StudyApproval),
    operation_id="approve_study",
)
async def approve(*, acting: Governor, wiring: Wired, request: Request) -> Response:
    """Open a study for enrolment, unless it is open, or the same person registered it (409)."""
    told = (await bodies.read(request, StudyApproval)).model
    async with answering_in_time():
        approved = await _book(wiring).approve(acting.trust, acting.signature, told.study_id)
    return _done(done=approved, otherwise=spoken()("research.not_to_approve"))


def _book(wiring: Wiring) -> ResearchBook:
    """The register. Raises ProblemError 503 at a desk that was opened without its reception."""
    if wiring.reception is None:
        raise problems.away("research register")
    return wiring.reception.research


def _done(*, done: bool | None, otherwise: str) -> Response:
    if done is None:
        raise problems.forbidden("The trust's staff directory does not give you this role")
    if not done:
        raise problems.refused((Refusal("R-ELI-1", "study_id", otherwise, "1.1"),))
    return Response(status_code=204)
