"""How routes are described in OpenAPI: exact bodies, exact answers, and every error a client has to expect."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.web import problems
from shared.web.problems import Problem

WORDS = {
    401: "No valid access token",
    403: "Not with this role",
    404: "Unknown, or another trust's",
    405: "Not with this method",
    408: "The body did not arrive in time",
    409: "Refused by the rules of the pathway, every reason in `refusals`",
    412: "Stale version; `version` counts now",
    413: "Over 256 KiB",
    415: "Not application/json",
    422: "Malformed, every place in `errors`; or a key used for something else",
    428: "If-Match is missing",
    429: "Too much at once, or one is under way already; try again after the seconds in Retry-After",
    500: "Our mistake; `incident` is in the log",
    503: "Something we stand on is away; try again with the same key",
}
ALWAYS = (401, 403, 422, 429, 500, 503)
COMING_AGAIN = frozenset({429, 503})
WRITING = (408, 413, 415)
TEMPLATE = "#/components/schemas/{model}"

Described = dict[int | str, dict[str, Any]]


def errors(*statuses: int) -> Described:
    """The error answers of a route: those every route has, and these."""
    return {status: _problem(status) for status in sorted({*ALWAYS, *statuses})}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": TEMPLATE.format(model=Problem.__name__)}
    found: dict[str, Any] = {"description": WORDS[status], "content": {problems.MEDIA_TYPE: {"schema": schema}}}
    if status in COMING_AGAIN:
        found["headers"] = {"Retry-After": {"schema": {"type": "string"}, "description": "Seconds"}}
    return found


def body(kind: type[BaseModel]) -> dict[str, Any]:
    """The body of a route that reads it itself (shared/web/bodies.py)."""
    schema = {"$ref": TEMPLATE.format(model=kind.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def document(app: FastAPI, kinds: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """The whole OpenAPI document of a desk. Raises ValueError when two shapes of one name differ."""
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    wanted: list[tuple[type[BaseModel], Any]] = [(Problem, "serialization"), *((kind, "validation") for kind in kinds)]
    _mapping, extra = models_json_schema(wanted, ref_template=TEMPLATE)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in extra["$defs"].items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two shapes are called {name}")
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found
