"""The way of a span out of the process: a bounded queue, scrubbed at its end, and every loss counted."""

import logging
from collections.abc import Sequence
from itertools import count

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from typing_extensions import override

from shared.wiring import metrics, scrub

log = logging.getLogger(__name__)


class ScrubbingExporter(SpanExporter):
    """Scrubs every span on its way to the real exporter, and counts those that arrived."""

    def __init__(self, onward: SpanExporter) -> None:
        self._onward = onward
        self._told = False
        self.delivered = 0

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._onward.export([scrub.scrubbed(span) for span in spans])
        if result is SpanExportResult.SUCCESS:
            self.delivered += len(spans)
            return result
        metrics.NOT_TAKEN.inc(len(spans))
        if not self._told:
            self._told = True
            log.warning("spans are being lost: the collector does not take them")
        return result

    @override
    def shutdown(self) -> None:
        self._onward.shutdown()


class CountingQueue(BatchSpanProcessor):
    """A bounded queue before the exporter that knows how many spans were put in, kept or not."""

    def __init__(self, exporter: ScrubbingExporter) -> None:
        super().__init__(exporter)
        self._ended = count()  # atomic, unlike += from several threads
        self._exporter = exporter

    @override
    def on_end(self, span: ReadableSpan) -> None:
        next(self._ended)
        metrics.SPANS.inc()
        if self._is_full():
            metrics.QUEUE_FULL.inc()
        super().on_end(span)

    def _is_full(self) -> bool:
        waiting = self._batch_processor._queue  # noqa: SLF001 -- it tells nobody; a test sees when it is called otherwise
        return len(waiting) == waiting.maxlen

    def lost(self) -> int:
        """Return how many spans never arrived. Meant for the end: what still waits counts as lost."""
        return next(self._ended) - self._exporter.delivered
