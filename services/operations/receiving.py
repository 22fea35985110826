"""POST /v1/traces: takes spans from every process (OTLP over HTTP, protobuf), before anything else of the desk.

The answer 200 means that the spans are stored. A sender that is told to wait keeps them and comes again; one that
never does loses spans only: nothing clinical waits for this.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable

import asyncpg
from asyncpg import exceptions as pg
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.traces.otlp import LARGEST_BATCH_BYTES, Batch, UnreadableError, read, unpacked
from shared.traces.store import TraceStore
from shared.wiring.postgres import is_outage
from shared.wiring.telemetry import TRACE_KEY_HEADER

PATH = "/v1/traces"
PROTOBUF = "application/x-protobuf"
AT_ONCE = 8  # batches that wait for PostgreSQL; the next one is told to come again
STORED_WITHIN_S = 4.0
COME_AGAIN_S = "2"
REFUSED_WORDS = "Spans out of order, too many, too old, or not of this time were not kept"

# The very first start: the migrations that make the role and its table are still under way.
NOT_PREPARED = (pg.InvalidAuthorizationSpecificationError, pg.InvalidSchemaNameError, pg.UndefinedTableError)

log = logging.getLogger(__name__)
Key = Callable[[], str]


class TraceIntake:
    """ASGI middleware, the outermost of its desk: people's sessions and their limits have nothing to do with spans.

    `key` is asked at each request, so that a rotated file counts at once; without one nobody may send anything.
    """

    def __init__(self, app: ASGIApp, store: TraceStore, key: Key) -> None:
        self._app = app
        self._store = store
        self._key = key
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        answer = await self._answer(Request(scope, receive), receive)
        if answer is not None:
            await answer(scope, receive, send)

    async def _answer(self, request: Request, receive: Receive) -> Response | None:
        """What the sender is told; None when it has gone."""
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        if not self._may_send(request.headers.get(TRACE_KEY_HEADER, "")):
            return Response(status_code=401)
        if request.headers.get("content-type", "").partition(";")[0].strip() != PROTOBUF:
            return Response(status_code=415)
        if self._under_way >= AT_ONCE:
            return Response(status_code=429, headers={"Retry-After": COME_AGAIN_S})
        self._under_way += 1
        try:
            return await self._taken(request.headers.get("content-encoding", ""), receive)
        finally:
            self._under_way -= 1

    def _may_send(self, given: str) -> bool:
        key = self._key()
        return bool(key) and hmac.compare_digest(given.encode(), key.encode())

    async def _taken(self, encoding: str, receive: Receive) -> Response | None:
        try:
            body = await _whole(receive)
            if body is None:
                return None
            earliest_ns, latest_ns = self._store.taken_between()
            batch = read(unpacked(body, encoding), earliest_ns=earliest_ns, latest_ns=latest_ns)
        except _TooLargeError:
            return Response(status_code=413)
        except UnreadableError:
            return Response(status_code=400)
        return await self._stored(batch)

    async def _stored(self, batch: Batch) -> Response:
        try:
            async with asyncio.timeout(STORED_WITHIN_S):
                await self._store.put(batch.spans)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if not (is_outage(error) or isinstance(error, NOT_PREPARED)):
                raise
            log.warning("spans cannot be stored", extra={"error": type(error).__name__})
            return Response(status_code=503, headers={"Retry-After": COME_AGAIN_S})
        told = ExportTraceServiceResponse()
        if batch.refused:
            partly = ExportTracePartialSuccess(rejected_spans=batch.refused, error_message=REFUSED_WORDS)
            told.partial_success.CopyFrom(partly)
        return Response(told.SerializeToString(), media_type=PROTOBUF)


class _TooLargeError(Exception):
    """More has arrived than one batch may have."""


async def _whole(receive: Receive) -> bytes | None:
    """The body, counted as it arrives; None when the sender has gone. Raises _TooLargeError."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message: Message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BATCH_BYTES:
            raise _TooLargeError
        more = message.get("more_body", False)
    return b"".join(parts)
