"""GET and POST /find: the way to a pathway of which one has a reference, or its patient's number. Names nobody.

Whether the record may then be opened is asked where it is opened.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from services.identity import Acting
from services.pages.my_work.listing import Worker, identified, understood
from services.sessions import reception_of, see_other
from services.wiring import answering_in_time
from shared.ledger.work import Listed
from shared.pathway.anatomy import Side
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import leg_words, reference_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken

FIND = "/find"

router = APIRouter()


@router.get(FIND)
async def show(request: Request, acting: Worker) -> Response:
    return _page(request, acting)


@router.post(FIND)
async def search(request: Request, acting: Worker, find_text: Annotated[str, Form(alias="find")] = "") -> Response:
    """Leads to the one pathway there is; lists several by their references."""
    reference, number = understood(find_text, acting)
    if not reference and not number:
        wrong = "my_work.find_wrong" if identified(acting) else "my_work.find_wrong_reference"
        return _page(request, acting, typed=find_text, wrong=wrong)
    async with answering_in_time():
        work = reception_of(request).work
        found = await work.pathways(acting.trust, acting.signature, reference=reference, number=number)
    if len(found) == 1:
        return see_other(f"/pathways/{found[0].pathway_id}")
    return _page(request, acting, typed=find_text, found=found)


def _page(
    request: Request, acting: Acting, *, typed: str = "", wrong: str = "", found: tuple[Listed, ...] | None = None
) -> Response:
    say = spoken()
    return render(
        request,
        "work/find.jinja",
        status=422 if wrong else 200,
        title=say("menu.find"),
        current="find",
        identified=identified(acting),
        typed=typed,
        searched=found is not None,
        found=[
            {
                "address": f"/pathways/{each.pathway_id}",
                "reference": reference_words(each.pathway_id),
                "leg": leg_words([Side(side) for side in each.sides], say),
                "status": say(f"status.{each.status}"),
                "opened": instant_words(each.opened_at),
            }
            for each in found or ()
        ],
        errors=[{"text": say(wrong), "href": "#find"}] if wrong else [],
    )
