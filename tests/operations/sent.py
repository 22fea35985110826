"""Batches of spans as an exporter would send them, made by hand: also such as no exporter should send."""

import gzip
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from shared.traces.span import NS_PER_MS, NS_PER_S, nanoseconds


def now_ns() -> int:
    return nanoseconds(datetime.now(UTC))


def _attributes(given: Mapping[str, Any]) -> list[KeyValue]:
    def value(each: Any) -> AnyValue:
        return AnyValue(int_value=each) if isinstance(each, int) else AnyValue(string_value=each)

    return [KeyValue(key=name, value=value(each)) for name, each in given.items()]


def new_trace() -> bytes:
    return secrets.token_bytes(16)


def new_span() -> bytes:
    return secrets.token_bytes(8)


def span(
    name: str = "work",
    *,
    trace: bytes | None = None,
    span_id: bytes | None = None,
    parent: bytes = b"",
    start_ns: int | None = None,
    ms: int = 10,
    about: Mapping[str, Any] | None = None,
    failed: bool = False,
) -> Span:
    start_ns = start_ns if start_ns is not None else now_ns() - NS_PER_S
    made = Span(
        trace_id=new_trace() if trace is None else trace,
        span_id=new_span() if span_id is None else span_id,
        parent_span_id=parent,
        name=name,
        kind=Span.SPAN_KIND_SERVER,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + ms * NS_PER_MS,
        attributes=_attributes(about or {}),
    )
    if failed:
        made.status.code = Status.STATUS_CODE_ERROR
        made.status.message = "Walker, Synthetic 9996510018"
        made.events.add(name="exception", attributes=_attributes({"exception.type": "x.BrokenError"}))
    return made


def batch(*spans: Span, service: str = "consent") -> bytes:
    resource = ResourceSpans(scope_spans=[ScopeSpans(spans=spans)])
    resource.resource.attributes.extend(_attributes({"service.name": service}))
    return ExportTraceServiceRequest(resource_spans=[resource]).SerializeToString()


def zipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)  # without the time: two test processes collect the same
