"""GET /operations: how the pathways are, from PostgreSQL, and the newest clicks. Counts, ages, references: no patient.

What must not be lost is never counted from spans; only "the registry is being asked again" is, and says so.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from services.pages.operations.shown import age_words, moment_words, pathway_address, trace_shown
from services.pages.operations.watched import HOME, Operator, Watched
from services.wiring import answering_in_time
from shared.traces.pathway_health import PathwayHealth, Trouble, What
from shared.traces.store import Wanted
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken

NEWEST = 8
EACH = 10  # troubles of one kind on the page; the count says how many there are

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Line:
    """One pathway that something is wrong with."""

    reference: str
    address: str
    detail: str
    age: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of trouble: how many, the oldest of them, and what it means; "" where there is none of it."""

    id: str
    title: str
    means: str
    tag: Tag
    lines: tuple[Line, ...]


@router.get(HOME)
async def show(request: Request, acting: Operator, watch: Watched) -> Response:
    """What is not as it should be first."""
    say = spoken()
    async with answering_in_time():
        health = await watch.health.of(acting.trust)
        newest = await watch.traces.recent(acting.trust, Wanted(writing=True))
    return render(
        request,
        "operations/home.jinja",
        title=say("operations.heading"),
        wide=True,
        current="operations",
        open_pathways=health.open_pathways,
        outbox=_outbox(health),
        drift=_drift(health),
        matters=[_matter(what, health) for what in What],
        newest=[trace_shown(each) for each in newest[:NEWEST]],
        temporal_ui=watch.temporal_ui,
    )


def _matter(what: What, health: PathwayHealth) -> Matter:
    say, count = spoken(), health.counts.get(what, 0)
    of_it = [each for each in health.troubles if each.what is what]
    return Matter(
        id=what.value,
        title=say(f"operations.{what.value}"),
        means=say(f"operations.{what.value}_means") if count else "",
        tag=Tag(str(count), "red") if count else Tag(say("operations.none"), "green"),
        lines=tuple(_line(each) for each in of_it[:EACH]),
    )


def _line(trouble: Trouble) -> Line:
    pathway_id = str(trouble.pathway_id)
    return Line(reference_words(pathway_id), pathway_address(pathway_id), trouble.detail, age_words(trouble.age))


def _outbox(health: PathwayHealth) -> str:
    say = spoken()
    if health.outbox_oldest is None:
        return say("operations.outbox_empty")
    return say("operations.outbox_waits", count=health.outbox_rows, age=age_words(health.outbox_oldest))


def _drift(health: PathwayHealth) -> str:
    say = spoken()
    if health.compared is None:
        return say("operations.never_compared")
    return say("operations.compared", count=health.compared.missing, at=moment_words(health.compared.at))
