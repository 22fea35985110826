"""What stays out of traces, and what does not travel with them: noise, strangers' words, and keys of nobody."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.wiring import telemetry

STRANGER = {
    "traceparent": "00-11111111111111111111111111111111-2222222222222222-01",
    "tracestate": "vendor=Walker",
    "baggage": "patient=9996510018",
}
NOISE = ["/health/live", "/health/ready", "/assets/app.css", "/my-work/live", "/inbox/live?mark=1", "/session/keep"]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    telemetry.start("desks", onward=kept)
    yield kept
    telemetry.stop()


def desk() -> FastAPI:
    app = FastAPI()

    @app.get("/{path:path}")
    async def onward(path: str) -> dict[str, str]:
        """What this desk would send along with a call of its own."""
        del path
        return telemetry.inject()

    telemetry.instrument(app, service="consent")
    return app


async def ask(path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(desk()), base_url="http://desk.test") as http:
        return await http.get(path, headers=headers)


async def test_nothing_that_a_stranger_says_about_a_trace_goes_any_further(spans: InMemorySpanExporter) -> None:
    sent = (await ask("/work", **STRANGER)).json()
    assert set(sent) == {"traceparent"}
    assert "1" * 32 not in sent["traceparent"]
    telemetry.stop()
    (span,) = spans.get_finished_spans()
    assert span.parent is None
    assert span.context is not None
    assert len(span.context.trace_state) == 0


@pytest.mark.parametrize("path", NOISE)
async def test_probes_files_and_pages_that_listen_leave_no_trace(spans: InMemorySpanExporter, path: str) -> None:
    await ask(path)
    telemetry.stop()
    assert spans.get_finished_spans() == ()


@pytest.mark.parametrize("path", ["/my-work", "/alive", "/pathways/x/deliverer", "/lives"])
async def test_what_only_looks_like_noise_is_traced(spans: InMemorySpanExporter, path: str) -> None:
    await ask(path)
    telemetry.stop()
    assert len(spans.get_finished_spans()) == 1


def test_the_key_for_the_operations_desk_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "trace-key"
    file.write_text("a-key\n", encoding="utf-8")
    monkeypatch.setenv(telemetry.KEY_FILE, str(file))
    assert telemetry._key() == {telemetry.TRACE_KEY_HEADER: "a-key"}


@pytest.mark.parametrize("named", ["", "missing"])
def test_without_a_file_nothing_is_shown_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv(telemetry.KEY_FILE, str(tmp_path / named) if named else "")
    assert telemetry._key() == {}
