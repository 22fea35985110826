"""Traces: one tree from a click to the registry's receipt, scrubbed before it leaves the process.

Nothing clinical ever waits for a trace: spans queue in memory; a dead or stalled collector costs spans only.
"""

import logging
import os
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.wiring.span_queue import CountingQueue, ScrubbingExporter

if TYPE_CHECKING:  # worker and relay serve no pages: they need not carry FastAPI in memory
    import httpx
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

EXPORT_SECONDS = 3.0
FLUSH_SECONDS = 1.5  # with a second for answers under way, and closing, a desk ends within three
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
TIMEOUTS = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
KEY_FILE = "PATENCY_TRACE_KEY_FILE"
TRACE_KEY_HEADER = "patency-trace-key"
# What nobody looks for: probes, files, pages that listen, the word that somebody is still there, spans themselves.
UNTRACED = "/health/,/assets/,/live($|\\?),/session/keep,/v1/traces,/metrics"
FOREIGN_CONTEXT = frozenset({b"traceparent", b"tracestate", b"baggage"})
# What callers write, and what it is called in a span.
KEYS = {
    "pathway_id": "pmt.pathway.id",
    "version": "pmt.pathway.version",
    "step": "pmt.pathway.step",
    "outcome": "pmt.step.outcome",
    "record": "pmt.record",
    "trust": "pmt.trust",
    "attempt": "pmt.attempt",
    "lock_waited_ms": "pmt.lock.waited_ms",
    "lock_held_ms": "pmt.lock.held_ms",
}

log = logging.getLogger(__name__)
_traceparents = TraceContextTextMapPropagator()  # no baggage: it would travel to other hosts and into histories


class _Running:
    """What `start` built in this process: one queue to the collector, one tracer for each service name."""

    def __init__(self) -> None:
        self.queue: CountingQueue | None = None
        self.service = "patency"
        self.providers: dict[str, TracerProvider] = {}
        self.tracers: dict[str, trace.Tracer] = {}  # making one costs as much as half a span

    def provider(self, service: str) -> TracerProvider:
        if service not in self.providers:
            named = Resource({"service.name": service, "service.instance.id": str(uuid4())})
            # Every span is kept: a caller's "not sampled" must not hide a clinical step.
            made = TracerProvider(resource=named, sampler=sampling.ALWAYS_ON, shutdown_on_exit=False)
            if self.queue:
                made.add_span_processor(self.queue)
            self.providers[service] = made
        return self.providers[service]

    def tracer(self, service: str) -> trace.Tracer:
        if service not in self.tracers:
            self.tracers[service] = self.provider(service).get_tracer("patency")
        return self.tracers[service]

    def forget(self) -> None:
        self.queue, self.providers, self.tracers = None, {}, {}


_running = _Running()
# Several desks may run in one process, each under its own name; a request belongs to the desk it came to.
_desk: ContextVar[str | None] = ContextVar("desk", default=None)


def _tracer() -> trace.Tracer:
    return _running.tracer(_desk.get() or _running.service)


def _exporter() -> SpanExporter | None:
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return None
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    told = any(os.environ.get(name) for name in TIMEOUTS)
    return OTLPSpanExporter(timeout=None if told else EXPORT_SECONDS, headers=_key(), compression=Compression.Gzip)


def _key() -> dict[str, str]:
    """What the operations desk wants to see. A collector of another kind is told who we are by OTEL_* alone."""
    file = os.environ.get(KEY_FILE)
    if not file:
        return {}
    try:
        return {TRACE_KEY_HEADER: Path(file).read_text(encoding="utf-8").strip()}
    except (OSError, UnicodeDecodeError):
        log.warning("the key for sending spans cannot be read")
        return {}


def start(service: str, *, onward: SpanExporter | None = None) -> None:
    """Begin tracing this process under the name `service`.

    Spans go to the OTLP/HTTP collector that the environment names, or to `onward`; without either they exist
    only to give log lines and outgoing calls their ids. The provider is not made the global one: no library
    writes spans that were not asked for here.
    """
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    set_global_textmap(_traceparents)
    exporter = onward or _exporter()
    _running.forget()
    _running.queue = CountingQueue(ScrubbingExporter(exporter)) if exporter else None
    _running.service = service


def stop() -> None:
    """Send what is left within FLUSH_SECONDS, give up on the rest, and log how many spans were lost."""
    queue = _running.queue
    _running.forget()
    if not queue:
        return
    # A daemon: the exporter may be in the middle of a call that a stalled collector never answers.
    last_delivery = threading.Thread(target=queue.shutdown, name="last spans", daemon=True)
    last_delivery.start()
    last_delivery.join(FLUSH_SECONDS)
    if lost := queue.lost():
        log.warning("spans lost: %d", lost)


class _Doorway:
    """Says which desk a request came to; at the edge it forgets what trace a stranger claims to continue."""

    def __init__(self, app: "ASGIApp", service: str | None, *, edge: bool) -> None:
        self.app = app  # FastAPI looks for the instrumentation along this name, and then writes no spans itself
        self._service = service
        self._edge = edge

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        token = _desk.set(self._service)
        try:
            await self.app(self._own(scope) if self._edge else scope, receive, send)
        finally:
            _desk.reset(token)

    @staticmethod
    def _own(scope: "Scope") -> "Scope":
        if "headers" not in scope:
            return scope
        kept = [(name, value) for name, value in scope["headers"] if name.lower() not in FOREIGN_CONTEXT]
        return {**scope, "headers": kept}


def instrument(app: "FastAPI", *, service: str | None = None, edge: bool = True) -> None:
    """Trace every request to `app`, health probes left out, under its own service name where it has one.

    With `edge` a request always begins a new trace, whatever its headers claim; without, it continues its
    caller's. Call it after `start` and before the first request.
    """
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=_running.provider(service or _running.service),
        excluded_urls=UNTRACED,
        exclude_spans=["receive", "send"],
    )
    traced = app.build_middleware_stack
    app.build_middleware_stack = lambda: _Doorway(  # type: ignore[method-assign]  # as the instrumentation does
        traced(), service, edge=edge
    )


def instrument_client(client: "httpx.AsyncClient") -> None:
    """Give every call of this HTTP client a span, and the receiver the means to continue the trace."""
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    HTTPXClientInstrumentor.instrument_client(client, tracer_provider=_running.provider(_running.service))


def inject() -> dict[str, str]:
    """Return the headers that let a receiver continue the current trace; none outside a trace."""
    headers: dict[str, str] = {}
    _traceparents.inject(headers)
    return {name: value for name, value in headers.items() if name == "traceparent"}


def traceparent() -> str | None:
    """Return the current span in W3C form, as the outbox keeps it; None outside a trace."""
    return inject().get("traceparent")


def _context_of(parent: str | None) -> Context:
    """Return a context with only that span in it; without one an empty one, in which a new trace begins."""
    carrier: MutableMapping[str, str] = {"traceparent": parent} if parent else {}
    return _traceparents.extract(carrier, Context())


def _links(to: str | None) -> list[Link]:
    linked = trace.get_current_span(_context_of(to)).get_span_context()
    return [Link(linked)] if linked.is_valid else []


def _named(attributes: dict[str, Any]) -> dict[str, Any]:
    return {KEYS.get(name, name): value for name, value in attributes.items() if value is not None}


@contextmanager
def continuing(
    parent: str | None,
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    link: str | None = None,
    **attributes: str | int | None,
) -> Iterator[trace.Span]:
    """Open a span in the trace of `parent`, or as the root of a new trace when there is none.

    `link` points at another trace, such as the click that opened the pathway months ago. Attributes may be
    given by the names in KEYS. An error is noted by its type only, and goes on its way.
    """
    opened = _tracer().start_span(name, _context_of(parent), kind, _named(attributes), _links(link))
    with _current(opened) as span:
        yield span


@contextmanager
def within(name: str, *, kind: SpanKind = SpanKind.INTERNAL, **attributes: str | int | None) -> Iterator[trace.Span]:
    """Open a span below the current one; the same attributes, and the same silence about errors."""
    with _current(_tracer().start_span(name, kind=kind, attributes=_named(attributes))) as span:
        yield span


@contextmanager
def _current(opened: trace.Span) -> Iterator[trace.Span]:
    with trace.use_span(opened, end_on_exit=True, record_exception=False, set_status_on_exception=False) as span:
        try:
            yield span
        except Exception as error:
            _note(span, error)
            raise


def _note(span: trace.Span, error: Exception) -> None:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    span.add_event("exception", {"exception.type": kind})
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR))


def pathway(pathway_id: str | None, trust: str) -> None:
    """Write on the current span whose it is, and of which pathway: all traces of a pathway are found by it."""
    trace.get_current_span().set_attributes(_named({"pathway_id": pathway_id, "trust": trust}))
