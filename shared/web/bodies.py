"""Reading a JSON body into a record, strictly; what is wrong comes back as fields and reasons, never as values."""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from shared.web import json_text
from shared.web.problems import FieldError, ProblemError, malformed
from shared.web.reasons import REASONS, UNEXPECTED

BODY_SECONDS = 10.0
MEDIA_TYPE = "application/json"
FIRST_YEAR, LAST_YEAR = 1900, 2100  # calendar arithmetic further out overflows; no patient is that old or young
ITS_OWN = frozenset(get_args(ErrorType))

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Body(Generic[M]):
    """What was sent, typed, and a hash of it that is the same for the same JSON however it was spaced."""

    model: M
    digest: bytes


async def read(request: Request, kind: type[M]) -> Body[M]:
    """The body as a `kind`. Raises ProblemError 415, 408 or 422; the size was limited before (limits.py)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise ProblemError(415, "media-type", f"Send {MEDIA_TYPE}")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            raw = await request.body()
    except TimeoutError:
        raise ProblemError(408, "slow", "The body did not arrive in time") from None
    return parse(raw, kind)


def parse(raw: bytes, kind: type[M]) -> Body[M]:
    """The same for bytes that are there already. Raises ProblemError 422."""
    try:
        written = json_text.read(raw)
    except json_text.NotJsonError as error:
        raise malformed([FieldError("", error.words)]) from None
    if wrong := list(json_text.faults(written, names_of(kind))):
        raise malformed(wrong)
    return Body(_model(raw, kind), hashlib.sha256(json.dumps(written, sort_keys=True).encode()).digest())


def _model(raw: bytes, kind: type[M]) -> M:
    try:
        model = kind.model_validate_json(raw, strict=True)
    except ValidationError as error:
        raise malformed(explained(error, kind)) from None
    if wrong := list(_impossible_dates(model, ())):
        raise malformed(wrong)
    return model


def explained(error: ValidationError, kind: type[BaseModel]) -> Iterator[FieldError]:
    """Findings of pydantic in our words: the place by our names, the reason by the type of the error."""
    known = names_of(kind)
    for each in error.errors(include_url=False, include_input=False):
        yield FieldError(json_text.named(each["loc"], known), reason(each))


def reason(found: Mapping[str, Any]) -> str:
    """Our words for one of pydantic's findings."""
    if found["type"] not in ITS_OWN:
        return str(found["msg"])  # raised by our own types, whose words repeat no input
    words = REASONS.get(found["type"], UNEXPECTED)
    return words.format_map(found.get("ctx") or {})


@cache
def names_of(kind: type[BaseModel]) -> frozenset[str]:
    """Every field name and every allowed answer of a form: the words that may appear in an error."""
    return frozenset(_names(kind.model_json_schema()))


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (each for each in schema.get("enum", ()) if isinstance(each, str))
        for each in schema.values():
            yield from _names(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _names(each)


def _impossible_dates(value: Any, place: tuple[str, ...]) -> Iterator[FieldError]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _impossible_dates(getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _impossible_dates(each, (*place, str(number)))
    elif isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        yield FieldError(".".join(place), f"Write a year from {FIRST_YEAR} to {LAST_YEAR}")
