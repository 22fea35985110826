"""Every failure as `application/problem+json` (RFC 9457), in our own words: an answer never repeats what was sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from shared.pathway.refusal import Refusal
from shared.web.shapes import Shape

MEDIA_TYPE = "application/problem+json"
LONGEST_LIST_BYTES = 3400  # of the 4 KiB that an error may have in all
MOST_FIELDS = 50
RETRY_AFTER_S = "2"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `field` is made of our own names only, "" is the body itself."""

    field: str
    reason: str


@dataclass(slots=True)
class ProblemError(Exception):
    """Ends a request with this problem. `kind` is a stable name for programs, `detail` words for people."""

    status: int
    kind: str
    detail: str
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    titles: ClassVar[dict[int, str]] = {status.value: status.phrase for status in HTTPStatus}

    def body(self) -> bytes:
        title = self.titles.get(self.status, "Problem")
        written = {"type": f"urn:patency:{self.kind}", "title": title, "status": self.status, "detail": self.detail}
        return json.dumps(written | self.extra).encode()

    def answer(self) -> Response:
        return Response(self.body(), self.status, self.headers, MEDIA_TYPE)


def malformed(errors: Iterable[FieldError], *, kind: str = "malformed") -> ProblemError:
    """422: what was sent is not of the form that was asked for. At most 50 fields, and less than 4 KiB."""
    told: list[dict[str, str]] = []
    left_out, room = 0, LONGEST_LIST_BYTES
    for each in errors:
        written = {"field": each.field, "reason": each.reason}
        room -= len(json.dumps(written)) + 2
        if room > 0 and len(told) < MOST_FIELDS:
            told.append(written)
        else:
            left_out += 1
    extra: dict[str, Any] = {"errors": told, **({"left_out": left_out} if left_out else {})}
    return ProblemError(422, kind, "Some of this is not as it was asked for", extra)


def refused(refusals: Iterable[Refusal]) -> ProblemError:
    """409: well formed, and not possible now. Every reason at once."""
    told = [
        {"rule": each.rule, "field": each.field, "reason": each.words, "paragraph": each.paragraph} for each in refusals
    ]
    return ProblemError(409, "refused", "The rules of the pathway refuse this", {"refusals": told})


def stale(version: int) -> ProblemError:
    """412: somebody wrote in between. Says which version counts now."""
    words = "The pathway has changed since you read it: look at it again"
    return ProblemError(412, "stale", words, {"version": version}, {"ETag": etag(version)})


def unknown() -> ProblemError:
    """404, the same for what does not exist, for what is another trust's, and for what is no id at all."""
    return ProblemError(404, "not-found", "There is nothing here for you")


def forbidden(detail: str) -> ProblemError:
    return ProblemError(403, "forbidden", detail)


def away(what: str) -> ProblemError:
    """503: something we stand on does not answer. Whether a write took effect is unknown: send it again."""
    words = f"The {what} does not answer. Try again with the same Idempotency-Key"
    return ProblemError(503, "away", words, headers={"Retry-After": RETRY_AFTER_S})


def broken(incident: str) -> ProblemError:
    """500: our mistake. The id is in the log beside the trace; nothing else is said."""
    return ProblemError(500, "broken", "Something went wrong here", {"incident": incident})


def etag(version: int) -> str:
    return f'"{version}"'


async def answer_problem(_: Request, error: Exception) -> Response:
    """How FastAPI turns a problem into an answer where there are no pages."""
    return problem_of(error).answer()


def problem_of(error: Exception) -> ProblemError:
    """What one of ours, or FastAPI's own 404 or 405, says. Its words are not passed on."""
    if isinstance(error, ProblemError):
        return error
    if not isinstance(error, HTTPException):
        raise error
    kinds = {404: unknown(), 405: ProblemError(405, "method", "This cannot be done here")}
    found = kinds.get(error.status_code, ProblemError(error.status_code, "http", "This cannot be answered"))
    found.headers.update(error.headers or {})
    return found


class FieldProblem(Shape):
    """One entry of `errors`."""

    field: str
    reason: str


class RefusalProblem(Shape):
    """One entry of `refusals`: rule id, place on the form, reason, paragraph of IPG651 ("D": project default)."""

    rule: str
    field: str
    reason: str
    paragraph: str


class Problem(Shape):
    """Every error answer. The lists are there where the status calls for them."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] | None = None
    left_out: int | None = None
    refusals: tuple[RefusalProblem, ...] | None = None
    version: int | None = None
    incident: str | None = None
    causes: tuple[str, ...] | None = None
