"""Batches of spans that no exporter makes: bytes turned over, cut off and repeated, values without end or depth.

Whatever arrives is stored in part, or refused; the desk stays up, says nothing of it, and keeps no attribute that is
not allowed.
"""

import random
import secrets
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue

from services.operations.receiving import PATH, PROTOBUF
from shared.traces.store import TraceStore
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.telemetry import TRACE_KEY_HEADER
from tests.database import Postgres
from tests.operations.sent import batch, span, zipped
from tests.pages.visitors import House
from tests.service.permissions.opened_house import TRACE_KEY
from tests.storms.at_once import whole
from tests.storms.poison_values import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="session")
TAKEN, REFUSED = 200, {400, 413, 415}
TURNED = 5_000 if whole() else 300
DEEP, WIDE = 5_000, 20_000
EDGES_NS = (0, 1, 2**63 - 1, 2**63, 2**64 - 1)


async def send(house: House, body: bytes, **headers: str) -> httpx.Response:
    through = httpx.ASGITransport(house.apps["operations"], raise_app_exceptions=False)
    usual = {TRACE_KEY_HEADER: TRACE_KEY, "Content-Type": PROTOBUF}
    async with httpx.AsyncClient(transport=through, base_url="http://desk.test", trust_env=False) as http:
        return await http.post(PATH, content=body, headers=usual | headers)


def broken(raw: bytes, chance: random.Random) -> bytes:
    """One of the ways in which bytes go wrong."""
    at, until = sorted(chance.sample(range(len(raw) + 1), 2))
    turned = bytes([chance.randrange(256)])
    return chance.choice(
        (raw[:at], raw[:at] + turned + raw[at + 1 :], raw[:at] + raw[until:], raw + raw[at:until], raw[at:until] * 50)
    )


async def test_no_broken_batch_breaks_the_desk(house: House) -> None:
    chance = random.Random(random.getrandbits(64))  # noqa: S311 -- seeded by the run
    right = batch(*(span(f"work {number}", about={"http.route": "/x", CANARY: CANARY}) for number in range(4)))
    for _ in range(TURNED):
        sent = broken(right, chance)
        answer = await send(house, sent)
        assert answer.status_code in {TAKEN, *REFUSED}, sent.hex()
        assert CANARY.encode() not in answer.content


def deep() -> bytes:
    value = AnyValue(string_value=CANARY)
    for _ in range(40):  # protobuf itself writes no deeper
        value = AnyValue(array_value=ArrayValue(values=[value]))
    made = span("deep")
    made.attributes.append(KeyValue(key="http.route", value=value))
    return batch(made)


def bottomless() -> bytes:
    """Lists in lists without end, as bytes: field 5 of a value is a list, field 1 of a list a value."""
    inner = b""
    for number in range(DEEP):
        inner = bytes([0x0A if number % 2 else 0x2A]) + _length(len(inner)) + inner
    return inner


def _length(size: int) -> bytes:
    told = b""
    while size > 127:
        told += bytes([size % 128 + 128])
        size //= 128
    return told + bytes([size])


def hostile() -> Iterator[tuple[str, bytes]]:
    made = span("wide", about={f"{CANARY}{number}": "x" for number in range(WIDE)})
    yield "20,000 attributes", batch(made)
    yield "an attribute of 1 MiB", batch(span("long", about={"http.route": CANARY * 80_000}))
    yield "a name of 1 MiB", batch(span(CANARY * 80_000))
    yield "lists in lists", deep()
    yield "lists without end", bottomless()
    yield "10,000 empty spans", ExportTraceServiceRequest.FromString(batch(*[span()] * 10_000)).SerializeToString()
    yield "its own parent", batch(span("own", span_id=b"a" * 8, parent=b"a" * 8))
    yield "a name of NULs", batch(span("\0" * 100))
    yield "a service of half a letter", batch(span(), service="x").replace(b"\x01x", b"\x01\xff")
    for edge in EDGES_NS:
        made = span("edge")
        made.start_time_unix_nano = made.end_time_unix_nano = edge
        yield f"a start of {edge}", batch(made)
        made = span("edge")
        made.end_time_unix_nano = edge
        yield f"an end of {edge}", batch(made)
    yield "a number of 64 bits", batch(span("count", about={"http.response.status_code": 2**63 - 1}))


HOSTILE = dict(hostile())


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_hostile_batch_breaks_the_desk(house: House, name: str) -> None:
    plain, packed = (
        await send(house, HOSTILE[name]),
        await send(house, zipped(HOSTILE[name]), **{"Content-Encoding": "gzip"}),
    )
    assert {plain.status_code, packed.status_code} <= {TAKEN, *REFUSED}
    assert CANARY.encode() not in plain.content + packed.content


async def test_nothing_that_is_not_allowed_is_kept_of_them(house: House, postgres: Postgres) -> None:
    trace = secrets.token_bytes(16)
    about = {CANARY: CANARY, "http.route": "/x", "pmt.trust": "RXX", "patient.name": "Walker", "__proto__": "x"}
    assert (await send(house, batch(span("kept", trace=trace, about=about)))).status_code == TAKEN
    pool = await open_pool(postgres.settings, "desk_operations", size=1)
    (kept,) = await TraceStore(pool, ServerClock()).trace("RXX", trace.hex())
    pool.terminate()
    assert set(kept.attributes) == {"http.route", "pmt.trust"}
