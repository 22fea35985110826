"""GET /operations/services: which service caused work in which other one, as a drawing and as the same in a table."""

from fastapi import APIRouter, Request, Response

from services.pages.operations.shown import took_words
from services.pages.operations.watched import SERVICES, Operator, Watched
from services.wiring import answering_in_time
from shared.traces.service_map import BOX_HEIGHT, BOX_WIDTH, drawing
from shared.web.pages.environment import render
from shared.web.pages.words import spoken

HOURS = 24

router = APIRouter()


@router.get(SERVICES)
async def show(request: Request, acting: Operator, watch: Watched) -> Response:
    """The last day; in the table what failed stands first."""
    async with answering_in_time():
        calls = await watch.traces.calls(acting.trust, hours=HOURS)
    return render(
        request,
        "operations/services.jinja",
        title=spoken()("operations.services"),
        wide=True,
        current="operations",
        map=drawing(calls) if calls else None,
        box=(BOX_WIDTH, BOX_HEIGHT),
        calls=[(each, took_words(each.median_ms)) for each in sorted(calls, key=lambda call: -call.failed)],
    )
