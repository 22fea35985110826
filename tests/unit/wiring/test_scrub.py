"""The scrub: whatever somebody records on a span, nothing of a patient gets out."""

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceState

from shared.wiring import scrub
from shared.wiring.span_queue import ScrubbingExporter

NHS_NUMBER = "9434765919"
CANARIES = [
    NHS_NUMBER,
    "943 476 5919",
    "943-476-5919",
    "Canary, Jane",
    "She said it hurts",
    "1950-03-09 born",
]
PATHWAY = "0b7f3a52-6d0e-4b6e-9a57-1f2f5a3c9d10"


def sent(span: ReadableSpan) -> ReadableSpan:
    memory = InMemorySpanExporter()
    ScrubbingExporter(memory).export([span])
    return memory.get_finished_spans()[0]


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_planted_everywhere_in_a_span_does_not_leave_the_process(canary: str) -> None:
    everywhere = dict.fromkeys([*scrub.SPAN_ATTRIBUTES, "url.full", "db.query.text", "note"], canary)
    stranger = SpanContext(1, 2, is_remote=True, trace_state=TraceState([("k", "Canary")]))
    memory = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource(dict.fromkeys([*scrub.RESOURCE_ATTRIBUTES, "host.name"], canary)))
    provider.add_span_processor(SimpleSpanProcessor(ScrubbingExporter(memory)))
    tracer = provider.get_tracer("test")

    with tracer.start_as_current_span(
        f"GET {canary}!", attributes=everywhere, links=[Link(stranger, {"note": canary})]
    ) as span:
        span.add_event(canary, {"note": canary})
        span.record_exception(ValueError(canary), {"note": canary})
        span.set_status(Status(StatusCode.ERROR, canary))

    gone = "".join(found.to_json() for found in memory.get_finished_spans())
    assert gone
    for secret in [canary, *CANARIES, "Canary"]:
        assert secret not in gone


def test_what_operations_need_stays_on_the_span() -> None:
    kept: dict[str, str | int] = {
        "http.request.method": "POST",
        "http.route": "/api/pathways/{pathway_id}/{record}",
        "http.response.status_code": 409,
        "error.type": "asyncpg.exceptions.LockNotAvailableError",
        "pmt.pathway.id": PATHWAY,
        "temporalWorkflowID": f"pathway-{PATHWAY}",
        "pmt.pathway.step": "mdt_review",
        "pmt.record": "mdt_decision",
        "pmt.trust": "RXX",
    }
    span = ReadableSpan(
        "POST /api/pathways/{pathway_id}/{record}",
        attributes=kept,
        resource=Resource({"service.name": "consent"}),
        status=Status(StatusCode.ERROR),
        start_time=1,
        end_time=2,
    )

    after = sent(span)

    assert after.name == span.name
    assert after.attributes == kept
    assert after.resource.attributes == {"service.name": "consent"}
    assert after.status.status_code is StatusCode.ERROR
    assert (after.start_time, after.end_time) == (1, 2)


def test_an_error_is_sent_as_its_type_only() -> None:
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ScrubbingExporter(memory)))

    with (
        pytest.raises(KeyError),
        provider.get_tracer("test").start_as_current_span("look at pathway"),
    ):
        raise KeyError(NHS_NUMBER)

    [span] = memory.get_finished_spans()
    assert [dict(event.attributes or {}) for event in span.events] == [{"exception.type": "KeyError"}]
    assert span.status.description is None


@pytest.mark.parametrize(
    ("name", "sent_as"),
    [
        ("POST /api/pathways/{pathway_id}/{record}", "POST /api/pathways/{pathway_id}/{record}"),
        (f"GET /pathways/{PATHWAY}", "GET /pathways/{id}"),
        (f"GET /patients/{NHS_NUMBER}", "unnamed"),
        ("GET /patients/943-476-5919", "unnamed"),
        ("GET /patients?name=Canary", "unnamed"),
        ("Canary, Jane", "unnamed"),
        ("a b c d e f g h", "unnamed"),
        ("", "unnamed"),
        ("n\u0430me", "unnamed"),
    ],
)
def test_span_names_are_plain_and_carry_no_id(name: str, sent_as: str) -> None:
    assert scrub.span_name(name) == sent_as


@pytest.mark.parametrize("number", [10**6, 9434765919, 19500309, -(10**9)])
def test_a_number_long_enough_to_be_a_persons_is_dropped(number: int) -> None:
    assert scrub.allowed({"pmt.attempt": number}, scrub.SPAN_ATTRIBUTES) == {}


@pytest.mark.parametrize("value", [True, 1.5, ["POST"], ("POST",), None, b"POST"])
def test_a_value_of_another_kind_is_dropped(value: object) -> None:
    given = {"http.request.method": value, "pmt.attempt": value}

    assert scrub.allowed(given, scrub.SPAN_ATTRIBUTES) == {}


@pytest.mark.parametrize("text", ["9434765919", "943 476 5919", "943-476-5919", "x9434765919y", "9.4.3.4.7.6.5.9.1.9"])
def test_a_patients_number_is_recognised_however_it_is_typed(text: str) -> None:
    assert scrub.names_a_person(text)


def test_an_id_of_digits_is_no_patients_number() -> None:
    assert not scrub.names_a_person("12345678-1234-1234-1234-123456789012")
