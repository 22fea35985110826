"""The registry over HTTP: PUT of a dataset under its own key, receipt or rejection back.

No public interface of the BSIR Venous Registry was found; what this speaks to here is the simulated registry.
"""

import re
from http import HTTPStatus
from typing import Any

import httpx
from opentelemetry.trace import SpanKind
from pydantic import TypeAdapter, ValidationError

from activities.ports import OutsideUnavailable, Receipt, Rejection, Submission
from shared.contracts.registry_lists import Held
from shared.wiring import telemetry

WITHIN_S = 10.0
PAGE = 500
ONE_QUESTION_EACH = httpx.Limits(max_connections=50, max_keepalive_connections=0)
_LISTED = TypeAdapter(list[Held])
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
"""What a record can keep as a code: a receipt's number, a reason for refusing."""


class HttpRegistry:
    def __init__(self, url: str, *, within_s: float = WITHIN_S) -> None:
        # A connection serves one question: an answer that comes twice can never be taken for the next one's.
        self._client = httpx.AsyncClient(base_url=url, timeout=within_s, limits=ONE_QUESTION_EACH)

    async def submit(self, submission: Submission) -> Receipt | Rejection | None:
        """PUT the dataset; the same key is the same entry, however often it is sent."""
        with telemetry.within("PUT registry entry", kind=SpanKind.CLIENT):
            headers = {"Idempotency-Key": submission.key, **telemetry.inject()}
            try:
                answer = await self._client.put(f"/entries/{submission.key}", json=submission.body, headers=headers)
            except httpx.HTTPError as error:
                raise OutsideUnavailable(type(error).__name__) from None
            return _read(answer, submission.key)

    async def held(self, trust: str) -> tuple[Held, ...]:
        """Everything the registry has of this trust, page by page. Raises OutsideUnavailable."""
        found: list[Held] = []
        while True:
            page = await self._page(trust, found[-1].key if found else "")
            found += page
            if len(page) < PAGE:
                return tuple(found)

    async def _page(self, trust: str, after: str) -> list[Held]:
        asked: dict[str, str | int] = {"trust": trust, "after": after, "limit": PAGE}
        with telemetry.within("GET registry entries", kind=SpanKind.CLIENT):
            try:
                answer = await self._client.get("/entries", params=asked, headers=telemetry.inject())
            except httpx.HTTPError as error:
                raise OutsideUnavailable(type(error).__name__) from None
        if answer.status_code != HTTPStatus.OK:
            raise OutsideUnavailable(str(answer.status_code))
        try:
            return _LISTED.validate_json(answer.content)
        except ValidationError:
            raise OutsideUnavailable("no list in the answer") from None

    async def close(self) -> None:
        await self._client.aclose()


def _read(answer: httpx.Response, key: str) -> Receipt | Rejection | None:
    if _written(answer).get("key", key) != key:
        raise OutsideUnavailable("an answer about another entry")
    if answer.status_code in {HTTPStatus.OK, HTTPStatus.CREATED}:
        return Receipt(_receipt_number(answer))
    if answer.status_code == HTTPStatus.ACCEPTED:
        return None
    if answer.status_code in VERDICTS:
        return Rejection(_code(answer))
    raise OutsideUnavailable(str(answer.status_code))


VERDICTS = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Answers about the dataset, which somebody has to correct. Every other error is about the way there: tried again."""


def _receipt_number(answer: httpx.Response) -> str:
    """The receipt's number. Without one nothing is proven: something on the way, not the registry, may have said OK."""
    number = _written(answer).get("receipt")
    if not isinstance(number, str) or not CODE.fullmatch(number):
        raise OutsideUnavailable("no receipt in the answer")
    return number


def _written(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; an empty one when it is anything else."""
    try:
        written = answer.json()
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}


def _code(answer: httpx.Response) -> str:
    """The registry's reason as a short code. Its words stay outside: they may repeat what was sent."""
    code = _written(answer).get("code")
    return code if isinstance(code, str) and CODE.fullmatch(code) else f"http_{answer.status_code}"
