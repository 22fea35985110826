"""Traces: one tree from caller to receiver, a closed door at the edge, and no waiting for a collector."""

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from shared.wiring import telemetry

SENDER = "OtelBatchSpan"  # the thread of the library that sends
GONE_WITHIN_S = 30.0
FORGED = "00-11111111111111111111111111111111-2222222222222222-00"
PATHWAY = "0b7f3a52-6d0e-4b6e-9a57-1f2f5a3c9d10"


def finished(memory: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    telemetry.stop()
    return {span.name: span for span in memory.get_finished_spans()}


def trace_id(span: ReadableSpan) -> str:
    assert span.context
    return f"{span.context.trace_id:032x}"


def desk() -> FastAPI:
    app = FastAPI()

    @app.get("/pathways/{pathway_id}")
    async def look(pathway_id: str) -> dict[str, str | None]:
        telemetry.pathway(pathway_id, "RXX")
        with telemetry.within("fold", record="referral"):
            return {"here": telemetry.traceparent()}

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {}

    return app


async def ask(app: FastAPI, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk", headers=headers) as client:
        return await client.get(path)


async def test_a_request_has_a_span_with_its_route_and_pathway(spans: InMemorySpanExporter) -> None:
    app = desk()
    telemetry.instrument(app, service="consent")

    await ask(app, f"/pathways/{PATHWAY}")

    found = finished(spans)
    request = found["GET /pathways/{pathway_id}"]
    assert request.kind is SpanKind.SERVER
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": "/pathways/{pathway_id}",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "network.protocol.version": "1.1",
        "pmt.pathway.id": PATHWAY,
        "pmt.trust": "RXX",
    }


async def test_what_a_desk_does_is_under_its_own_name_in_the_same_trace(spans: InMemorySpanExporter) -> None:
    app = desk()
    telemetry.instrument(app, service="consent")

    await ask(app, f"/pathways/{PATHWAY}")

    found = finished(spans)
    assert {span.resource.attributes["service.name"] for span in found.values()} == {"consent"}
    assert len({trace_id(span) for span in found.values()}) == 1


async def test_a_trace_that_a_stranger_claims_is_not_continued(spans: InMemorySpanExporter) -> None:
    app = desk()
    telemetry.instrument(app)

    await ask(app, f"/pathways/{PATHWAY}", {"traceparent": FORGED})

    request = finished(spans)["GET /pathways/{pathway_id}"]
    assert request.parent is None
    assert trace_id(request) != FORGED[3:35]


async def test_behind_the_edge_the_callers_trace_goes_on_even_if_it_was_not_sampled(
    spans: InMemorySpanExporter,
) -> None:
    app = desk()
    telemetry.instrument(app, edge=False)

    await ask(app, f"/pathways/{PATHWAY}", {"traceparent": FORGED})

    assert trace_id(finished(spans)["GET /pathways/{pathway_id}"]) == FORGED[3:35]


async def test_health_probes_leave_no_trace(spans: InMemorySpanExporter) -> None:
    app = desk()
    telemetry.instrument(app)

    await ask(app, "/health/live")

    assert finished(spans) == {}


async def test_a_call_of_an_instrumented_client_is_continued_by_its_receiver(
    spans: InMemorySpanExporter,
) -> None:
    app = desk()
    telemetry.instrument(app, service="registry", edge=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        telemetry.instrument_client(client)
        with telemetry.continuing(None, "submit"):
            await client.get(f"/pathways/{PATHWAY}")

    found = finished(spans)
    assert set(found) == {"submit", "GET", "GET /pathways/{pathway_id}", "fold"}
    assert len({trace_id(span) for span in found.values()}) == 1


def test_a_span_continues_the_trace_that_the_outbox_kept(spans: InMemorySpanExporter) -> None:
    with telemetry.continuing(None, "click"):
        kept = telemetry.traceparent()
    with telemetry.continuing(kept, "relay", kind=SpanKind.PRODUCER, pathway_id=PATHWAY, version=3):
        pass

    found = finished(spans)
    click, relay = found["click"], found["relay"]
    assert relay.parent
    assert click.context
    assert relay.parent.span_id == click.context.span_id
    assert relay.attributes == {"pmt.pathway.id": PATHWAY, "pmt.pathway.version": 3}


def test_a_step_woken_by_a_timer_begins_a_new_trace_with_a_link_to_the_first(
    spans: InMemorySpanExporter,
) -> None:
    with (
        telemetry.continuing(None, "click"),
        telemetry.continuing(None, "follow up", link=telemetry.traceparent()),
    ):
        pass

    found = finished(spans)
    follow_up = found["follow up"]
    assert follow_up.parent is None
    assert trace_id(follow_up) != trace_id(found["click"])
    assert [link.context.trace_id for link in follow_up.links] == [int(trace_id(found["click"]), 16)]


@pytest.mark.parametrize("broken", ["", "rubbish", "00-0-0-00", FORGED[:-1]])
def test_a_broken_traceparent_begins_a_new_trace(spans: InMemorySpanExporter, broken: str) -> None:
    with telemetry.continuing(broken, "relay", link=broken):
        pass

    relay = finished(spans)["relay"]
    assert relay.parent is None
    assert relay.links == ()


def test_an_error_is_noted_by_type_and_goes_on_its_way(spans: InMemorySpanExporter) -> None:
    with pytest.raises(LookupError), telemetry.continuing(None, "look"):
        raise LookupError("Canary")

    look = finished(spans)["look"]
    assert look.status.status_code is StatusCode.ERROR
    assert look.attributes == {"error.type": "builtins.LookupError"}
    assert "Canary" not in look.to_json()


def test_outside_a_trace_there_is_nothing_to_pass_on() -> None:
    assert telemetry.traceparent() is None
    assert telemetry.inject() == {}


def test_without_a_collector_spans_still_have_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in telemetry.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    telemetry.start("test")

    with telemetry.continuing(None, "click"):
        assert telemetry.traceparent()

    telemetry.stop()


@pytest.fixture
def refusing() -> str:
    """Give the address of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def stalled() -> Iterator[str]:
    """Give the address of a collector that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def nobody_left_behind() -> Iterator[None]:
    """Wait for whoever still sends when the test is over: it draws from the interpreter's own chance."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith(SENDER):
            thread.join(GONE_WITHIN_S)
            assert not thread.is_alive()


@pytest.mark.usefixtures("nobody_left_behind")  # before the collector, and so after its end
@pytest.mark.parametrize("collector", ["refusing", "stalled"])
def test_a_dead_collector_slows_neither_the_work_nor_the_end(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    collector: str,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", request.getfixturevalue(collector))
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "100")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "50")
    telemetry.start("test")

    began = time.monotonic()
    for _ in range(1000):
        with telemetry.continuing(None, "click"):
            pass
    worked = time.monotonic()
    telemetry.stop()
    ended = time.monotonic()

    assert worked - began < 2  # two thousandths of a second each, on a busy machine
    assert ended - worked < 3
    assert "spans lost: 1000" in caplog.messages


def test_stopping_sends_what_is_left_and_leaves_no_thread(spans: InMemorySpanExporter) -> None:
    before = threading.active_count()
    for _ in range(10):
        with telemetry.continuing(None, "click"):
            pass

    telemetry.stop()

    assert len(spans.get_finished_spans()) == 10
    assert threading.active_count() < before
