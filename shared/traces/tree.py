"""A trace as a tree: which span lies under which, what is missing, whose clock is wrong. Pure.

Spans come late, twice, or not at all, and from anybody: a missing parent, a ring or a tower of spans must not break
the page that somebody needs in an outage.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.traces.span import NS_PER_MS, Span

DEEPEST = 24
MOST_ROWS = 300
SKEW_NS = 2 * NS_PER_MS  # clocks of one machine differ by less


@dataclass(frozen=True, slots=True)
class Row:
    """One span in its place. `orphan`: its parent is not here. `skewed`: it begins before its parent does."""

    span: Span
    depth: int
    orphan: bool
    skewed: bool
    offset_ns: int


@dataclass(frozen=True, slots=True)
class Tree:
    """All rows from the first to the last, parents before children. `left_out` spans did not fit on a page."""

    trace_id: str
    rows: tuple[Row, ...]
    start_ns: int
    end_ns: int
    left_out: int

    @property
    def spans_missing(self) -> bool:
        return any(row.orphan for row in self.rows)

    @property
    def clock_skew(self) -> bool:
        return any(row.skewed for row in self.rows)

    @property
    def services(self) -> tuple[str, ...]:
        """In the order in which they first took part."""
        return tuple(dict.fromkeys(row.span.service for row in self.rows))

    @property
    def failed(self) -> bool:
        return any(row.span.failed for row in self.rows)

    @property
    def took_ns(self) -> int:
        return self.end_ns - self.start_ns


def tree(trace_id: str, spans: Iterable[Span]) -> Tree | None:
    """The tree of these spans of one trace; None for no spans at all."""
    known = {each.span_id: each for each in sorted(spans, key=lambda each: (each.start_ns, each.span_id))}
    if not known:
        return None
    start_ns = min(each.start_ns for each in known.values())
    rows = list(_rows(known, start_ns))
    return Tree(
        trace_id,
        tuple(rows[:MOST_ROWS]),
        start_ns,
        max(each.end_ns for each in known.values()),
        len(known) - min(len(rows), MOST_ROWS),
    )


def _rows(known: Mapping[str, Span], start_ns: int) -> Iterator[Row]:
    """Depth first, without recursion: a tower of a thousand spans is drawn like one of DEEPEST."""
    under: dict[str, list[Span]] = defaultdict(list)
    for each in known.values():
        under[each.parent_id].append(each)
    first = [each for each in known.values() if each.parent_id not in known]
    waiting = [(each, 0) for each in reversed([*first, *_ring_breakers(known, first, under)])]
    seen: set[str] = set()
    while waiting:
        span, depth = waiting.pop()
        if span.span_id in seen:
            continue
        seen.add(span.span_id)
        yield _row(span, known.get(span.parent_id), depth, start_ns)
        waiting += [(each, min(depth + 1, DEEPEST)) for each in reversed(under[span.span_id])]


def _ring_breakers(known: Mapping[str, Span], first: list[Span], under: Mapping[str, list[Span]]) -> list[Span]:
    """Spans that are nobody's descendants, since they lie under one another: each is shown, the earliest on top."""
    reached, waiting = set[str](), [each.span_id for each in first]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += [each.span_id for each in under.get(here, ())]
    return [each for each in known.values() if each.span_id not in reached]


def _row(span: Span, parent: Span | None, depth: int, start_ns: int) -> Row:
    orphan = bool(span.parent_id) and parent is None
    skewed = parent is not None and span.start_ns + SKEW_NS < parent.start_ns
    return Row(span, depth, orphan, skewed, span.start_ns - start_ns)
