"""GET and POST /pathways/{id}/case-file: the record of one pathway with its proof, for governance and the auditor.

It shows that governance was told and that the registry has its entry (IPG651 1.2, 1.3) to somebody who trusts neither
this system nor its database. It names no patient. Making one is a read with a reason, and stands in the file itself.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from services.identity import Acting
from services.pages.case_file.making import make
from services.pages.records.scene import let_in, scene_of
from services.sessions import page_actor, reception_of, see_other
from services.wiring import answering_in_time
from shared.documents.pdf import PrintingUnavailableError, can_print
from shared.evidence.case_files import Made, Reason
from shared.evidence.keys import KeyUnusableError
from shared.pathway.roles import PROVING
from shared.web.pages.environment import render
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken
from shared.web.problems import ProblemError, unknown

MEDIA = {"json": "application/json", "pdf": "application/pdf"}

router = APIRouter(include_in_schema=False)
Maker = Annotated[Acting, Depends(page_actor(PROVING))]


@dataclass(frozen=True, slots=True)
class Listed:
    """One that was made, with where its halves are."""

    id: str
    at: str
    who: str
    reason: str
    rows: int
    new: bool


@router.get("/pathways/{pathway_id}/case-file")
async def show(request: Request, reader: Maker, pathway_id: str) -> Response:
    """What a case file is, those that were made, and the question why another one is wanted."""
    return await _page(request, reader, pathway_id)


@router.post("/pathways/{pathway_id}/case-file")
async def ask(request: Request, reader: Maker, pathway_id: str, reason: Annotated[str, Form()] = "") -> Response:
    """Makes one, and leads back to where its halves are. Raises ProblemError 503 where nothing can be signed."""
    chosen = next((each for each in Reason if each == reason), None)
    if chosen is None:
        return await _page(request, reader, pathway_id, wrong=True)
    if not reception_of(request).case_files.can_sign:
        raise ProblemError(503, "signing", spoken()("case_file.no_key"))
    try:
        file = await make(request, reader, pathway_id, chosen)
    except PrintingUnavailableError:
        raise ProblemError(503, "printing", "This machine cannot make PDFs: Pango is not installed") from None
    except (KeyUnusableError, FileNotFoundError, PermissionError):
        raise ProblemError(503, "signing", spoken()("case_file.no_key")) from None
    return see_other(f"/pathways/{pathway_id}/case-file?made={file}")


@router.get("/pathways/{pathway_id}/case-file/{file}/{half}")
async def download(request: Request, reader: Maker, pathway_id: str, file: str, half: str) -> Response:
    """The JSON or the PDF, to the byte as it was made; audited as a read."""
    await let_in(request, reader, pathway_id)
    async with answering_in_time():
        found = await reception_of(request).case_files.take(reader.trust, pathway_id, file, reader.signature)
    if found is None or half not in MEDIA:
        raise unknown()
    content = found[0] if half == "json" else found[1]
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="case-file-{file}.{half}"'}
    return Response(content, 200, headers, MEDIA[half])


async def _page(request: Request, reader: Acting, pathway_id: str, *, wrong: bool = False) -> Response:
    say, reception = spoken(), reception_of(request)
    scene = await scene_of(request, reader, pathway_id, await let_in(request, reader, pathway_id))
    async with answering_in_time():
        made = await reception.case_files.of(reader.trust, pathway_id)
    new = request.query_params.get("made", "")
    return render(
        request,
        "case/case_file.jinja",
        status=422 if wrong else 200,
        title=say("case_file.title"),
        banner=scene.banner,
        case=f"/pathways/{pathway_id}",
        errors=[{"text": say("case_file.choose"), "href": "#reason"}] if wrong else [],
        reasons=[{"value": each.value, "text": say(f"case_file.{each.value}")} for each in Reason],
        can_make=reception.case_files.can_sign and can_print(),
        made=[_listed(each, new) for each in made],
    )


def _listed(made: Made, new: str) -> Listed:
    say = spoken()
    who = say("timeline.by", role=say(f"role.{made.by_role}"), person=made.by_person)
    at, reason = instant_words(made.made_at), say(f"case_file.{made.reason.value}")
    return Listed(made.id, at, who, reason, made.rows, new=made.id == new)


__all__ = ["router"]
