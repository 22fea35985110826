"""POST /v1/traces: who may send, how much, and what a sender is told when PostgreSQL is slow or away."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from services.operations import receiving
from services.operations.receiving import PATH, PROTOBUF, TraceIntake
from shared.traces.otlp import LARGEST_BATCH_BYTES
from shared.traces.span import NS_PER_S, Span
from shared.traces.store import TraceStore
from shared.wiring.telemetry import TRACE_KEY_HEADER
from tests.operations.sent import batch, now_ns, span, zipped
from tests.pages.visitors import House
from tests.service.permissions.opened_house import TRACE_KEY

pytestmark = pytest.mark.asyncio(loop_scope="session")

USUAL = {TRACE_KEY_HEADER: TRACE_KEY, "Content-Type": PROTOBUF}


async def send(app: ASGIApp, content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
    given = {name: value for name, value in (USUAL | headers).items() if value}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as http:
        return await http.post(PATH, content=content, headers=given)


def desk(house: House) -> ASGIApp:
    return house.apps["operations"]


async def test_spans_are_stored_before_the_answer(house: House, store: TraceStore) -> None:
    sent = span("GET /x", about={"pmt.trust": "RXX"})
    answer = await send(desk(house), zipped(batch(sent)), **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert [each.name for each in await store.trace("RXX", sent.trace_id.hex())] == ["GET /x"]


async def test_a_sender_is_told_how_many_spans_were_not_kept(house: House, store: TraceStore) -> None:
    right = span("right", about={"pmt.trust": "RXX"})
    answer = await send(desk(house), batch(right, span(start_ns=1), span(trace=b"short")))
    told = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, told.rejected_spans) == (200, 2)
    assert len(await store.trace("RXX", right.trace_id.hex())) == 1


@pytest.mark.parametrize("key", ["", "another", TRACE_KEY.upper(), TRACE_KEY[:-1]])
async def test_nobody_sends_without_the_key(house: House, store: TraceStore, key: str) -> None:
    sent = span()
    assert (await send(desk(house), batch(sent), **{TRACE_KEY_HEADER: key})).status_code == 401
    assert await store.trace("RXX", sent.trace_id.hex()) == ()


async def test_a_desk_without_a_key_takes_from_nobody(store: TraceStore) -> None:
    assert (await send(TraceIntake(nothing, store, lambda: ""), batch(span()))).status_code == 401


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands where the rest of the desk would be."""


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield bytes(1024 * 1024)


async def test_more_than_a_batch_is_refused_while_it_arrives(house: House) -> None:
    assert (await send(desk(house), pieces(5))).status_code == 413
    assert (await send(desk(house), bytes(LARGEST_BATCH_BYTES + 1))).status_code == 413


async def test_a_bomb_is_refused(house: House) -> None:
    bomb = zipped(bytes(20 * 1024 * 1024))
    assert (await send(desk(house), bomb, **{"Content-Encoding": "gzip"})).status_code == 400


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"nonsense", {}, 400),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"x", {"Content-Encoding": "br"}, 400),
        (b"", {}, 200),
    ],
)
async def test_what_is_no_batch_is_refused(house: House, body: bytes, headers: dict[str, str], status: int) -> None:
    assert (await send(desk(house), body, **headers)).status_code == status


async def test_only_posts_are_taken_and_never_kept_by_a_browser(house: House) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk(house)), base_url="http://desk.test") as http:
        answer = await http.get(PATH)
    assert (answer.status_code, answer.headers["cache-control"]) == (405, "no-store")


class SlowStore(TraceStore):
    """Keeps nothing until it is let go, or is away."""

    def __init__(self, *, away: bool = False) -> None:
        self.go, self.full = asyncio.Event(), asyncio.Event()
        self.waiting = 0
        self._away = away

    @override
    def taken_between(self) -> tuple[int, int]:
        return now_ns() - 60 * NS_PER_S, now_ns() + NS_PER_S

    @override
    async def put(self, spans: Iterable[Span]) -> int:
        if self._away:
            raise ConnectionRefusedError
        self.waiting += 1
        if self.waiting == receiving.AT_ONCE:
            self.full.set()
        await self.go.wait()
        return 1


async def test_when_the_queue_is_full_the_next_sender_is_told_to_come_again() -> None:
    store = SlowStore()
    intake = TraceIntake(nothing, store, lambda: TRACE_KEY)
    under_way = [asyncio.create_task(send(intake, batch(span()))) for _ in range(receiving.AT_ONCE)]
    await store.full.wait()
    refused = await send(intake, batch(span()))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    store.go.set()
    assert {each.status_code for each in await asyncio.gather(*under_way)} == {200}
    assert (await send(intake, batch(span()))).status_code == 200


async def test_without_postgresql_a_sender_is_told_to_come_again() -> None:
    answer = await send(TraceIntake(nothing, SlowStore(away=True), lambda: TRACE_KEY), batch(span()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_store_that_says_nothing_does_not_hold_its_place_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "STORED_WITHIN_S", 0.05)
    intake = TraceIntake(nothing, SlowStore(), lambda: TRACE_KEY)
    assert (await send(intake, batch(span()))).status_code == 503
    assert intake._under_way == 0


async def test_a_defect_is_no_outage() -> None:
    class BrokenStore(SlowStore):
        @override
        async def put(self, spans: Iterable[Span]) -> int:
            raise LookupError

    with pytest.raises(LookupError):
        await send(TraceIntake(nothing, BrokenStore(), lambda: TRACE_KEY), batch(span()))


async def test_other_addresses_go_to_the_desk() -> None:
    asked: list[Any] = []

    async def rest(scope: Scope, _: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    intake = TraceIntake(rest, SlowStore(), lambda: TRACE_KEY)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(intake), base_url="http://desk.test") as http:
        await http.get("/operations")
    assert asked == ["/operations"]
