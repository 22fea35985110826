"""One span as it is kept: who did what, from when to when, under which other span. Nothing in it is about a patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
NS_PER_US = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Ids are hexadecimal; `parent_id` is "" for the first span of a trace. Times are nanoseconds since 1970.

    `attributes` are those of the allow-list, `errors` types of exceptions, `links` ids of other traces.
    """

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: str
    start_ns: int
    end_ns: int
    failed: bool = False
    attributes: Mapping[str, str | int] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    pathway_id: UUID | None = None
    trust: str | None = None

    @property
    def took_ms(self) -> float:
        return (self.end_ns - self.start_ns) / NS_PER_MS

    @property
    def began_at(self) -> datetime:
        return instant(self.start_ns)


def instant(ns: int) -> datetime:
    """Nanoseconds since 1970 as an instant, to the microsecond."""
    return EPOCH + timedelta(microseconds=ns // NS_PER_US)


def nanoseconds(at: datetime) -> int:
    """An instant as nanoseconds since 1970. Exact: no floating point on the way."""
    return (at - EPOCH) // timedelta(microseconds=1) * NS_PER_US
