"""Answers of `/fhir`: resources as application/fhir+json, and every failure as an OperationOutcome in our own words."""

import json
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from typing_extensions import override

from services.described import ALWAYS, WORDS, Described
from shared.fhir.elements import Json, present
from shared.fhir.inbound_reading import Wrong
from shared.web.problems import ProblemError, away, problem_of
from shared.wiring.postgres import is_outage

MEDIA_TYPE = "application/fhir+json"
MOST_ISSUES = 20
ISSUE = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    408: "timeout",
    409: "business-rule",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
}
"""FHIR's kind of issue for each of our statuses."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def described(done: int, *statuses: int) -> Described:
    """What a route of `/fhir` answers, for OpenAPI: a resource when it is done, an OperationOutcome otherwise."""
    content = {MEDIA_TYPE: {"schema": {"type": "object"}}}
    found: Described = {done: {"description": "A FHIR resource", "content": content}}
    for status in sorted({*ALWAYS, *statuses}):
        found[status] = {"description": WORDS.get(status, "Not understood"), "content": content}
    return found


def answer(resource: Json, status: int = 200, **headers: str) -> Response:
    """A resource. Nobody may keep a copy on the way."""
    return Response(json.dumps(resource), status, {"Cache-Control": "no-store"} | headers, MEDIA_TYPE)


def outcome(wrong: Iterable[Wrong]) -> Json:
    """An OperationOutcome of errors, the first twenty."""
    issues = [
        present({"severity": "error", "code": each.code, "details": {"text": each.words}, "expression": _at(each)})
        for each in tuple(wrong)[:MOST_ISSUES]
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _at(wrong: Wrong) -> list[str]:
    return [wrong.expression] if wrong.expression else []


def refused(status: int, wrong: Iterable[Wrong]) -> Response:
    return answer(outcome(wrong), status)


def of_problem(problem: ProblemError, place: Callable[[str], str] = lambda _field: "") -> Response:
    """A problem as OperationOutcome. `place` leads from a field of ours to the element it came from."""
    code = "duplicate" if problem.kind == "key-reused" else ISSUE.get(problem.status, "exception")
    told = [
        *(Wrong(place(each["field"]), _with_rule(each), code) for each in problem.extra.get("refusals", ())),
        *(Wrong(place(each["field"]), each["reason"], code) for each in problem.extra.get("errors", ())),
    ]
    found = answer(outcome(told or [Wrong("", problem.detail, code)]), problem.status)
    found.headers.update(problem.headers)
    return found


def _with_rule(refusal: Json) -> str:
    return f"{refusal['reason']} ({refusal['rule']}, IPG651 {refusal['paragraph']})"


class FhirRoute(APIRoute):
    """Whatever goes wrong in one of these routes is answered as FHIR says it."""

    @override
    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                return refused(400, [Wrong("", "This request is not of the form that was asked for", "invalid")])
            except (ProblemError, HTTPException) as error:
                return of_problem(problem_of(error))
            except Exception as error:
                if not is_outage(error):
                    raise  # a defect: answered, and logged with its incident, around the whole application
                return of_problem(away("database"))

        return answered
