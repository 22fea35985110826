"""What every desk has: identity, limits, problems, health, reading pathways, and the records of the table of stages."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Scope

from services import described, entering, health, reading, sessions
from services.pages.help import went_wrong
from services.pages.records import records_pages
from services.pages.records.scene import WITHOUT_PATIENTS
from services.sessions.door import is_page
from services.wiring import Wiring
from shared.web.bodies import reason
from shared.web.faults import Faults
from shared.web.headers import SafeHeaders
from shared.web.in_turn import InTurn
from shared.web.limits import BodyLimit
from shared.web.pages.files import mount_static
from shared.web.problems import FieldError, ProblemError, malformed, problem_of
from shared.web.turns import Turns

VERSION = "1"
WORDS = "Percutaneous mechanical thrombectomy of acute leg DVT under NICE IPG651. Not cleared as a medical device."

WITHOUT_PATHWAYS = frozenset({"operations"})
"""Desks that write nothing down and show no pathway."""

Answer = Callable[[Request, Exception], Awaitable[Response]]


def create_app(desk: str, wiring: Wiring | None, *own: APIRouter, bodies: tuple[type[BaseModel], ...] = ()) -> FastAPI:
    """The application of one desk. `own` are routes that only this desk has, `bodies` the forms they read.

    Without a wiring it can be described, and serves nobody.
    """
    app = FastAPI(
        title=f"Patency, {desk.replace('_', ' ')} desk",
        version=VERSION,
        description=WORDS,
        docs_url=None,  # FastAPI's pages load scripts from another host
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.wiring = wiring
    for router in (*own, *_about_pathways(desk), health.router):
        app.include_router(router)
    _answer_problems(app)
    if wiring is not None and wiring.reception is not None:
        sessions.install(app, wiring.reception)
        mount_static(app)
    app.add_middleware(InTurn, turns=_turns)
    app.add_middleware(BodyLimit, is_form=_is_form, draw=went_wrong.answer_in)
    app.add_middleware(Faults, draw=went_wrong.answer_in)
    app.add_middleware(SafeHeaders)  # added last, so outermost
    forms = (*bodies, *(kind.record for kind in entering.kinds_of(desk)))
    app.openapi = _described_once(app, forms)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _about_pathways(desk: str) -> tuple[APIRouter, ...]:
    """Reading pathways, and writing down what this desk takes."""
    if desk in WITHOUT_PATHWAYS:
        return ()
    shown = (reading.router, reading.patients) if desk not in WITHOUT_PATIENTS else (reading.router,)
    return (entering.records(desk), records_pages(desk), *shown)


def _is_form(scope: Scope) -> bool:
    return is_page(scope["path"])


def _turns(scope: Scope) -> Turns | None:
    wiring: Wiring | None = scope["app"].state.wiring
    return wiring.turns if wiring is not None else None


def _answer_problems(app: FastAPI) -> None:
    answers: dict[type[Exception], Answer] = {
        ProblemError: _answer_problem,
        HTTPException: _answer_problem,
        RequestValidationError: _answer_wrong_address,
    }
    for kind, answer in answers.items():
        app.add_exception_handler(kind, answer)


async def _answer_problem(request: Request, error: Exception) -> Response:
    """What was raised, FastAPI's own 404 and 405 too: a page for a browser, problem+json for a program."""
    return went_wrong.answer(request, problem_of(error))


async def _answer_wrong_address(request: Request, error: Exception) -> Response:
    """422 for what FastAPI checks itself: headers and the part of an address after its question mark."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = [FieldError(str(each["loc"][1]), reason(each)) for each in error.errors()]
    return went_wrong.answer(request, malformed(found))


def _described_once(app: FastAPI, forms: tuple[type[BaseModel], ...]) -> Callable[[], dict[str, Any]]:
    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = described.document(app, forms)
        return app.openapi_schema

    return describe
