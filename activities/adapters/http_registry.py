"""The registry over HTTP: PUT of a dataset under its own key, receipt or rejection back.

No public interface of the BSIR Venous Registry was found; what this speaks to here is the simulated registry.
"""

import re
from http import HTTPStatus
from typing import Any

import httpx
from opentelemetry.trace import SpanKind

from activities.ports import OutsideUnavailable, Receipt, Rejection, Submission
from shared.wiring import telemetry

WITHIN_S = 10.0
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
"""What a record can keep as a code: a receipt's number, a reason for refusing."""


class HttpRegistry:
    def __init__(self, url: str, *, within_s: float = WITHIN_S) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=within_s)

    async def submit(self, submission: Submission) -> Receipt | Rejection | None:
        """PUT the dataset; the same key is the same entry, however often it is sent."""
        with telemetry.within("PUT registry entry", kind=SpanKind.CLIENT):
            headers = {"Idempotency-Key": submission.key, **telemetry.inject()}
            try:
                answer = await self._client.put(f"/entries/{submission.key}", json=submission.body, headers=headers)
            except httpx.HTTPError as error:
                raise OutsideUnavailable(type(error).__name__) from None
            return _read(answer)

    async def close(self) -> None:
        await self._client.aclose()


def _read(answer: httpx.Response) -> Receipt | Rejection | None:
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
