"""What may leave a process in a trace or a log line: names, codes and opaque ids, each in its own shape.

Whatever is not listed here is dropped, whoever recorded it. Traces are no evidence of care.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, Status

UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
HIGHEST_NUMBER = 999_999  # a port, a status, a version; a birth date or the number of a patient is longer
LONGEST_TEXT = 160

_UUID = re.compile(UUID)
# Ten digits in a row, or with separators: an NHS, CHI or H&C number however it was typed.
_PERSON_NUMBER = re.compile(r"\d(?:[\s._:/-]?\d){9}")
_SPAN_NAME = re.compile(r"[A-Za-z][\w.:/{}-]{0,79}(?: [\w.:/{}-]{1,80}){0,5}", re.ASCII)

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_TERM = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RECORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_ROUTE = re.compile(r"/[A-Za-z0-9_./{}:-]{0,79}")
_OPAQUE = re.compile(rf"(?:[a-z]{{1,20}}-)?{UUID}")
_TRUST = re.compile(r"[A-Z][A-Z0-9]{2,5}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,19}")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_ERROR = re.compile(rf"{_WORD.pattern}|{_STATUS.pattern}")

Shape = re.Pattern[str] | type[int]
SPAN_ATTRIBUTES: Mapping[str, Shape] = {
    "http.request.method": _WORD,
    "http.route": _ROUTE,
    "http.response.status_code": int,
    "url.scheme": _WORD,
    "server.port": int,
    "network.protocol.name": _WORD,
    "network.protocol.version": _VERSION,
    "error.type": _ERROR,
    "db.system.name": _WORD,
    "db.operation.name": _WORD,
    "messaging.system": _WORD,
    "messaging.operation.name": _WORD,
    "messaging.operation.type": _WORD,
    "messaging.destination.name": _WORD,
    "temporalWorkflowID": _OPAQUE,
    "temporalRunID": _OPAQUE,
    "temporalUpdateID": _OPAQUE,
    "temporalActivityID": _OPAQUE,
    "pmt.pathway.id": _OPAQUE,
    "pmt.pathway.step": _TERM,
    "pmt.pathway.version": int,
    "pmt.step.outcome": _TERM,
    "pmt.record": _RECORD,
    "pmt.trust": _TRUST,
    "pmt.attempt": int,
    "pmt.lock.waited_ms": int,
    "pmt.lock.held_ms": int,
    "pmt.policy.version": _VERSION,
}
RESOURCE_ATTRIBUTES: Mapping[str, Shape] = {
    "service.name": _WORD,
    "service.instance.id": _OPAQUE,
    "service.version": _VERSION,
    "deployment.environment.name": _WORD,
    "telemetry.sdk.language": _WORD,
    "telemetry.sdk.name": _WORD,
    "telemetry.sdk.version": _VERSION,
}
EVENT_ATTRIBUTES: Mapping[str, Shape] = {"exception.type": _WORD}


def names_a_person(text: str) -> bool:
    """Decide whether `text` may hold a patient's number; our own ids do not count."""
    return _PERSON_NUMBER.search(_UUID.sub("", text)) is not None


def _stands(value: Any, shape: Shape) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None and not names_a_person(value)
    return type(value) is int and abs(value) <= HIGHEST_NUMBER


def allowed(attributes: Mapping[str, Any] | None, shapes: Mapping[str, Shape]) -> dict[str, str | int]:
    """Return the attributes that are listed and whose values have the listed shape."""
    given = attributes or {}
    return {key: given[key] for key, shape in shapes.items() if key in given and _stands(given[key], shape)}


def span_name(name: str) -> str:
    """Return the name with ids replaced by {id}, or "unnamed" when it is not a plain short name."""
    plain = _UUID.sub("{id}", name)
    if _SPAN_NAME.fullmatch(plain) is None or names_a_person(plain):
        return "unnamed"
    return plain


def line(text: str) -> str:
    """Return the first line of a log text, shortened, without ids and without numbers of patients."""
    first = _UUID.sub("{id}", text.partition("\n")[0])
    return _PERSON_NUMBER.sub("{number}", first)[:LONGEST_TEXT]


def _bare(context: SpanContext) -> SpanContext:
    """Leave out the trace state: other systems write into it what they like."""
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)


def _exceptions(events: Sequence[Event]) -> list[Event]:
    return [
        Event("exception", allowed(event.attributes, EVENT_ATTRIBUTES), event.timestamp)
        for event in events
        if event.name == "exception"
    ]


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    """Rebuild a finished span from what may leave the process; texts of errors never do."""
    scope = span.instrumentation_scope
    return ReadableSpan(
        name=span_name(span.name),
        context=_bare(span.context) if span.context else None,
        parent=_bare(span.parent) if span.parent else None,
        resource=Resource(allowed(span.resource.attributes, RESOURCE_ATTRIBUTES)),
        attributes=allowed(span.attributes, SPAN_ATTRIBUTES),
        events=_exceptions(span.events),
        links=[Link(_bare(link.context)) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=InstrumentationScope(scope.name, scope.version) if scope else None,
    )
