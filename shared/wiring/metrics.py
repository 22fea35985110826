"""Figures of this process for Prometheus: what was asked, how it ended, how long it took; never about whom.

Every label comes from a closed list; the one id is a trace's, as an exemplar. They are served on a port of their own,
for the scraper alone: no page of a desk shows them. What was promised to patients is counted in PostgreSQL, not here.
"""

import logging
from functools import cache

from opentelemetry import trace
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

from shared.wiring.settings import Address

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"

log = logging.getLogger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody asks for
REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)

REQUESTS = Counter(
    "patency_http_requests",
    "Requests that were answered, by desk, route, method and class of status.",
    ("desk", "route", "method", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "patency_http_request_duration_seconds",
    "How long answers took.",
    ("desk", "route", "method"),
    buckets=SECONDS,
    registry=REGISTRY,
)
ACTS = Counter(
    "patency_ledger_acts",
    "Acts that came to the ledger, by kind of record and what became of them.",
    ("kind", "outcome"),
    registry=REGISTRY,
)
ENTER_SECONDS = Histogram(
    "patency_ledger_enter_seconds",
    "How long the ledger took for an act, from its door to its answer.",
    ("outcome",),
    buckets=SECONDS,
    registry=REGISTRY,
)
LOCK_WAIT_SECONDS = Histogram(
    "patency_ledger_lock_wait_seconds",
    "How long it took to get the lock of a pathway or of a patient's number, the way to PostgreSQL included.",
    buckets=SECONDS,
    registry=REGISTRY,
)
LOCK_HELD_SECONDS = Histogram(
    "patency_ledger_lock_held_seconds",
    "How long that lock was held, up to the end of the transaction.",
    buckets=SECONDS,
    registry=REGISTRY,
)
SPANS = Counter("patency_spans_ended", "Spans that were made and should arrive.", registry=REGISTRY)
SPANS_DROPPED = Counter(
    "patency_spans_dropped",
    "Spans that never arrived: the queue was full, or the collector did not take them.",
    ("reason",),
    registry=REGISTRY,
)
QUEUE_FULL, NOT_TAKEN = SPANS_DROPPED.labels("queue_full"), SPANS_DROPPED.labels("not_taken")
PASSED_ON = Counter(
    "patency_relay_passed_on",
    "Changes that Temporal was told of, and attempts that failed.",
    ("outcome",),
    registry=REGISTRY,
)
TOLD, NOT_TOLD = PASSED_ON.labels("told"), PASSED_ON.labels("failed")


class RelayFigures:
    """What the relay alone sees. Made by the relay, so that no desk shows an outbox that it never looked at."""

    def __init__(self) -> None:
        self.rows = Gauge("patency_relay_outbox_rows", "Changes that wait in the outbox.", registry=REGISTRY)
        self.oldest_s = Gauge(
            "patency_relay_outbox_oldest_seconds", "Age of the oldest of them; 0 without any.", registry=REGISTRY
        )
        self.missing = Gauge(
            "patency_relay_reconcile_missing",
            "What the last comparison found missing in Temporal.",
            ("what",),
            registry=REGISTRY,
        )


def exemplar() -> dict[str, str] | None:
    """The trace that a figure belongs to; None outside a trace."""
    span = trace.get_current_span().get_span_context()
    return {"trace_id": f"{span.trace_id:032x}"} if span.is_valid else None


@cache  # finding a child costs more than counting with it
def _requests(desk: str, route: str, method: str, status: str) -> Counter:
    return REQUESTS.labels(desk, route, method, status)


@cache
def _request_seconds(desk: str, route: str, method: str) -> Histogram:
    return REQUEST_SECONDS.labels(desk, route, method)


def answered(desk: str, route: str, method: str, status: int, took_s: float) -> None:
    """A request was answered. `route` is a template of ours; for paths that match none, OTHER."""
    method = method if method in METHODS else OTHER
    _requests(desk, route, method, f"{status // 100}xx").inc()
    _request_seconds(desk, route, method).observe(took_s, exemplar())


@cache
def _acts(kind: str, outcome: str) -> Counter:
    return ACTS.labels(kind, outcome)


@cache
def _enter_seconds(outcome: str) -> Histogram:
    return ENTER_SECONDS.labels(outcome)


def acted(kind: str, outcome: str) -> None:
    """Something came to the ledger, and this became of it."""
    _acts(kind, outcome).inc()


def entered(kind: str, outcome: str, took_s: float) -> None:
    """The ledger answered an act."""
    acted(kind, outcome)
    _enter_seconds(outcome).observe(took_s, exemplar())


def serve(address: Address | None) -> None:
    """Answer GET /metrics there, from a thread of its own; None: nobody asks this process.

    A port that is taken costs the figures alone, and is logged: care is not held up by them.
    """
    if address is None:
        return
    try:
        start_http_server(address.port, address.host, REGISTRY)
    except OSError as error:
        log.error("nobody can read the figures of this process", extra={"error": type(error).__name__})  # noqa: TRY400 -- its words name our address
