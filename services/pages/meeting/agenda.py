"""GET /meeting: all patients of the meeting, one after the other, each with a link to their own page."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.meeting.discussed import Discussed, discussed
from services.sessions import page_actor, reception_of
from services.wiring import Wired, answering_in_time
from shared.ledger import PatientIdentity
from shared.pathway.question import Moment
from shared.pathway.roles import MEETING
from shared.web import answers
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import Banner, patient_banner
from shared.web.pages.shown.window import window_bar
from shared.web.pages.words import spoken
from shared.web.shapes import PathwayAnswer, Patient

MOST = 20  # more patients are no meeting, and more than a page of 50 KB

router = APIRouter()
Member = Annotated[Acting, Depends(page_actor(MEETING, keeps="mdt_sign_off"))]


@dataclass(frozen=True, slots=True)
class OnAgenda:
    """One patient of the meeting."""

    pathway_id: str
    banner: Banner
    found: Discussed


@router.get("/meeting")
async def show(request: Request, acting: Member, wiring: Wired) -> Response:
    """Everybody whose review is to be held or signed. Each record that is shown is audited."""
    async with answering_in_time():
        ids = await reception_of(request).work.meeting(acting.trust, most=MOST + 1)
        patients = [each for each in [await _on_agenda(wiring, acting, one) for one in ids[:MOST]] if each]
    said = "meeting.said_signed" if request.query_params.get("said") == "signed" else ""
    return render(
        request,
        "work/meeting.jinja",
        title=spoken()("meeting.heading"),
        wide=True,
        patients=patients,
        more=len(ids) > MOST,
        said=said,
    )


async def _on_agenda(wiring: Wired, acting: Acting, pathway_id: str) -> OnAgenda | None:
    moment = await wiring.ledger.read(acting.trust, pathway_id, acting.signature)
    patient = await wiring.ledger.patient(acting.trust, pathway_id, acting.signature)
    if moment is None or patient is None:
        return None
    shown = answers.pathway(moment)
    return OnAgenda(pathway_id, banner(moment, shown, patient), discussed(moment, shown))


def banner(moment: Moment, shown: PathwayAnswer, patient: PatientIdentity) -> Banner:
    return patient_banner(
        Patient.model_validate(patient.model_dump()),
        pathway_id=moment.pathway.id,
        sides=[each.side for each in shown.limbs],
        urgency=shown.urgency,
        window=window_bar(shown.window) if shown.window else None,
        now=moment.now,
    )
