"""Break-glass access (front door): a record opened without a duty, for a reason; and the privacy officer's reviews.

In this release the role `auditor` is the privacy officer.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from services.identity import Acting
from services.sessions.actor import needs_recent_authentication, page_actor, see_other
from services.sessions.reception import reception_of
from shared.ledger.access import OPEN_FOR, Door, Finding, Review, Why
from shared.pathway.people import Role
from shared.pathway.roles import CLINICAL, GOVERNANCE
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.called import called
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken
from shared.web.problems import unknown

MAY_ASK = CLINICAL | GOVERNANCE | {Role.DEVICE_SAFETY_OFFICER, Role.RESEARCH_LEAD, Role.REGISTRY_CLERK}
PRIVACY_OFFICER = frozenset({Role.AUDITOR})
SHORTEST_WORDS, LONGEST_WORDS = 10, 500
HOURS = int(OPEN_FOR.total_seconds() // 3600)
KIND = "open_record"  # what the reason is a draft of while its writer signs in again
PAGE = "/open-record/{pathway_id}"

router = APIRouter(include_in_schema=False)
Asking = Annotated[Acting, Depends(page_actor(MAY_ASK, keeps=KIND))]
Officer = Annotated[Acting, Depends(page_actor(PRIVACY_OFFICER))]
Proven = Depends(needs_recent_authentication(keeps=KIND))
Typed = Annotated[str, Form()]


@router.get(PAGE, dependencies=[Proven])
async def draw(
    request: Request, acting: Asking, pathway_id: str, return_to: Annotated[str | None, Query()] = None
) -> Response:
    """The interruption: what opening this record means, and the question why. Whoever may open it goes on at once."""
    reception = reception_of(request)
    goal = reception.own_address(return_to)
    entrance = await reception.access.may_open(acting.trust, pathway_id, acting.signature, desk=reception.desk)
    if entrance.door == Door.ABSENT:
        raise unknown()
    return see_other(goal) if entrance.may_open else _question(request, pathway_id, goal)


@router.post(PAGE, dependencies=[Proven])
async def open_record(
    *, request: Request, acting: Asking, pathway_id: str, why: Typed = "", words: Typed = "", return_to: Typed = ""
) -> Response:
    """Opens this one record to this person for four hours, audited, with a review for the privacy officer."""
    reception = reception_of(request)
    goal, told = reception.own_address(return_to), " ".join(words.split())
    wrong = [] if why in {each.value for each in Why} else ["why"]
    if not SHORTEST_WORDS <= len(told) <= LONGEST_WORDS or not told.isprintable():
        wrong.append("words")
    if wrong:
        return _question(request, pathway_id, goal, why=why, words=words, wrong=wrong)
    if await reception.access.grant(acting.trust, pathway_id, acting.signature, Why(why), told) is None:
        raise unknown()
    return see_other(goal)


@router.get("/access-reviews")
async def list_reviews(request: Request, officer: Officer) -> Response:
    """Every record of the trust that was opened without a duty and is not reviewed yet."""
    return await _reviews(request, officer)


@router.post("/access-reviews/{grant_id}")
async def close_review(
    request: Request, officer: Officer, grant_id: str, finding: Typed = "", words: Typed = ""
) -> Response:
    """Closes one review with a finding. Nobody reviews their own opening."""
    reception = reception_of(request)
    access, told = reception.access, " ".join(words.split())[:LONGEST_WORDS]
    if finding not in {each.value for each in Finding} or not told.isprintable():
        return await _reviews(request, officer, wrong=grant_id, problem="access_review.choose")
    if not await access.close_review(officer.trust, grant_id, officer.signature, Finding(finding), told):
        return await _reviews(request, officer, problem="access_review.closed")
    return see_other(f"{reception.front_door}/access-reviews")


def _question(
    request: Request,
    pathway_id: str,
    goal: str,
    *,
    why: str = "",
    words: str = "",
    wrong: list[str] | None = None,
) -> Response:
    say = spoken()
    texts = {"why": say("break_glass.choose_why"), "words": say("break_glass.enter_details")}
    return render(
        request,
        "sessions/open_record.jinja",
        status=422 if wrong else 200,
        title=say("break_glass.heading"),
        reference=reference_words(pathway_id),
        reasons=[{"value": each.value, "text": say(f"break_glass.{each.value}")} for each in Why],
        hours=HOURS,
        return_to=goal,
        why=why,
        words=words,
        wrong=wrong or [],
        errors=[{"text": texts[each], "href": f"#{each}"} for each in wrong or []],
    )


async def _reviews(request: Request, officer: Acting, *, wrong: str = "", problem: str = "") -> Response:
    say, reception = spoken(), reception_of(request)
    reviews = await reception.access.reviews(officer.trust)
    names = await reception.names.of(officer.trust, (each.person for each in reviews))
    known = any(each.grant_id == wrong for each in reviews)
    return render(
        request,
        "sessions/access_reviews.jinja",
        status=422 if problem else 200,
        title=say("access_review.heading"),
        reviews=[_shown(each, names) for each in reviews],
        findings=[{"value": each.value, "text": say(f"access_review.{each.value}")} for each in Finding],
        wrong=wrong if known else "",
        errors=[{"text": say(problem), "href": f"#finding-{wrong}" if known else "#maincontent"}] if problem else [],
    )


def _shown(review: Review, names: Mapping[str, str]) -> dict[str, Any]:
    say = spoken()
    texts = {
        "access_review.who": f"{called(review.person, names)}, {say(f'role.{review.role}')}",
        "access_review.when": instant_words(review.granted_at),
        "access_review.reason": f"{say(f'break_glass.{review.why.value}')}: {review.words}",
    }
    rows = [{"key": {"text": say(key)}, "value": {"text": text}} for key, text in texts.items()]
    return {"grant_id": review.grant_id, "reference": reference_words(review.pathway_id), "rows": rows}
