"""GET and POST /research/new: a research lead registers a study; somebody else approves it (R-ELI-1; IPG651 1.1)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.research.register import PAGE
from services.sessions import page_actor, reception_of, see_other
from services.wiring import answering_in_time
from shared.pathway.roles import RESEARCH
from shared.research.study import StudyRegistration, wrong_days
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.posting import posted
from shared.web.forms.problems import form_errors
from shared.web.forms.raw import EMPTY, RawForm, gathered
from shared.web.forms.reading import read_raw
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import FieldError, forbidden

NEW = f"{PAGE}/new"

router = APIRouter()
Lead = Annotated[Acting, Depends(page_actor(RESEARCH))]


@router.get(NEW)
async def show(request: Request, acting: Lead) -> Response:
    """The empty form."""
    del acting
    return _form(request, EMPTY)


@router.post(NEW)
async def register(request: Request, acting: Lead) -> Response:
    """Registers it. Sent twice it is registered once: the second time its name is taken."""
    raw = gathered(describe(StudyRegistration), await posted(request))
    told = read_raw(StudyRegistration, raw)
    if told.model is None:
        return _form(request, raw, told.errors, status=422)
    if field := wrong_days(told.model):
        return _form(request, raw, (FieldError(field, spoken()(f"research.wrong_{field}")),), status=422)
    async with answering_in_time():
        registered = await reception_of(request).research.register(acting.trust, acting.signature, told.model)
    if registered is None:
        raise forbidden(spoken()("wrong.directory"))
    if not registered:
        return _form(request, raw, (FieldError("study_id", spoken()("research.taken")),), status=409)
    return see_other(f"{PAGE}?said=registered")


def _form(request: Request, raw: RawForm, errors: Sequence[FieldError] = (), *, status: int = 200) -> Response:
    asked = describe(StudyRegistration)
    return render(
        request,
        "research/new_study.jinja",
        status=status,
        title=spoken()("research.new"),
        errors=form_errors(errors, asked, raw),
        drawn=draw(asked, raw, errors),
        action=NEW,
        back=PAGE,
    )
