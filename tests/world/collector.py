"""An OTLP/HTTP collector of the tests: keeps the raw bytes, and reads the spans out of them."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from typing_extensions import override


@dataclass(frozen=True)
class Seen:
    """One span as it arrived."""

    trace: str
    span: str
    parent: str
    name: str
    service: str
    pathway: str
    links: tuple[str, ...] = ()
    kind: str = ""
    record: str = ""


@dataclass
class Collector:
    bodies: list[bytes] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def start(self) -> None:
        bodies = self.bodies

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                zipped = self.headers.get("Content-Encoding") == "gzip"
                bodies.append(gzip.decompress(body) if zipped else body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Says nothing: the test looks at the bodies."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    def spans(self) -> Iterator[Seen]:
        """Every span that arrived. A batch whose answer was late is sent once more, byte for byte: it counts once."""
        for body in dict.fromkeys(self.bodies):
            for each in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = next(a.value.string_value for a in each.resource.attributes if a.key == "service.name")
                for scope in each.scope_spans:
                    for span in scope.spans:
                        about = {a.key: a.value.string_value for a in span.attributes}
                        yield Seen(
                            span.trace_id.hex(),
                            span.span_id.hex(),
                            span.parent_span_id.hex(),
                            span.name,
                            service,
                            about.get("pmt.pathway.id", ""),
                            tuple(link.trace_id.hex() for link in span.links),
                            Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
                            about.get("pmt.record", ""),
                        )

    def tree(self, trace: str) -> list[Seen]:
        return [span for span in self.spans() if span.trace == trace]
