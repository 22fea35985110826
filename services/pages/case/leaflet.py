"""GET /pathways/{id}/patient-information: what a patient takes home before deciding (IPG651 1.2, 3.7), to print."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.records.scene import Scene, let_in, scene_of
from services.sessions import page_actor
from shared.pathway.mdt_offer import standing_offer
from shared.pathway.mdt_review import Outcome
from shared.pathway.referral import sides
from shared.pathway.roles import CLINICAL
from shared.web.forms.wording import CHOICES, in_a_sentence
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import side_words
from shared.web.pages.words import spoken

FOR_THE_PUBLIC = "https://www.nice.org.uk/guidance/ipg651/informationforpublic"
router = APIRouter(include_in_schema=False)
Reader = Annotated[Acting, Depends(page_actor(CLINICAL))]


@router.get("/pathways/{pathway_id}/patient-information")
async def show(request: Request, reader: Reader, pathway_id: str) -> Response:
    """The page to print, about this patient's leg and the device that is offered."""
    entrance = await let_in(request, reader, pathway_id)
    scene = await scene_of(request, reader, pathway_id, entrance)
    return render(
        request,
        "case/leaflet.jinja",
        title=spoken()("leaflet.title"),
        side=side_words(sides(scene.moment.pathway)),
        device=_device(scene),
        research=_research(scene),
        nice=FOR_THE_PUBLIC,
        case=f"/pathways/{pathway_id}",
    )


def _device(scene: Scene) -> str:
    """The kind of device the MDT offers, in words; "" while there is no offer in force."""
    offer = standing_offer(scene.moment)
    planned = {each.plan.device_class.value for each in offer.offers if each.plan} if offer else set()
    return ", ".join(in_a_sentence(CHOICES["Mechanism"][each]) for each in sorted(planned))


def _research(scene: Scene) -> bool:
    offer = standing_offer(scene.moment)
    return offer is not None and any(each.outcome == Outcome.OFFER_IN_RESEARCH for each in offer.offers)
