"""Reads what an OTLP/HTTP exporter sends (protobuf), and scrubs it once more: what is not listed goes no further.

The sender may be any process that has the key, so nothing is believed: sizes, ids, times and names are checked, and
a span that is not in order is refused alone.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from shared.traces.span import NS_PER_S, Span
from shared.wiring import scrub

LARGEST_BATCH_BYTES = 4 * 1024 * 1024
MOST_SPANS = 5_000
MOST_LINKS = 8
LONGEST_S = 24 * 3600
TRACE_BYTES, SPAN_BYTES = 16, 8
GZIP = 31  # what zlib calls a gzip header with the largest window
KINDS = {
    Sent.SPAN_KIND_UNSPECIFIED: "internal",
    Sent.SPAN_KIND_INTERNAL: "internal",
    Sent.SPAN_KIND_SERVER: "server",
    Sent.SPAN_KIND_CLIENT: "client",
    Sent.SPAN_KIND_PRODUCER: "producer",
    Sent.SPAN_KIND_CONSUMER: "consumer",
}


class UnreadableError(ValueError):
    """The body is no batch of spans, or unpacks to more than LARGEST_BATCH_BYTES. Its words repeat nothing of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The spans that may be kept, and how many may not."""

    spans: tuple[Span, ...]
    refused: int


def unpacked(body: bytes, encoding: str) -> bytes:
    """The body without its gzip. Raises UnreadableError for another encoding, and before more than 4 MiB are made."""
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise UnreadableError("neither plain nor gzip")
    reader = zlib.decompressobj(GZIP)
    try:
        found = reader.decompress(body, LARGEST_BATCH_BYTES + 1)
    except zlib.error:
        raise UnreadableError("no gzip") from None
    if len(found) > LARGEST_BATCH_BYTES or not reader.eof:
        raise UnreadableError("too large, or cut off")
    return found


def read(body: bytes, *, earliest_ns: int, latest_ns: int) -> Batch:
    """Every span that is in order and began in that time, scrubbed. Raises UnreadableError for no protobuf of ours."""
    try:
        sent = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        raise UnreadableError("no batch of spans") from None
    kept: list[Span] = []
    refused = 0
    for service, each in _sent(sent):
        span = _span(each, service) if len(kept) < MOST_SPANS else None
        if span is not None and earliest_ns <= span.start_ns < latest_ns:
            kept.append(span)
        else:
            refused += 1
    return Batch(tuple(kept), refused)


def _sent(request: ExportTraceServiceRequest) -> Iterator[tuple[str, Sent]]:
    for of_resource in request.resource_spans:
        about = scrub.allowed(_plain(of_resource.resource.attributes), scrub.RESOURCE_ATTRIBUTES)
        service = str(about.get("service.name", ""))
        for of_scope in of_resource.scope_spans:
            yield from ((service, each) for each in of_scope.spans)


def _span(sent: Sent, service: str) -> Span | None:
    """The span as it is kept; None for one that is not in order."""
    if not service or not _in_order(sent):
        return None
    attributes = scrub.allowed(_plain(sent.attributes), scrub.SPAN_ATTRIBUTES)
    return Span(
        trace_id=sent.trace_id.hex(),
        span_id=sent.span_id.hex(),
        parent_id=sent.parent_span_id.hex() if any(sent.parent_span_id) else "",
        service=service,
        name=scrub.span_name(sent.name),
        kind=KINDS.get(sent.kind, "internal"),
        start_ns=sent.start_time_unix_nano,
        end_ns=sent.end_time_unix_nano,
        failed=sent.status.code == Status.STATUS_CODE_ERROR,
        attributes=attributes,
        errors=_errors(sent),
        links=tuple(link.trace_id.hex() for link in sent.links[:MOST_LINKS] if _id(link.trace_id, TRACE_BYTES)),
        pathway_id=_pathway(attributes.get("pmt.pathway.id")),
        trust=str(attributes["pmt.trust"]) if "pmt.trust" in attributes else None,
    )


def _in_order(sent: Sent) -> bool:
    ids = _id(sent.trace_id, TRACE_BYTES) and _id(sent.span_id, SPAN_BYTES)
    under = not sent.parent_span_id or len(sent.parent_span_id) == SPAN_BYTES
    took_ns = sent.end_time_unix_nano - sent.start_time_unix_nano
    return ids and under and 0 <= took_ns <= LONGEST_S * NS_PER_S


def _id(given: bytes, size: int) -> bool:
    return len(given) == size and any(given)


def _errors(sent: Sent) -> tuple[str, ...]:
    """Types of exceptions, never their words."""
    told = (
        scrub.allowed(_plain(event.attributes), scrub.EVENT_ATTRIBUTES)
        for event in sent.events[:MOST_LINKS]
        if event.name == "exception"
    )
    return tuple(str(each["exception.type"]) for each in told if "exception.type" in each)


def _pathway(given: str | int | None) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:  # an opaque id with a word before it: not a pathway's own
        return None


def _plain(attributes: Iterable[KeyValue]) -> dict[str, str | int]:
    """Texts and whole numbers; everything else is on no list."""
    found: dict[str, str | int] = {}
    for each in attributes:
        value: AnyValue = each.value
        if value.HasField("string_value"):
            found[each.key] = value.string_value
        elif value.HasField("int_value"):
            found[each.key] = value.int_value
    return found
