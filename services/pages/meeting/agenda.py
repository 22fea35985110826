"""GET /meeting: all patients of the meeting, one after the other, each with a link to their own page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic_core import to_json

from services.identity import Acting
from services.pages.meeting.discussed import Discussed, discussed
from services.pages.records.scene import urgency_of, window_of
from services.sessions import page_actor, reception_of
from services.wiring import answering_in_time
from shared.ledger import PatientIdentity
from shared.ledger.agenda import Place
from shared.pathway.civil_time import civil
from shared.pathway.question import Moment
from shared.pathway.roles import MEETING
from shared.web import answers
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import Banner, patient_banner
from shared.web.pages.words import spoken
from shared.web.shapes import PathwayAnswer, Patient

MOST = 20  # more patients are no meeting, and more than a page of 50 KB
LIVE = "/meeting/live"
MARK_DIGITS = 16

router = APIRouter()
Member = Annotated[Acting, Depends(page_actor(MEETING, keeps="mdt_sign_off"))]


@dataclass(frozen=True, slots=True)
class OnAgenda:
    """One patient of the meeting."""

    pathway_id: str
    banner: Banner
    found: Discussed


@router.get("/meeting")
async def show(request: Request, acting: Member) -> Response:
    """Everybody whose review is to be held or signed. Each record that is shown is audited."""
    places = await asked(request, acting)
    live = reception_of(request).listen is not None
    return render(
        request,
        "work/meeting.jinja",
        title=spoken()("meeting.heading"),
        wide=True,
        live=live,
        live_address=f"{LIVE}?seen={mark(places)}",
        patients=await read(request, acting, places),
        more=len(places) > MOST,
        said="meeting.said_signed" if request.query_params.get("said") == "signed" else "",
    )


async def asked(request: Request, acting: Acting) -> tuple[Place, ...]:
    """Whose review is to be held or signed; one more than fits on the page when there are more."""
    async with answering_in_time():
        return await reception_of(request).agenda.listed(acting.trust, most=MOST + 1)


async def read(request: Request, acting: Acting, places: Sequence[Place]) -> tuple[OnAgenda, ...]:
    """What the meeting sees of each, as many as fit on the page, audited."""
    async with answering_in_time():
        found = await reception_of(request).agenda.read(acting.trust, places[:MOST], acting.signature)
    return tuple(_on_agenda(each.moment, each.patient) for each in found)


def mark(places: Sequence[Place]) -> str:
    """The same as long as the agenda would look the same: no entry was added, and no new day began."""
    said = [(place.pathway_id, place.version, civil(place.now)) for place in places]
    return hashlib.sha256(to_json(said)).hexdigest()[:MARK_DIGITS]


def _on_agenda(moment: Moment, patient: PatientIdentity) -> OnAgenda:
    shown = answers.pathway(moment)
    return OnAgenda(moment.pathway.id, banner(moment, shown, patient), discussed(moment, shown))


def banner(moment: Moment, shown: PathwayAnswer, patient: PatientIdentity) -> Banner:
    return patient_banner(
        Patient.model_validate(patient.model_dump()),
        pathway_id=moment.pathway.id,
        sides=[each.side for each in shown.limbs],
        urgency=urgency_of(moment, shown),
        window=window_of(moment, shown),
        now=moment.now,
    )
