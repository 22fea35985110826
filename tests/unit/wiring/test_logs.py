"""Log lines: a machine reads them, and no exception speaks in them."""

import json
import logging
import threading
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.wiring import logs, telemetry

CANARY = "9434765919"
PATHWAY = "0b7f3a52-6d0e-4b6e-9a57-1f2f5a3c9d10"


class Lines:
    """What this process wrote on stderr since it was last asked."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.raw = ""

    def read(self) -> list[dict[str, Any]]:
        self.raw = self._capsys.readouterr().err
        return [json.loads(line) for line in self.raw.splitlines()]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], own_logging: None) -> Lines:
    del own_logging
    logs.start("consent")
    return Lines(capsys)


def test_a_line_says_when_who_and_what(lines: Lines) -> None:
    logging.getLogger("services.consent").info("kept version %d", 3, extra={"pathway_id": PATHWAY})

    [line] = lines.read()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "services.consent",
        "message": "kept version 3",
        "service": "consent",
        "pathway_id": PATHWAY,
    }


@pytest.mark.usefixtures("spans")
def test_a_line_carries_the_ids_of_its_trace(lines: Lines) -> None:
    with telemetry.continuing(None, "click"):
        logging.getLogger("services.consent").info("kept")
        current = telemetry.traceparent()

    [line] = lines.read()
    assert current == f"00-{line['trace_id']}-{line['span_id']}-03"


async def test_a_line_written_during_a_request_carries_the_ids_of_the_spans_around_it(
    lines: Lines, spans: InMemorySpanExporter
) -> None:
    app = FastAPI()

    @app.get("/look")
    async def look() -> None:
        logging.getLogger("services.consent").info("looked")
        with telemetry.within("fold"):
            logging.getLogger("services.consent").info("folded")

    telemetry.instrument(app, service="consent")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        await client.get("/look")
    telemetry.stop()

    wanted = {span.name: span.context for span in spans.get_finished_spans()}
    looked, folded = lines.read()
    for line, context in ((looked, wanted["GET /look"]), (folded, wanted["fold"])):
        assert context
        assert (line["trace_id"], line["span_id"]) == (f"{context.trace_id:032x}", f"{context.span_id:016x}")


def look_up() -> None:
    known: dict[str, str] = {}
    try:
        known[CANARY]
    except KeyError as cause:
        raise ValueError(f"number {CANARY}") from cause


@pytest.mark.parametrize("logger", ["services.consent", "asyncio", "uvicorn.error", "temporalio.activity"])
def test_an_error_is_told_without_its_message(lines: Lines, logger: str) -> None:
    try:
        look_up()
    except ValueError:
        logging.getLogger(logger).exception("it failed")

    [line] = lines.read()
    assert CANARY not in lines.raw
    assert [error["type"] for error in line["errors"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert line["errors"][0]["frames"][-1].endswith(" look_up")


@pytest.mark.parametrize("logger", ["asyncpg", "uvicorn.error", "py.warnings"])
def test_what_a_library_fills_in_is_left_out(lines: Lines, logger: str) -> None:
    logging.getLogger(logger).warning("bad value %s", "Canary")

    assert [line["message"] for line in lines.read()] == ["bad value %s"]


def test_a_library_that_logs_an_error_as_its_message_shows_the_type_only(lines: Lines) -> None:
    logging.getLogger("uvicorn.error").error(OSError("Canary"))

    assert [line["message"] for line in lines.read()] == ["OSError"]


def test_temporals_own_lines_lose_the_ids_and_words_that_it_adds(lines: Lines) -> None:
    logging.getLogger("temporalio.activity").warning(
        "Completing activity as failed ({'workflow_id': 'Canary', 'attempt': 1})",
        extra={"temporal_activity": {"workflow_id": "Canary"}},
    )

    assert [line["message"] for line in lines.read()] == ["Completing activity as failed"]
    assert "Canary" not in lines.raw


def test_asyncios_report_of_a_forgotten_error_stops_before_the_error(lines: Lines) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: <Task ValueError('Canary')>")

    assert [line["message"] for line in lines.read()] == ["Task exception was never retrieved"]


@pytest.mark.parametrize("text", ["number 9434765919", "number 943 476 5919", f"pathway {PATHWAY}"])
def test_a_number_in_our_own_words_is_blanked(lines: Lines, text: str) -> None:
    logging.getLogger("services.consent").info("seen %s", text)

    assert lines.read()[0]["message"] in {"seen number {number}", "seen pathway {id}"}


def test_a_pathway_id_that_is_no_opaque_id_is_left_out(lines: Lines) -> None:
    logging.getLogger("services.consent").info("kept", extra={"pathway_id": "Canary"})

    assert "Canary" not in json.dumps(lines.read())


def test_a_line_break_cannot_forge_a_second_line(lines: Lines) -> None:
    logging.getLogger("services.consent").info('kept\n{"level": "INFO"}')

    assert [line["message"] for line in lines.read()] == ["kept"]


def test_a_record_that_cannot_be_written_says_so_and_nothing_else(lines: Lines) -> None:
    unwritable = logging.LogRecord("services.consent", logging.INFO, "", 1, "kept %d", (CANARY,), None)

    logs.Stderr().handle(unwritable)

    assert [line["message"] for line in lines.read()] == ["a log line could not be written"]
    assert CANARY not in lines.raw


def test_requests_are_not_logged_line_by_line(lines: Lines) -> None:
    logging.getLogger("uvicorn.access").info("GET /")
    logging.getLogger("httpx").info("HTTP Request: GET http://registry/entries")

    assert lines.read() == []


def test_an_error_that_ends_a_thread_is_told_without_its_message(lines: Lines) -> None:
    def fail() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    assert [line["level"] for line in lines.read()] == ["CRITICAL"]
    assert CANARY not in lines.raw


def test_a_collector_that_stays_away_is_reported_once(lines: Lines) -> None:
    exporter = logging.getLogger(logs.ONLY_ONCE[0])
    for _ in range(3):
        exporter.warning("Queue full, dropping %s.", "Span")

    assert len(lines.read()) == 1
