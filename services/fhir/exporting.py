"""`/fhir/$export`: an auditor asks for everything of the trust, asks how far it is, and fetches it in parts.

In the shape of FHIR Bulk Data Access, and no conformance to it is claimed: the whole system only, no `_since`, no
`_type`, no groups. One snapshot, nobody is named in it, and every step is on the audit.
"""

import gzip
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from services.fhir.opening import reader_of, root
from services.fhir.outcomes import FhirRoute, answer, described, refused
from services.fhir.scopes import for_everything
from services.identity import Acting
from services.wiring import Wired, Wiring, answering_in_time
from shared.contracts.patience import EXPORT_RETRY_S
from shared.fhir.elements import Json, instant
from shared.fhir.inbound_reading import Wrong
from shared.ledger.acts import NotAllowed
from shared.ledger.fhir_exports import Asked, Exports, State, UnderWay
from shared.pathway.people import Role
from shared.web.problems import ProblemError, forbidden, unknown

EXPORT, EXPORTS = "/fhir/$export", "/fhir/exports/{export}"
NDJSON = "application/fhir+ndjson"
FORMATS = frozenset({NDJSON, "application/ndjson", "ndjson"})
AGAIN_S = 5
"""How soon to ask again how far an export is."""

router = APIRouter(tags=["fhir"], route_class=FhirRoute)
Auditor = Annotated[Acting, Depends(for_everything(frozenset({Role.AUDITOR})))]


async def _id(export: str) -> str:
    try:
        return str(UUID(export))
    except ValueError:
        raise unknown() from None


ExportId = Annotated[str, Depends(_id)]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


def _answers(done: int, *statuses: int) -> dict[str, Any]:
    return {"response_class": Response, "responses": described(done, *statuses), "status_code": done}


@router.get(EXPORT, operation_id="fhir_export", **_answers(202, 400, 429))
async def ask(
    *,
    request: Request,
    acting: Auditor,
    prefer: Annotated[str | None, Header(description="respond-async")] = None,
    wiring: Wired,
) -> Response:
    """Ask for an export of the whole trust. Content-Location says where to ask how far it is."""
    if wrong := _not_understood(request, prefer):
        return refused(400, [Wrong("", wrong, "not-supported")])
    async with answering_in_time():
        asked = await _exports(acting, wiring).ask(acting.trust, acting.signature)
    if isinstance(asked, NotAllowed):
        raise forbidden("The trust's staff directory does not give you this role")
    if isinstance(asked, UnderWay):
        later = {"Retry-After": str(EXPORT_RETRY_S)}
        raise ProblemError(429, "under-way", "An export of this trust is under way", headers=later)
    place = f"{root(request)}/exports/{asked}"
    return Response(status_code=202, headers={"Content-Location": place, "Cache-Control": "no-store"})


def _not_understood(request: Request, prefer: str | None) -> str:
    """What of this request is not done here, in words; "" for nothing."""
    if "respond-async" not in {each.strip() for each in (prefer or "").split(",")}:
        return "An export is made later: send Prefer: respond-async"
    given = request.query_params.multi_items()
    if [name for name, _value in given if name != "_outputFormat"]:
        return "Only _outputFormat is understood"
    return "" if all(value in FORMATS for _name, value in given) else "The format is application/fhir+ndjson"


@router.get(EXPORTS, operation_id="fhir_export_status", **_answers(200, 404))
async def look(*, request: Request, acting: Auditor, export: ExportId, wiring: Wired) -> Response:
    """How far it is: 202 with X-Progress, or 200 with the addresses of its parts."""
    async with answering_in_time():
        found = await _exports(acting, wiring).look(acting.trust, acting.signature, export)
    if found is None:
        raise unknown()
    if found.state is State.FAILED:
        return refused(500, [Wrong("", "The export could not be made. Ask for it again", "exception")])
    if found.state is not State.DONE or found.snapshot_at is None or found.expires_at is None:
        headers = {"X-Progress": _progress(found), "Retry-After": str(AGAIN_S), "Cache-Control": "no-store"}
        return Response(status_code=202, headers=headers)
    written = _manifest(found, found.snapshot_at, root(request))
    answered = answer(written, 200, Expires=format_datetime(found.expires_at, usegmt=True))
    answered.headers["content-type"] = "application/json"
    return answered


def _progress(found: Asked) -> str:
    if found.state is State.WAITING or found.pathways is None:
        return "waiting"
    return f"{found.told} of {found.pathways} pathways"


def _manifest(found: Asked, snapshot_at: datetime, address: str) -> Json:
    """`requiresAccessToken`: each part is asked for with the same token."""
    place = f"{address}/exports/{found.id}"
    return {
        "transactionTime": instant(snapshot_at),
        "request": f"{address}/$export",
        "requiresAccessToken": True,
        "output": [
            {"type": each.kind, "url": f"{place}/{each.kind}.{each.number}.ndjson", "count": each.resources}
            for each in found.parts
        ],
        "error": [],
    }


@router.get(f"{EXPORTS}/{{kind}}.{{number}}.ndjson", operation_id="fhir_export_part", **_answers(200, 404))
async def fetch(*, acting: Auditor, export: ExportId, kind: str, number: Number, wiring: Wired) -> Response:
    """One part: a resource in each line."""
    async with answering_in_time():
        exports = _exports(acting, wiring)
        content = await exports.part(acting.trust, acting.signature, export, kind, number)
    if content is None:
        raise unknown()
    return Response(gzip.decompress(content), 200, {"Cache-Control": "no-store"}, NDJSON)


@router.delete(EXPORTS, operation_id="fhir_export_cancel", **_answers(202, 404))
async def cancel(*, acting: Auditor, export: ExportId, wiring: Wired) -> Response:
    """End it, or take away what it made."""
    async with answering_in_time():
        cancelled = await _exports(acting, wiring).cancel(acting.trust, acting.signature, export)
    if not cancelled:
        raise unknown()
    return Response(status_code=202)


def _exports(acting: Acting, wiring: Wiring) -> Exports:
    return reader_of(acting, wiring).reception.exports
