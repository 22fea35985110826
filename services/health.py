"""Whether this desk lives, and whether it can serve now. Open to anybody: it says nothing but names of parts."""

import asyncio
from collections.abc import Awaitable

from fastapi import APIRouter, Response

from services.described import errors
from services.wiring import Wired
from shared.web.problems import RETRY_AFTER_S, ProblemError
from shared.web.shapes import Health

PROBE_SECONDS = 1.0

router = APIRouter(prefix="/health", tags=["health"])
WELL = Health(status="ok").model_dump_json()


@router.get("/live", response_model=Health)
async def live() -> Response:
    """The process answers."""
    return Response(WELL, media_type="application/json")


@router.get("/ready", response_model=Health, responses={503: errors()[503]})
async def ready(wiring: Wired) -> Response:
    """PostgreSQL and the identity provider answer within a second; otherwise 503 names those that do not."""
    probes = {"postgres": wiring.database_answers(), "identity_provider": wiring.identity.answers()}
    found = await asyncio.gather(*(_in_time(probe) for probe in probes.values()))
    if causes := [name for name, well in zip(probes, found, strict=True) if not well]:
        headers = {"Retry-After": RETRY_AFTER_S}
        raise ProblemError(503, "not-ready", "Not everything this desk needs answers", {"causes": causes}, headers)
    return Response(WELL, media_type="application/json")


async def _in_time(probe: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe
    except TimeoutError:
        return False
