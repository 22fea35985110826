"""A click begins the trace that the outbox carries on, and says which pathway, which record, and how it ended."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.ledger import Act, Kept, Stale
from shared.wiring import telemetry
from tests.service.callers import NOWHERE, Caller, apps, wiring

SIGN_OFF = {"review": 1, "agrees": True}
ROUTE = "/api/pathways/{pathway_id}/mdt_sign_off"


class RememberingLedger:
    """Keeps everything that was written against version 1, and remembers who asked."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    async def enter(self, act: Act) -> Kept | Stale:
        self.acts.append(act)
        return Kept(act.pathway_id, 2, datetime(2026, 3, 5, tzinfo=UTC)) if act.expected_version == 1 else Stale(2)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    telemetry.start("desks", onward=kept)
    yield kept
    telemetry.stop()


async def signed(spans: InMemorySpanExporter, *, version: int = 1, **headers: str) -> tuple[ReadableSpan, Act]:
    ledger = RememberingLedger()
    desks = apps(wiring(ledger))
    telemetry.instrument(desks["mdt_review"], service="mdt-review")
    caller = Caller(desks, "rxx-haematologist-1")
    await caller.write("mdt_review", NOWHERE, "mdt_sign_off", SIGN_OFF, version=version, **headers)
    telemetry.stop()
    (span,) = spans.get_finished_spans()
    return span, ledger.acts[0]


def said(span: ReadableSpan) -> dict[str, Any]:
    return {name: value for name, value in (span.attributes or {}).items() if name.startswith("pmt.")}


async def test_the_span_of_a_click_names_pathway_record_and_outcome(spans: InMemorySpanExporter) -> None:
    span, _ = await signed(spans)
    wanted = {"pmt.pathway.id": NOWHERE, "pmt.trust": "RXX", "pmt.record": "mdt_sign_off", "pmt.step.outcome": "kept"}
    assert said(span) == wanted
    assert (span.name, span.resource.attributes["service.name"]) == (f"POST {ROUTE}", "mdt-review")


async def test_an_act_that_was_not_kept_says_so(spans: InMemorySpanExporter) -> None:
    span, _ = await signed(spans, version=7)
    assert said(span)["pmt.step.outcome"] == "stale"


async def test_a_request_that_comes_to_nothing_says_whose_it_was(spans: InMemorySpanExporter) -> None:
    desks = apps(wiring(RememberingLedger()))
    telemetry.instrument(desks["mdt_review"], service="mdt-review")
    await Caller(desks, "ryy-haematologist-1").write("mdt_review", NOWHERE, "mdt_sign_off", {"review": "x"}, version=1)
    await Caller(desks, None).write("mdt_review", NOWHERE, "mdt_sign_off", SIGN_OFF, version=1)
    telemetry.stop()
    assert [said(span).get("pmt.trust") for span in spans.get_finished_spans()] == ["RYY", None]


async def test_the_ledger_is_given_the_trace_of_the_click(spans: InMemorySpanExporter) -> None:
    span, act = await signed(spans)
    assert act.traceparent is not None
    assert act.traceparent.startswith(f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-")


async def test_a_stranger_cannot_put_a_click_into_a_trace_of_theirs(spans: InMemorySpanExporter) -> None:
    claimed = "0af7651916cd43dd8448eb211c80319c"
    _, act = await signed(spans, traceparent=f"00-{claimed}-b7ad6b7169203331-01")
    assert claimed not in (act.traceparent or "")
