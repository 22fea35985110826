"""GET /downtime: the paper sheets to print in advance, without any patient; all of them, or one (hazard H-10)."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.limiting import stand_aside
from services.pages.case.ways import SHOWN, group_of
from services.pages.documents.making import as_pdf
from services.reading import READERS
from services.sessions import page_actor
from shared.documents.drawing import whole
from shared.documents.pdf import PrintingUnavailableError, can_print, pdf_made_apart
from shared.documents.sheets import as_printed, kinds_on_paper, sheets
from shared.documents.wording import wording
from shared.ledger import PatientIdentity
from shared.pathway.break_glass import BreakGlass
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.referral import Referral
from shared.pathway.stages import KINDS
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import ProblemError, unknown

ALL = "all"
EMERGENCY = (Referral.kind, BreakGlass.kind, ProcedureStart.kind, ProcedureEnd.kind)
"""What a leg in danger needs written down before anything else, in its order."""
Anybody = Annotated[Acting, Depends(page_actor(READERS))]
router = APIRouter(include_in_schema=False)
_MADE: dict[str, bytes] = {}
_ONE_AT_A_TIME = asyncio.Lock()


@router.get("/downtime")
async def show(request: Request, reader: Anybody) -> Response:
    """What to do while the service is away, and every sheet."""
    del reader
    return render(
        request,
        "documents/downtime.jinja",
        title=spoken()("downtime.title"),
        groups=tuple(_groups()),
        can_print=can_print(),
    )


def _groups() -> Iterator[dict[str, Any]]:
    """The sheets in the groups of the case page: an emergency first, then what goes wrong, then as care goes on."""
    say, kinds = spoken(), [each.name for each in kinds_on_paper(KINDS.values())]
    yield {"heading": say("downtime.emergency"), "kinds": [(each, say(f"form.{each}")) for each in EMERGENCY]}
    for group in ("wrong", *(each for each in SHOWN if each != "wrong")):
        found = [(each, say(f"form.{each}")) for each in kinds if group_of(each) == group and each not in EMERGENCY]
        if found:
            yield {"heading": say(f"ways.{group}"), "kinds": found}


@router.get("/downtime/{kind}/pdf")
async def download(request: Request, reader: Anybody, kind: str) -> Response:
    """One record's sheet, or all in one file. Made once: it is the same for everybody."""
    del reader
    if kind != ALL and kind not in {each.name for each in kinds_on_paper(KINDS.values())}:
        raise unknown()
    stand_aside(request)
    try:
        content = await _sheets(kind)
    except PrintingUnavailableError:
        raise ProblemError(503, "printing", "This machine cannot make PDFs: Pango is not installed") from None
    return as_pdf(content, f"{wording('paper_sheets').number.lower()}-{kind.replace('_', '-')}")


async def _sheets(kind: str) -> bytes:
    """Made once in this process; who asks meanwhile waits for the same one."""
    async with _ONE_AT_A_TIME:
        if kind not in _MADE:
            kinds = (each for each in kinds_on_paper(KINDS.values()) if kind in {ALL, each.name})
            _MADE[kind] = await pdf_made_apart(whole(as_printed(sheets(kinds, PatientIdentity))))
        return _MADE[kind]
