"""GET /compliance/measures/{measure}: the cases behind one count, and how the measure went from month to month.

Not hidden, however few they are: somebody of governance has to look into each (clinical.md 2.13). By reference and
side; who the patient is, the case says to those who may know.
"""

from typing import Literal

from fastapi import APIRouter, Request, Response

from services.pages.compliance.asking import Chosen, Reader, asked_again
from services.pages.compliance.drawing import drawn_chart
from services.pages.compliance.lines import cases_address
from services.sessions import reception_of
from services.wiring import answering_in_time
from shared.compliance.charts import FEWEST, p_chart
from shared.compliance.measures import BY_ID
from shared.ledger.worklist import PlaceUnreadableError
from shared.pathway.anatomy import Side
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import leg_words, reference_words
from shared.web.pages.shown.conditions import paragraph_words
from shared.web.pages.shown.instants import day_words
from shared.web.pages.words import spoken
from shared.web.problems import unknown

SIZE, MOST_MONTHS = 25, 36
Said = Literal["yes", "no", "open"]
ANSWERS: tuple[Said, ...] = ("yes", "no", "open")
router = APIRouter()


@router.get("/compliance/measures/{measure}")
async def show(request: Request, acting: Reader, asked: Chosen, measure: str) -> Response:
    """One page of the cases that gave this answer. 404 for a measure, an answer or a place that is none."""
    found = BY_ID.get(measure)
    said = request.query_params.get("said", found.exception if found else "")
    if found is None or said not in ANSWERS:
        raise unknown()
    say, compliance = spoken(), reception_of(request).compliance
    if asked.error:
        return asked_again(request, asked, say(f"measure.{measure}"))
    who = (acting.trust, acting.signature, asked.period)
    after = request.query_params.get("after", "")
    try:
        async with answering_in_time():
            listed = await compliance.cases(*who, measure=measure, said=said, after=after, size=SIZE)
            months = await compliance.months(*who, measure)
    except PlaceUnreadableError:
        raise unknown() from None
    here = cases_address(asked, measure, said)
    return render(
        request,
        "compliance/cases.jinja",
        title=say(f"measure.{measure}"),
        path=f"/compliance/measures/{measure}",
        said=said,
        about=say(f"measure_about.{measure}"),
        paragraph={
            "href": asked.address(f"/compliance/{found.paragraph}"),
            "text": say("compliance.back_to", paragraph=paragraph_words(found.paragraph)),
        },
        choices=[(each, say(f"answer.{each}"), cases_address(asked, measure, each)) for each in ANSWERS],
        cases=[
            {
                "path": f"/pathways/{each.pathway_id}",
                "reference": reference_words(each.pathway_id),
                "leg": leg_words([Side(side) for side in each.sides]),
                "on": day_words(each.considered_on),
            }
            for each in listed.found
        ],
        onward=f"{here}&after={listed.after}" if listed.after else "",
        first=here if after else "",
        chart=drawn_chart(p_chart(months[-MOST_MONTHS:]), percent=True),
        fewest=FEWEST,
        **asked.on_page(),
    )
