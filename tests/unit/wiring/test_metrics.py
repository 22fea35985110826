"""Figures: closed lists as labels, a trace as the only id, on a port of their own."""

import socket
import urllib.request
from collections.abc import Iterator, Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from typing_extensions import override

from shared.wiring import metrics, telemetry
from shared.wiring.settings import Address

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
CLOSED = {"desk", "route", "method", "status", "kind", "outcome", "what", "reason", "le"}


@pytest.fixture
def free() -> Address:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Address(*server.getsockname())


def asked(address: Address, accept: str = OPEN_METRICS) -> tuple[str, str]:
    """Content type and text of the answer."""
    request = urllib.request.Request(f"http://{address}/metrics", headers={"Accept": accept})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def samples(text: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        yield from family.samples


@pytest.mark.usefixtures("spans")
def test_an_answer_is_counted_and_its_duration_leads_to_its_trace(free: Address) -> None:
    metrics.serve(free)
    with telemetry.continuing(None, "click"):
        metrics.answered("consent", "/api/pathways/{pathway_id}/consent", "POST", 409, 0.3)
        trace = (telemetry.traceparent() or "")[3:35]
    kind, text = asked(free)
    assert kind.startswith("application/openmetrics-text")
    found = [each for each in samples(text) if each.labels.get("desk") == "consent"]
    assert {each.labels["status"] for each in found if each.name == "patency_http_requests_total"} == {"4xx"}
    exemplars = [each.exemplar for each in found if each.exemplar]
    assert [(each.labels, each.value) for each in exemplars] == [({"trace_id": trace}, 0.3)]


def test_prometheus_of_the_old_kind_is_answered_too(free: Address) -> None:
    metrics.serve(free)
    kind, text = asked(free, "text/plain")
    assert kind.startswith("text/plain; version=0.0.4")
    assert "patency_spans_dropped_total" in text


def test_a_method_that_a_stranger_made_up_is_one_of_the_others() -> None:
    metrics.answered("consent", metrics.OTHER, "BREW", 405, 0.001)
    labels = {"desk": "consent", "route": "other", "method": "other", "status": "4xx"}
    assert metrics.REGISTRY.get_sample_value("patency_http_requests_total", labels) == 1


def test_a_port_that_is_taken_costs_the_figures_alone(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        metrics.serve(Address(*server.getsockname()))
    assert caplog.messages == ["nobody can read the figures of this process"]


def test_without_an_address_nobody_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "start_http_server", None)  # calling it would raise
    metrics.serve(None)


def test_every_label_is_of_a_closed_list() -> None:
    metrics.entered("consent", "kept", 0.01)
    found = {name for family in metrics.REGISTRY.collect() for each in family.samples for name in each.labels}
    assert found - CLOSED == set()


class Refusing(SpanExporter):
    """A collector that takes nothing."""

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        del spans
        return SpanExportResult.FAILURE


def lost(reason: str) -> float:
    return metrics.REGISTRY.get_sample_value("patency_spans_dropped_total", {"reason": reason}) or 0.0


def click(times: int) -> None:
    for _ in range(times):
        with telemetry.continuing(None, "click"):
            pass


def test_spans_that_the_collector_does_not_take_are_counted() -> None:
    before = lost("not_taken")
    telemetry.start("test", onward=Refusing())
    click(7)
    telemetry.stop()
    assert lost("not_taken") == before + 7


def test_spans_that_find_the_queue_full_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10")
    before, memory = lost("queue_full"), InMemorySpanExporter()
    telemetry.start("test", onward=memory)
    queue = telemetry._running.queue
    assert queue is not None
    with queue._batch_processor._export_lock:  # nobody empties it meanwhile
        click(25)
    telemetry.stop()
    arrived = len(memory.get_finished_spans())
    assert lost("queue_full") - before == 25 - arrived
    assert arrived == 10
