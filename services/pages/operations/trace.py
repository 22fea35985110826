"""GET /operations/traces/{trace_id}: one trace as a table with bars, span under span. It works without a drawing.

A trace that is not here is no error: spans arrive some seconds late, and are dropped after some days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.pages.operations.shown import moment_words, pathway_address, took_words
from services.pages.operations.watched import TRACES, Operator, Watched
from services.wiring import answering_in_time
from shared.traces.span import NS_PER_MS, instant
from shared.traces.tree import Row, Tree, tree
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.problems import unknown

ON_A_PAGE = 50
BAR_WIDTH = 1000
THINNEST = 4
DEEPEST_SHOWN = 8
SHOWN_ELSEWHERE = frozenset({"pmt.pathway.id", "pmt.trust"})
_TRACE_ID = re.compile(r"[0-9a-f]{32}")

router = APIRouter()


@dataclass(frozen=True, slots=True)
class SpanShown:
    """One row: `x` and `width` of its bar in thousandths of the whole trace; `depth` how far it is moved in."""

    service: str
    name: str
    depth: int
    began: str
    took: str
    x: int
    width: int
    tags: tuple[Tag, ...]
    about: tuple[tuple[str, str], ...]


@router.get(f"{TRACES}/{{trace_id}}")
async def show(
    *,
    request: Request,
    acting: Operator,
    watch: Watched,
    trace_id: str,
    begin: Annotated[int, Query(ge=0, le=10_000, alias="from")] = 0,
) -> Response:
    """The waterfall. 404 for what is no trace id at all."""
    if _TRACE_ID.fullmatch(trace_id) is None:
        raise unknown()
    say = spoken()
    async with answering_in_time():
        found = tree(trace_id, await watch.traces.trace(acting.trust, trace_id))
    title = say("operations.trace_heading", start=trace_id[:8])
    if found is None:
        days = watch.traces.keep_days
        return render(request, "operations/no_trace.jinja", title=title, current="operations", keep_days=days)
    rows = found.rows[begin : begin + ON_A_PAGE]
    return render(
        request,
        "operations/trace.jinja",
        title=title,
        wide=True,
        current="operations",
        **_facts(found),
        rows=[_row(each, found) for each in rows],
        next_from=begin + ON_A_PAGE if begin + ON_A_PAGE < len(found.rows) else 0,
        left_out=found.left_out,
        here=f"{TRACES}/{trace_id}",
        elsewhere=watch.elsewhere(trace_id),
        trace_id=trace_id,
    )


def _facts(found: Tree) -> dict[str, Any]:
    """What stands over the table."""
    pathways = dict.fromkeys(str(row.span.pathway_id) for row in found.rows if row.span.pathway_id)
    links = dict.fromkeys(each for row in found.rows for each in row.span.links if each != found.trace_id)
    return {
        "began": moment_words(instant(found.start_ns)),
        "whole": took_words(found.took_ns / NS_PER_MS),
        "services": found.services,
        "span_count": len(found.rows) + found.left_out,
        "missing": found.spans_missing,
        "skew": found.clock_skew,
        "failed": found.failed,
        "pathways": [(pathway_address(each), reference_words(each)) for each in pathways],
        "links": [(f"{TRACES}/{each}", each[:8]) for each in links],
    }


def _row(row: Row, found: Tree) -> SpanShown:
    span, whole = row.span, max(found.took_ns, 1)
    width = max(THINNEST, (span.end_ns - span.start_ns) * BAR_WIDTH // whole)
    x = min(max(row.offset_ns, 0) * BAR_WIDTH // whole, BAR_WIDTH - THINNEST)
    return SpanShown(
        service=span.service,
        name=span.name,
        depth=min(row.depth, DEEPEST_SHOWN),
        began=took_words(row.offset_ns / NS_PER_MS),
        took=took_words(span.took_ms),
        x=x,
        width=min(width, BAR_WIDTH - x),
        tags=tuple(_tags(row)),
        about=tuple(_about(row)),
    )


def _tags(row: Row) -> Iterator[Tag]:
    say = spoken()
    if row.span.failed:
        yield Tag(say("operations.failed"), "red")
    if row.orphan:
        yield Tag(say("operations.orphan"), "yellow")
    if row.skewed:
        yield Tag(say("operations.skewed"), "orange")


def _about(row: Row) -> Iterator[tuple[str, str]]:
    """What the allow-list let through, as it stands in the span."""
    for name, value in sorted(row.span.attributes.items()):
        if name not in SHOWN_ELSEWHERE:
            yield name, str(value)
    for each in row.span.errors:
        yield "exception.type", each
