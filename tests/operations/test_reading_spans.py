"""What an exporter sends is believed as little as anything from outside: sizes, ids, times, and every word of it."""

import zlib
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent

from shared.traces import otlp
from shared.traces.otlp import LARGEST_BATCH_BYTES, Batch, UnreadableError, unpacked
from shared.traces.span import NS_PER_S
from tests.operations.sent import batch, new_span, new_trace, now_ns, span, zipped

PATHWAY = "0b6d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c11"
CANARIES = {
    "db.query.text": "SELECT 9996510018",
    "pmt.pathway.id": "9996510018",
    "http.route": "/find/9996510018",
    "enduser.id": "Walker",
    "pmt.record": "Walker, Synthetic",
    "http.request.method": "999 651 0018",
}


def read(body: bytes) -> Batch:
    return otlp.read(body, earliest_ns=now_ns() - 3600 * NS_PER_S, latest_ns=now_ns() + 60 * NS_PER_S)


def test_a_span_arrives_with_what_the_list_allows() -> None:
    sent = span("POST /api/pathways", about={"pmt.pathway.id": PATHWAY, "pmt.trust": "RXX", "pmt.record": "consent"})
    (found,) = read(batch(sent)).spans
    assert (found.trace_id, found.span_id, found.parent_id) == (sent.trace_id.hex(), sent.span_id.hex(), "")
    assert (found.service, found.kind, str(found.pathway_id), found.trust) == ("consent", "server", PATHWAY, "RXX")
    assert found.attributes["pmt.record"] == "consent"


def test_nothing_about_a_person_gets_through_whoever_sends_it() -> None:
    sent = span("look up Walker 9996510018", about=CANARIES, failed=True)
    (found,) = read(batch(sent)).spans
    assert "9996510018" not in repr(found)
    assert "Walker" not in repr(found)
    assert (found.attributes, found.errors, found.failed) == ({}, ("x.BrokenError",), True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"trace": b"", "span_id": new_span()},
        {"trace": bytes(16)},
        {"trace": new_trace(), "span_id": b"short"},
        {"parent": b"odd"},
        {"ms": -1},
        {"ms": 1000 * 3600 * 25},
        {"start_ns": 0},
        {"start_ns": now_ns() + 3600 * NS_PER_S},
    ],
    ids=[
        "no trace",
        "a trace of zeros",
        "a short id",
        "an odd parent",
        "an end before it began",
        "a day long",
        "of 1970",
        "of tomorrow",
    ],
)
def test_a_span_that_is_not_in_order_is_refused_alone(wrong: dict[str, Any]) -> None:
    found = read(batch(span(**{"ms": 1} | wrong) if wrong.get("ms", 1) >= 0 else backwards(), span("right")))
    assert ([each.name for each in found.spans], found.refused) == (["right"], 1)


def backwards() -> Sent:
    made = span()
    made.end_time_unix_nano = made.start_time_unix_nano - 1
    return made


def test_spans_of_nobody_are_refused() -> None:
    assert read(batch(span(), service="Walker, Synthetic")).refused == 1


def test_more_spans_than_a_batch_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "MOST_SPANS", 3)
    found = read(batch(*(span() for _ in range(5))))
    assert (len(found.spans), found.refused) == (3, 2)


@pytest.mark.parametrize("body", [b"\xff" * 20, b"no protobuf at all", b"\x0a\x05\x01"])
def test_what_is_no_batch_is_unreadable_and_not_repeated(body: bytes) -> None:
    with pytest.raises(UnreadableError) as told:
        read(body)
    assert "protobuf" not in str(told.value)


def test_a_gzip_is_unpacked() -> None:
    body = batch(span())
    assert unpacked(zipped(body), "gzip") == body
    assert unpacked(body, "") == body


def test_a_bomb_is_never_unpacked() -> None:
    bomb = zipped(bytes(20 * 1024 * 1024))
    assert len(bomb) < LARGEST_BATCH_BYTES
    with pytest.raises(UnreadableError):
        unpacked(bomb, "gzip")


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"x", "br"), (b"x", "gzip"), (zlib.compress(b"x"), "gzip"), (zipped(b"a whole batch")[:-4], "gzip")],
)
def test_another_packing_or_half_of_one_is_unreadable(body: bytes, encoding: str) -> None:
    with pytest.raises(UnreadableError):
        unpacked(body, encoding)
