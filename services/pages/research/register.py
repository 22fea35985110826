"""GET /research: the studies of the trust, who registered and approved each, which data sets left (IPG651 1.1).

POST /research/approve: somebody of governance, and never who registered it, opens a study for enrolment.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from services.identity import Acting
from services.sessions import page_actor, reception_of, see_other
from services.wiring import answering_in_time, wired
from shared.ledger.research_book import HasLeft, Registered
from shared.pathway.civil_time import civil
from shared.pathway.roles import GOVERNANCE, RESEARCH
from shared.web.pages.environment import render
from shared.web.pages.shown.called import called
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.problems import forbidden
from shared.wiring.clock import ServerClock

PAGE = "/research"
SAID = frozenset({"registered", "approved"})
HEADINGS = ("research.study", "research.state", "research.days", "research.who")
LEFT_HEADINGS = ("research.study", "research.left_at", "research.patients", "research.hash")

router = APIRouter()
Reader = Annotated[Acting, Depends(page_actor(RESEARCH | GOVERNANCE))]
Governor = Annotated[Acting, Depends(page_actor(GOVERNANCE))]
Typed = Annotated[str, Form()]


@router.get(PAGE)
async def show(request: Request, acting: Reader) -> Response:
    """The register as it stands."""
    said = request.query_params.get("said", "")
    return await page(request, acting, said=said if said in SAID else "")


@router.post(f"{PAGE}/approve")
async def approve(request: Request, acting: Governor, study_id: Typed = "") -> Response:
    """Opens a study from its first day on, unless it is open, or the same person registered it."""
    async with answering_in_time():
        approved = await reception_of(request).research.approve(acting.trust, acting.signature, study_id)
    if approved is None:
        raise forbidden(spoken()("wrong.directory"))
    if not approved:
        return await page(request, acting, wrong="research.not_to_approve")
    return see_other(f"{PAGE}?said=approved")


async def page(request: Request, acting: Acting, *, said: str = "", wrong: str = "") -> Response:
    """The page; `wrong` names the words of what could not be done."""
    say, reception = spoken(), reception_of(request)
    async with answering_in_time():
        studies, left = await reception.research.stand(acting.trust)
        people = [who for each in studies for who in (each.registered_by, each.approved_by) if who]
        names = await reception.names.of(acting.trust, [*people, *(each.by_person for each in left)])
    today = civil(ServerClock().now())
    return render(
        request,
        "research/register.jinja",
        status=422 if wrong else 200,
        title=say("research.title"),
        said=f"research.said_{said}" if said else "",
        errors=[{"text": say(wrong), "href": "#studies"}] if wrong else [],
        studies=[_study(each, names, today, acting) for each in studies],
        headings=[say(each) for each in HEADINGS],
        left=[_left(each, names) for each in left],
        left_headings=[say(each) for each in LEFT_HEADINGS],
        researches=acting.post.role in RESEARCH,
        closing=f"{_governance(request)}/registers/study_closures",
        wide=True,
    )


def _governance(request: Request) -> str:
    return next((each.url for each in wired(request).desks if each.name == "governance"), "")


def _study(each: Registered, names: Mapping[str, str], today: date, acting: Acting) -> dict[str, Any]:
    say = spoken()
    who = [say("research.registered", person=called(each.registered_by, names), at=instant_words(each.registered_at))]
    if each.approved_by and each.approved_at:
        who.append(say("research.approved", person=called(each.approved_by, names), at=instant_words(each.approved_at)))
    return {
        "study_id": each.study_id,
        "title": each.title,
        "ethics": say("research.ethics", reference=each.ethics_reference, on=day_words(each.favourable_on)),
        "state": _state(each, today),
        "days": say("research.from_to", opens=day_words(each.opens_on), closes=day_words(each.closes_on)),
        "who": who,
        "to_approve": not each.approved_by and acting.post.role in GOVERNANCE and each.registered_by != acting.person,
    }


def _state(each: Registered, today: date) -> Tag:
    say = spoken()
    if not each.approved_by:
        return Tag(say("research.proposed"), "yellow")
    if today < each.opens_on:
        return Tag(say("research.not_yet"), "blue")
    if today > each.closes_on or not each.open_on_site:
        return Tag(say("research.closed"), "grey")
    return Tag(say("research.open"), "green")


def _left(each: HasLeft, names: Mapping[str, str]) -> dict[str, str]:
    say = spoken()
    when = say("research.left_by", at=instant_words(each.at), person=called(each.by_person, names))
    return {
        "study": f"{each.study_id}, {each.edition}",
        "when": when,
        "patients": say("research.counted", patients=each.patients, suppressed=each.suppressed),
        "sha256": each.sha256,
    }
