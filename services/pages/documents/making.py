"""Makes a document of a case: which entry it is made from, what it says, and its bytes, for one reader."""

import asyncio
import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from services.identity import Acting
from services.limiting import stand_aside
from services.pages.records.scene import Scene, let_in, scene_of
from services.sessions import page_actor, reception_of
from shared.documents.pdf import PrintingUnavailableError, printed
from shared.documents.printable import Printable, printable
from shared.pathway.documents import DOCUMENTS, Document, at_entry, unprintable
from shared.pathway.life_events import died
from shared.pathway.question import Moment
from shared.pathway.roles import CLINICAL
from shared.web.problems import ProblemError, unknown

PDF: Final = "application/pdf"
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
Clinician = Annotated[Acting, Depends(page_actor(CLINICAL))]


@dataclass(frozen=True, slots=True)
class Made:
    """A document of one pathway at one of its entries, ready to be drawn."""

    scene: Scene
    document: Document
    made_from: int
    paper: Printable


def named(document: str) -> Document:
    """The document of this name. Raises ProblemError 404 for any other."""
    found = next((each for each in DOCUMENTS if each == document), None)
    if found is None:
        raise unknown()
    return found


async def scene_for(request: Request, reader: Acting, pathway_id: str) -> Scene:
    """The case for this reader, audited. Raises ProblemError 404; leads away whoever has no duty on it."""
    return await scene_of(request, reader, pathway_id, await let_in(request, reader, pathway_id))


async def made(request: Request, reader: Acting, pathway_id: str, document: str, *, entry: str = "") -> Made:
    """The document at entry `entry` (at the newest one for ""). Raises ProblemError 404 for one that is not there."""
    kind = named(document)
    scene = await scene_for(request, reader, pathway_id)
    made_from = _entry(entry, scene.version)
    if not can_be_made(kind, at_entry(scene.moment, made_from)):
        raise unknown()
    paper = printable(
        kind,
        scene.moment,
        made_from=made_from,
        patient=scene.patient,
        trust_name=request.state.session.trust_name or reader.trust,
        training=reception_of(request).training,
    )
    return Made(scene, kind, made_from, paper)


def can_be_made(document: Document, then: Moment) -> bool:
    """Whether there was anything to tell of then. A consent form can be made before that too: for a patient to sign."""
    return (document == "consent_form" and died(then) is None) or not any(unprintable(document, then))


def _entry(told: str, newest: int) -> int:
    if not told:
        return newest
    if _NUMBER.fullmatch(told) is None or int(told) > newest:
        raise unknown()
    return int(told)


async def bytes_of(request: Request, paper: Printable) -> bytes:
    """The PDF, made beside the event loop. Raises ProblemError 503 where this machine cannot print."""
    stand_aside(request)
    try:
        return await asyncio.to_thread(printed, paper)
    except PrintingUnavailableError:
        raise ProblemError(503, "printing", "This machine cannot make PDFs: Pango is not installed") from None


def as_pdf(content: bytes, name: str) -> Response:
    """A PDF to keep: never in a cache, under a name that says nothing about anybody."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(content, 200, headers, PDF)
