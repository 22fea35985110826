"""GET /pathways/{id}/documents: what can be printed, what was given to whom; and each document as a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from services.pages.documents.making import Clinician, can_be_made, made, scene_for
from services.pages.records.scene import Scene
from services.wiring import wired
from shared.documents.drawing import body
from shared.documents.pdf import can_print
from shared.documents.wording import wording
from shared.pathway.documents import DOCUMENTS, Document, DocumentIssued, receivers, unprintable
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.web.pages.environment import render
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken

GIVING_DESK = "follow_up"
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Offered:
    """One document: what it is called, why it cannot be given ("" when it can), and where it is given."""

    document: str
    title: str
    version: str
    why_not: str
    can_be_made: bool
    give: str


@dataclass(frozen=True, slots=True)
class Given:
    """One document that left the desk."""

    entry: int
    title: str
    version: str
    to: str
    at: str
    by: str


@router.get("/pathways/{pathway_id}/documents")
async def show(request: Request, reader: Clinician, pathway_id: str) -> Response:
    """Every document of this case, and every one that was given."""
    scene = await scene_for(request, reader, pathway_id)
    desk = next(each.url for each in wired(request).desks if each.name == GIVING_DESK)
    return render(
        request,
        "documents/list.jinja",
        title=spoken()("documents.title"),
        banner=scene.banner,
        case=f"/pathways/{pathway_id}",
        offered=tuple(_offered(scene, each, f"{desk}/pathways/{pathway_id}/documents") for each in DOCUMENTS),
        given=tuple(_given(scene)),
        can_print=can_print(),
    )


@router.get("/pathways/{pathway_id}/documents/{document}")
async def preview(request: Request, reader: Clinician, pathway_id: str, document: str, entry: str = "") -> Response:
    """The document as a page, as it would be printed."""
    found = await made(request, reader, pathway_id, document, entry=entry)
    return render(
        request,
        "documents/preview.jinja",
        title=found.paper.title,
        banner=found.scene.banner,
        paper=found.paper,
        body=body(found.paper),
        made_from=found.made_from,
        case=f"/pathways/{pathway_id}",
        can_print=can_print() and bool(receivers(found.document, found.scene.moment)),
        no_pango=not can_print(),
    )


def _offered(scene: Scene, document: Document, giving: str) -> Offered:
    can, say = bool(receivers(document, scene.moment)), wording(document)
    return Offered(
        document,
        say("title"),
        say.version,
        _why_not(document, scene.moment),
        can and can_be_made(document, scene.moment),
        f"{giving}/{document}/give",
    )


def _why_not(document: Document, moment: Moment) -> str:
    if not receivers(document, moment):
        return spoken()("documents.not_after_death")
    why = next(unprintable(document, moment), None)
    return spoken()("documents.not_yet", why=why.words) if why else ""


def _given(scene: Scene) -> Iterator[Given]:
    for each in reversed(scene.moment.pathway.every(DocumentIssued)):
        if isinstance(each.record, DocumentIssued):
            yield _told(each, each.record)


def _told(entry: Entry, record: DocumentIssued) -> Given:
    say = spoken()
    return Given(
        entry.seq,
        wording(record.document)("title"),
        record.template_version,
        say(f"documents.to_{record.given_to}"),
        instant_words(entry.at),
        say("timeline.by", role=say(f"role.{entry.by.role.value}"), person=entry.by.person),
    )
