"""What every desk has: identity, limits, problems, health, reading pathways, and the records of the table of stages."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from services import described, entering, health, reading, sessions
from services.wiring import Wiring
from shared.web.bodies import reason
from shared.web.faults import Faults
from shared.web.headers import SafeHeaders
from shared.web.limits import BodyLimit
from shared.web.problems import FieldError, ProblemError, answer_http, answer_problem, malformed

VERSION = "1"
# Their database roles cannot read who a patient is: a notice and a registry entry are about a pathway.
WITHOUT_PATIENTS = frozenset({"governance", "registry"})
WORDS = "Percutaneous mechanical thrombectomy of acute leg DVT under NICE IPG651. Not cleared as a medical device."

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
    shown = (reading.router, reading.patients) if desk not in WITHOUT_PATIENTS else (reading.router,)
    for router in (*own, entering.records(desk), *shown, health.router):
        app.include_router(router)
    _answer_problems(app)
    if wiring is not None and wiring.reception is not None:
        sessions.install(app, wiring.reception)
    app.add_middleware(BodyLimit)
    app.add_middleware(Faults)
    app.add_middleware(SafeHeaders)  # added last, so outermost
    forms = (*bodies, *(kind.record for kind in entering.kinds_of(desk)))
    app.openapi = _described_once(app, forms)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _answer_problems(app: FastAPI) -> None:
    answers: dict[type[Exception], Answer] = {
        ProblemError: answer_problem,
        HTTPException: answer_http,
        RequestValidationError: _answer_wrong_address,
    }
    for kind, answer in answers.items():
        app.add_exception_handler(kind, answer)


async def _answer_wrong_address(_: Request, error: Exception) -> Response:
    """422 for what FastAPI checks itself: headers and the part of an address after its question mark."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = [FieldError(str(each["loc"][1]), reason(each)) for each in error.errors()]
    return malformed(found).answer()


def _described_once(app: FastAPI, forms: tuple[type[BaseModel], ...]) -> Callable[[], dict[str, Any]]:
    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = described.document(app, forms)
        return app.openapi_schema

    return describe
