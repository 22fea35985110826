"""The registry over HTTP: PUT of a dataset under its own key, receipt or rejection back.

No public interface of the BSIR Venous Registry was found; what this speaks to here is the simulated registry.
"""

from http import HTTPStatus

import httpx
from opentelemetry.trace import SpanKind

from activities.ports import OutsideUnavailable, Receipt, Rejection, Submission
from shared.wiring import telemetry

WITHIN_S = 10.0


class HttpRegistry:
    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=WITHIN_S)

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
        return Receipt(str(answer.json()["receipt"]))
    if answer.status_code == HTTPStatus.ACCEPTED:
        return None
    if answer.is_client_error and answer.status_code not in LATER:
        return Rejection(_code(answer))
    raise OutsideUnavailable(str(answer.status_code))


LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
"""Client errors that only mean: not now."""


def _code(answer: httpx.Response) -> str:
    """The registry's reason as a short code. Its words stay outside: they may repeat what was sent."""
    try:
        code = answer.json().get("code", "")
    except ValueError:
        code = ""
    readable = (
        isinstance(code, str) and 0 < len(code) <= LONGEST_CODE and code.replace("_", "").isalnum() and code.isascii()
    )
    return code if readable else f"http_{answer.status_code}"


LONGEST_CODE = 60
