"""GET .../documents/{document}/pdf: a document to print; GET .../documents/given/{entry}: the bytes that were given."""

from fastapi import APIRouter, Request, Response

from services.pages.documents.making import Clinician, as_pdf, bytes_of, made, scene_for
from services.sessions import reception_of, see_other
from services.wiring import answering_in_time
from shared.pathway.documents import DocumentIssued, receivers
from shared.web.problems import unknown

router = APIRouter(include_in_schema=False)


@router.get("/pathways/{pathway_id}/documents/{document}/pdf")
async def download(request: Request, reader: Clinician, pathway_id: str, document: str, entry: str = "") -> Response:
    """The document as tagged PDF. Printing it says nothing in the record: giving it does.

    What nobody may be given any more is not printed either: the list of documents says why.
    """
    found = await made(request, reader, pathway_id, document, entry=entry)
    if not receivers(found.document, found.scene.moment):
        return see_other(f"/pathways/{pathway_id}/documents#{found.document}")
    return as_pdf(await bytes_of(request, found.paper), f"{found.paper.say.number.lower()}-{found.paper.version}")


@router.get("/pathways/{pathway_id}/documents/given/{entry}")
async def had_back(request: Request, reader: Clinician, pathway_id: str, entry: str) -> Response:
    """What was given, to the byte. 404 for an entry that gave nothing, and for bytes this trust has not kept."""
    scene = await scene_for(request, reader, pathway_id)
    told = next((each for each in scene.moment.pathway.every(DocumentIssued) if str(each.seq) == entry), None)
    if told is None or not isinstance(told.record, DocumentIssued):
        raise unknown()
    async with answering_in_time():
        documents = reception_of(request).documents
        content = await documents.had_back(reader.trust, pathway_id, told.record.sha256, reader.signature)
    if content is None:
        raise unknown()
    return as_pdf(content, f"{told.record.document.replace('_', '-')}-as-given")
