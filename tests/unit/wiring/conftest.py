"""Tracing and logging of a test leave nothing behind for the next one."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.wiring import telemetry


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Start tracing into memory; read it after `telemetry.stop()`."""
    memory = InMemorySpanExporter()
    telemetry.start("test", onward=memory)
    yield memory
    telemetry.stop()


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Give the test the logging of the process, and put everything back after it."""
    root, access = logging.getLogger(), logging.getLogger("uvicorn.access")
    kept = root.handlers[:], root.level, access.disabled, sys.excepthook, threading.excepthook
    shown = warnings.showwarning
    root.handlers = []  # pytest's own capture must not be closed by a forced configuration
    yield
    root.handlers, root.level, access.disabled, sys.excepthook, threading.excepthook = kept
    logging.captureWarnings(capture=False)
    warnings.showwarning = shown
