"""GET /filters: every vena cava filter that is inside a patient of this trust, the longest first (hazard H-02).

For the executive's weekly look. It names pathways, and no patient (clinical.md 2.7; IPG651 2.5).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.lists import waiting_for
from services.sessions import page_actor, reception_of
from services.wiring import answering_in_time
from shared.pathway import filter_track
from shared.pathway.filter_records import FilterRetrieval
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.pathway.referral import sides
from shared.pathway.roles import GOVERNANCE, MEETING, OPERATING
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import leg_words, reference_words
from shared.web.pages.shown.filter_clock import FilterClock, filter_clock, owners, with_names
from shared.web.pages.words import spoken
from shared.web.tracks_devices import FilterShown, shown

EXECUTIVE = GOVERNANCE | OPERATING | MEETING | {Role.CLINICAL_OWNER, Role.AUDITOR, Role.DEVICE_SAFETY_OFFICER}
HEADINGS = ("filter_list.pathway", "filter_list.state", "filter_list.words", "filter_list.clock")

router = APIRouter(include_in_schema=False)
Executive = Annotated[Acting, Depends(page_actor(EXECUTIVE))]


@dataclass(frozen=True, slots=True)
class Inside:
    """One filter of the list."""

    case: str
    reference: str
    leg: str
    clock: FilterClock


@router.get("/filters")
async def show(request: Request, acting: Executive) -> Response:
    """All filters inside, the longest first. None is good news, and is said."""
    say = spoken()
    moments = await waiting_for(request, acting, FilterRetrieval.kind)
    filters = [(moment, each) for moment in moments for each in _filters(moment)]
    async with answering_in_time():
        names = await reception_of(request).names.of(acting.trust, owners(each for _, each in filters))
    found = [_inside(moment, with_names(each, names)) for moment, each in filters]
    found.sort(key=lambda each: -each.clock.days)
    return render(
        request,
        "tracks/filters.jinja",
        title=say("filter_list.title"),
        filters=found,
        headings=[say(each) for each in HEADINGS],
        wide=True,
    )


def _filters(moment: Moment) -> list[FilterShown]:
    inside = {each.number for each in filter_track.in_situ(moment)}
    return [each for each in shown(moment) if isinstance(each, FilterShown) and each.number in inside]


def _inside(moment: Moment, each: FilterShown) -> Inside:
    pathway = moment.pathway
    leg = leg_words(sides(pathway))
    return Inside(
        f"/pathways/{pathway.id}", reference_words(pathway.id), leg, filter_clock(each, moment.policy, pathway.nation)
    )


__all__ = ["EXECUTIVE", "router"]
