"""Log lines: JSON on stderr, tied to the trace, and without the words of any exception.

Drivers and validators repeat the values that they were given, so of an error a line has type and frames only.
"""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from opentelemetry import trace
from typing_extensions import override

from shared.wiring import scrub

OWN = frozenset({"shared", "activities", "workflows", "services", "deploy", "__main__"})
# They log one line for each call; what matters of it is in the trace.
ONLY_WARNINGS = ("httpx", "httpcore", "asyncio", "temporalio")
ONLY_ONCE = ("opentelemetry.sdk._shared_internal", "opentelemetry.exporter.otlp.proto.http.trace_exporter")
MOST_FRAMES = 20
MOST_CAUSES = 5

log = logging.getLogger(__name__)


def _is_ours(logger: str) -> bool:
    return logger.partition(".")[0] in OWN


def _message(record: logging.LogRecord) -> str:
    """Return the words of a line: ours with their arguments, a library's as its bare template.

    What a library fills in, or has filled in after " ({", may come from a patient's record or from an error.
    """
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if _is_ours(record.name):
        return scrub.line(record.getMessage())
    return scrub.line(record.msg.partition(" ({")[0])


def _frames(trail: TracebackType | None) -> list[str]:
    found = [
        f"{frame.f_globals.get('__name__', '?')}:{number} {frame.f_code.co_name}"
        for frame, number in traceback.walk_tb(trail)
    ]
    return found[-MOST_FRAMES:]


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    """Return the error and its causes, outermost first: type and frames, never a message."""
    told: list[dict[str, Any]] = []
    while error is not None and len(told) < MOST_CAUSES:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        told.append({"type": kind, "frames": _frames(error.__traceback__)})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


class Line(logging.Formatter):
    """Writes one record as one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    @override
    def format(self, record: logging.LogRecord) -> str:
        written: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "service": self._service,
            **self._whose(record),
        }
        if record.exc_info and record.exc_info[1]:
            written["errors"] = _chain(record.exc_info[1])
        return json.dumps(written)

    @staticmethod
    def _whose(record: logging.LogRecord) -> dict[str, str | int]:
        """Return the ids of the trace and, if the caller gave it as `extra`, of the pathway."""
        span = trace.get_current_span().get_span_context()
        ids: dict[str, str | int] = {}
        if span.is_valid:
            ids = {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
        pathway = {"pmt.pathway.id": getattr(record, "pathway_id", None)}
        if kept := scrub.allowed(pathway, scrub.SPAN_ATTRIBUTES):
            ids["pathway_id"] = kept["pmt.pathway.id"]
        return ids


class Stderr(logging.Handler):
    """Writes to whatever stderr is now. A record that cannot be written leaves a line that says only so."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 (logging must never stop the work, nor print what it was given)
            line = '{"level": "ERROR", "message": "a log line could not be written"}'
        sys.stderr.write(line + "\n")


class OnceEach(logging.Filter):
    """Lets each message through once: a collector that stays away is no news."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[str] = set()

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        told, key = self._told, f"{record.name}:{record.lineno}"
        if key in told:
            return False
        told.add(key)
        return True


def _last_words(kind: type[BaseException], error: BaseException | None, trail: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the process ends on an error", exc_info=(kind, error or kind(), trail))


def _threads_last_words(ended: threading.ExceptHookArgs) -> None:
    _last_words(ended.exc_type, ended.exc_value, ended.exc_traceback)


def start(service: str, *, level: int = logging.INFO) -> None:
    """Send everything that is logged in this process, by us or by libraries, to stderr as JSON lines.

    Run uvicorn with `log_config=None`. Its access log stays off: every request has a span instead.
    """
    written = Stderr()
    written.setFormatter(Line(service))
    logging.basicConfig(handlers=[written], level=level, force=True)
    logging.captureWarnings(capture=True)
    for name in ONLY_WARNINGS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ONLY_ONCE:
        logging.getLogger(name).addFilter(OnceEach())
    logging.getLogger("uvicorn.access").disabled = True
    # Python would print the message of an error that nobody caught.
    sys.excepthook = _last_words
    threading.excepthook = _threads_last_words
