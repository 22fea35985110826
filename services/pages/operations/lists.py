"""GET /operations/traces: the newest traces, all, slow or failed, of one service. Also: the traces of one pathway."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.pages.operations.shown import moment_words, pathway_address, trace_shown
from services.pages.operations.watched import PATHWAYS, TRACES, Operator, Watched
from services.sessions import see_other
from services.wiring import PathwayId, answering_in_time
from shared.contracts.identifiers import NAMESPACE, workflow_id
from shared.traces.store import Wanted
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.words import spoken
from shared.web.problems import unknown

HOURS = (1, 24, 168)
SLOWER_MS = (0, 200, 1000, 5000)
ON_A_PAGE = 40
_REFERENCE = re.compile(r"[0-9a-f]{8,32}")
_GAPS = re.compile(r"[\s-]+")
Typed = Annotated[str, Query(max_length=80)]
Beginning = Annotated[int, Query(ge=0, le=10_000, alias="from")]

router = APIRouter()


@router.get(TRACES)
async def recent(
    *,
    request: Request,
    acting: Operator,
    watch: Watched,
    service: Typed = "",
    failed: Typed = "",
    slower: Typed = "0",
    hours: Typed = "24",
    pathways: Typed = "",
) -> Response:
    """What an unknown choice means is "any": an old link still opens a list."""
    say = spoken()
    wanted = Wanted(
        service=service,
        failed=failed == "yes",
        slower_than_ms=_one_of(slower, SLOWER_MS, 0),
        of_pathways=pathways == "yes",
        hours=_one_of(hours, HOURS, 24),
    )
    async with answering_in_time():
        known = await watch.traces.services(acting.trust, hours=wanted.hours)
        lines = await watch.traces.recent(acting.trust, wanted)
    return render(
        request,
        "operations/traces.jinja",
        title=say("operations.traces"),
        wide=True,
        current="operations",
        wanted=wanted,
        services=known,
        hours=[(each, say(f"operations.hours_{each}")) for each in HOURS],
        slower=[(each, say(f"operations.slower_{each}")) for each in SLOWER_MS],
        traces=[trace_shown(each) for each in lines[:ON_A_PAGE]],
        more=len(lines) > ON_A_PAGE,
        keep_days=watch.traces.keep_days,
    )


@router.get(PATHWAYS)
async def find(request: Request, acting: Operator, watch: Watched, reference: Typed = "") -> Response:
    """Leads to the one pathway with this reference; lists several. Nothing else finds a pathway here."""
    say = spoken()
    typed = _GAPS.sub("", reference).lower()
    right = _REFERENCE.fullmatch(typed) is not None
    found: tuple[UUID, ...] = ()
    if right:
        async with answering_in_time():
            found = await watch.health.referred_to(acting.trust, typed)
    if len(found) == 1:
        return see_other(pathway_address(found[0]))
    wrong = bool(reference) and not right
    return render(
        request,
        "operations/find.jinja",
        status=422 if wrong else 200,
        title=say("operations.find"),
        current="operations",
        typed=reference,
        searched=right,
        found=[(pathway_address(each), str(each)) for each in found],
        errors=[{"text": say("operations.find_wrong"), "href": "#reference"}] if wrong else [],
    )


@router.get(f"{PATHWAYS}/{{pathway_id}}")
async def of_pathway(
    *, request: Request, acting: Operator, watch: Watched, pathway_id: PathwayId, begin: Beginning = 0
) -> Response:
    """Every trace of this pathway, the newest first, with its step and the pathway's own time. 404 for another's."""
    say, which = spoken(), UUID(pathway_id)
    async with answering_in_time():
        course = await watch.health.course(acting.trust, which)
        if not course:
            raise unknown()
        lines = await watch.traces.of_pathway(acting.trust, which, acting.signature)
    return render(
        request,
        "operations/pathway.jinja",
        title=say("operations.pathway_heading", reference=reference_words(pathway_id)),
        wide=True,
        current="operations",
        opened=moment_words(course[0].at),
        newest=moment_words(course[-1].at),
        entries=len(course),
        traces=[trace_shown(each, course) for each in lines[begin : begin + ON_A_PAGE]],
        more=f"{pathway_address(pathway_id)}?from={begin + ON_A_PAGE}" if len(lines) > begin + ON_A_PAGE else "",
        workflow=watch.workflow_address(workflow_id(pathway_id), NAMESPACE),
        keep_days=watch.traces.keep_days,
    )


def _one_of(typed: str, choices: tuple[int, ...], otherwise: int) -> int:
    return next((each for each in choices if str(each) == typed), otherwise)
