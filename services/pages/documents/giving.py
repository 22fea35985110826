"""GET and POST .../documents/{document}/give: says whom a printed document was given to, and keeps its bytes.

The bytes are kept before the entry that names their hash: an entry never points at what is not there.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from services.entering import note
from services.identity import Acting
from services.pages.documents.making import Clinician, Made, bytes_of, made
from services.pages.records.filling import new_key
from services.sessions import reception_of, see_other
from services.wiring import answering_in_time, wired
from shared.documents.pdf import fingerprint
from shared.ledger import Absent, Act, Kept, NotAllowed, Refused
from shared.pathway.documents import RECEIVERS, DocumentIssued, Receiver, receivers, refusals
from shared.pathway.question import Question
from shared.pathway.refusal import Refusal
from shared.web.forms.problems import ErrorItem
from shared.web.pages.environment import render
from shared.web.pages.shown.conditions import paragraph_words
from shared.web.pages.words import spoken
from shared.web.problems import forbidden, unknown
from shared.wiring import telemetry

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
Typed = Annotated[str, Form()]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """A document with its bytes, and their hash as the page shows it."""

    made: Made
    content: bytes

    @property
    def sha256(self) -> str:
        return fingerprint(self.content)


@router.get("/pathways/{pathway_id}/documents/{document}/give")
async def ask(request: Request, giver: Clinician, pathway_id: str, document: str, entry: str = "") -> Response:
    """Whom is it given to? The page names the entry and the hash that will be written down."""
    ready = await _ready(request, giver, pathway_id, document, entry)
    if not _whom(ready):
        return see_other(f"{reception_of(request).front_door}/pathways/{pathway_id}/documents#{ready.made.document}")
    return _page(request, ready)


@router.post("/pathways/{pathway_id}/documents/{document}/give")
async def give(
    *,
    request: Request,
    giver: Clinician,
    pathway_id: str,
    document: str,
    entry: Typed = "",
    sha256: Typed = "",
    given_to: Typed = "",
    key: Typed = "",
) -> Response:
    """Keeps the bytes and enters who was given them, or says at the form why not."""
    ready = await _ready(request, giver, pathway_id, document, entry)
    to = _receiver(ready, given_to)
    if to is None or _KEY.fullmatch(key) is None:
        return _page(request, ready, (ErrorItem(spoken()("documents.choose"), "#given_to"),), status=422)
    if sha256 != ready.sha256:  # the wording or the patient's details changed since the page was drawn
        return _page(request, ready, (ErrorItem(spoken()("documents.changed"), ""),), status=409)
    record = DocumentIssued(
        document=ready.made.document,
        template_version=ready.made.paper.version,
        sha256=sha256,
        made_from=ready.made.made_from,
        given_to=to,
    )
    return await _handed_over(request, giver, ready, record, key)


def _receiver(ready: Ready, told: str) -> Receiver | None:
    return next((each for each in RECEIVERS[ready.made.document] if each == told), None)


async def _handed_over(request: Request, giver: Acting, ready: Ready, record: DocumentIssued, key: str) -> Response:
    pathway_id, moment = ready.made.scene.moment.pathway.id, ready.made.scene.moment
    if found := tuple(refusals(Question(moment, record, giver.signature))):  # before bytes are kept for nothing
        return _refused(request, ready, found)
    ledger, documents = wired(request).ledger, reception_of(request).documents
    async with answering_in_time():
        await documents.keep(giver.trust, pathway_id, record.document, ready.content)
        outcome = await ledger.enter(_act(request, giver, pathway_id, record, key))
    note(outcome, giver, record.kind, pathway_id)
    match outcome:
        case Kept():
            return see_other(f"{reception_of(request).front_door}/pathways/{pathway_id}?kept={outcome.version}")
        case Refused():
            return _refused(request, ready, outcome.refusals)
        case NotAllowed():
            raise forbidden(spoken()("wrong.directory"))
        case Absent():
            raise unknown()
        case _:
            return _page(request, ready, (ErrorItem(spoken()("key_reused.heading"), ""),), status=422)


def _act(request: Request, giver: Acting, pathway_id: str, record: DocumentIssued, key: str) -> Act:
    said = f"{request.url.path}\n{record.model_dump_json()}"
    return Act(
        trust=giver.trust,
        pathway_id=pathway_id,
        record=record,
        by=giver.signature,
        key=key,
        body_hash=hashlib.sha256(said.encode()).digest(),
        traceparent=telemetry.traceparent(),
    )


async def _ready(request: Request, giver: Acting, pathway_id: str, document: str, entry: str) -> Ready:
    found = await made(request, giver, pathway_id, document, entry=entry)
    return Ready(found, await bytes_of(request, found.paper))


def _refused(request: Request, ready: Ready, found: tuple[Refusal, ...]) -> Response:
    say = spoken()
    told = (say("wrong.with_paragraph", words=each.words, paragraph=paragraph_words(each.paragraph)) for each in found)
    return _page(request, ready, tuple(ErrorItem(words, "") for words in told), status=409)


def _whom(ready: Ready) -> tuple[Receiver, ...]:
    return receivers(ready.made.document, ready.made.scene.moment)


def _page(request: Request, ready: Ready, errors: tuple[ErrorItem, ...] = (), *, status: int = 200) -> Response:
    say, pathway_id = spoken(), ready.made.scene.moment.pathway.id
    documents = f"{reception_of(request).front_door}/pathways/{pathway_id}/documents"
    return render(
        request,
        "documents/give.jinja",
        status=status,
        title=say("documents.give_title", title=ready.made.paper.title),
        errors=errors,
        banner=ready.made.scene.banner,
        paper=ready.made.paper,
        made_from=ready.made.made_from,
        sha256=ready.sha256,
        receivers=[{"value": each, "text": say(f"documents.to_{each}")} for each in _whom(ready)],
        key=new_key(),
        documents=documents,
    )
