"""Requests that schemathesis makes up from a desk's own OpenAPI document, and what is wrong with the answers.

Some are as the document wants them, some are not. Poison (poisoning.py) knows what hurts; this knows what was promised.
"""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any, cast
from uuid import uuid4

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.openapi import documents
from tests.pages.visitors import House
from tests.service.permissions.asking import ONE_OF, PLACEHOLDERS
from tests.service.permissions.audiences import SIGNING_IN, allowed
from tests.service.permissions.operations import PROGRAMS, Operation
from tests.storms.poisoning import TOO_LONG

HEALTH = "/health/"
PROBLEM = ("application/problem+json", "application/fhir+json")
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
RIGHT = {"If-Match": '"1"'}  # the referral: nobody has written on the pathway since
ODD_HEADERS = 0.25  # of those that are not as the document wants them, a few say oddly who is asking
Case = schemathesis.Case[Any]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@cache
def described() -> dict[str, dict[str, Any]]:
    """Each desk's document."""
    return {file.stem: json.loads(text) for file, text in documents()}


@cache
def schema(desk: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(described()[desk])


def everything() -> Iterator[Operation]:
    """Every operation that any desk describes."""
    for desk, document in described().items():
        for path, methods in document["paths"].items():
            yield from (Operation(PROGRAMS, desk, path, method.upper()) for method in methods)


def made_up(asked: Operation, pathway_id: str, count: int, chance: int) -> list[Case]:
    """This many requests of each mode, about this pathway."""
    return [case for mode in MODES for case in _of(asked, mode, pathway_id, count, chance)]


def _of(asked: Operation, mode: GenerationMode, pathway_id: str, count: int, chance: int) -> list[Case]:
    known = {"pathway_id": pathway_id} | (PLACEHOLDERS if mode is GenerationMode.POSITIVE else {})
    fixed = {name: text for name, text in known.items() if "{" + name + "}" in asked.path}
    strategy = schema(asked.desk)[asked.path][asked.method].as_strategy(mode, path_parameters=fixed or None)
    found: list[Case] = []

    @seed(chance)
    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def gather(case: Case) -> None:
        found.append(case)

    try:
        gather()
    except Unsatisfiable:
        if mode is GenerationMode.POSITIVE:
            raise
        # it takes nothing that could be wrong
    return found


async def answer(house: House, asked: Operation, case: Case, chance: random.Random) -> httpx.Response:
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://desk.test")).prepare()
    headers = httpx.Headers(cast("dict[str, str]", dict(sent.headers)))
    if is_right(case) or chance.random() > ODD_HEADERS:
        headers.pop("Patency-Role", None)
        headers["Authorization"] = f"Bearer {whoever_may(asked)}"
    if is_right(case):
        headers.update(RIGHT | {"Idempotency-Key": str(uuid4())})
    through = httpx.ASGITransport(house.apps[asked.desk], raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=through, trust_env=False) as http:
        return await http.request(
            sent.method or "", sent.url or "", content=cast("bytes | str | None", sent.body), headers=headers
        )


def is_right(case: Case) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def whoever_may(asked: Operation) -> str:
    return ONE_OF[min(SIGNING_IN if asked.path.startswith(HEALTH) else allowed(asked))]


def wrong(case: Case, given_back: httpx.Response) -> Iterator[str]:
    """Everything about an answer that was not promised."""
    try:
        case.validate_response(given_back, checks=CHECKS)
    except FailureGroup as failures:
        yield from (f"{each.title}: {each.message}" for each in failures.exceptions)
    if given_back.is_error:
        if len(given_back.content) >= TOO_LONG:
            yield f"{given_back.status_code}: an error of {len(given_back.content)} bytes"
        if not given_back.headers.get("content-type", "").startswith(PROBLEM):
            yield f"{given_back.status_code}: no problem, but {given_back.headers.get('content-type')}"
