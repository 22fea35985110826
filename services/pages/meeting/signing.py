"""GET and POST /meeting/{pathway}: a patient of the meeting, and a specialty's signature or objection (IPG651 3.8)."""

import re
from dataclasses import dataclass, field
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError

from services.identity import Acting
from services.pages.meeting.agenda import Member, banner
from services.pages.meeting.discussed import discussed, findings, why_not
from services.pages.own_forms import entered, is_key, text_in
from services.sessions import needs_recent_authentication, page_actor, reception_of, see_other
from services.wiring import PathwayId, Wired, Wiring, answering_in_time
from shared.ledger import Kept, Refused
from shared.ledger.drafts import Whose
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import MDT_SPECIALTIES
from shared.web import answers
from shared.web.forms.check_answers import summary
from shared.web.pages.environment import render
from shared.web.pages.shown.called import people_in, with_names
from shared.web.pages.shown.legs import limb_drawing
from shared.web.pages.words import spoken
from shared.web.problems import unknown

PAGE = "/meeting/{pathway_id}"
MOST_AT_A_MEETING = 100
Signer = Annotated[Acting, Depends(page_actor(MDT_SPECIALTIES, keeps=MdtSignOff.kind))]
_REVIEW = re.compile(r"[0-9]{1,6}")
Typed = Annotated[str, Form()]

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Answered:
    """The form as it was sent. `wrong` are fields with what is wrong, in words."""

    agrees: str = ""
    objection: str = ""
    key: str = ""
    wrong: dict[str, str] = field(default_factory=dict)


@router.get(PAGE)
async def show(request: Request, acting: Member, pathway_id: PathwayId, wiring: Wired) -> Response:
    """One patient, as the meeting discusses them. Text that was kept when somebody had to sign in is there again."""
    draft = await reception_of(request).drafts.load(_whose(acting, pathway_id))
    typed = Answered(text_in(draft, "agrees"), text_in(draft, "objection"))
    return await _page(request, acting, pathway_id, wiring, typed)


@router.post(PAGE, dependencies=[Depends(needs_recent_authentication(keeps=MdtSignOff.kind))])
async def sign(
    *,
    request: Request,
    acting: Signer,
    pathway_id: PathwayId,
    wiring: Wired,
    agrees: Typed = "",
    objection: Typed = "",
    review: Typed = "",
    key: Typed = "",
) -> Response:
    """Keeps the signature, or says at the form why not."""
    answered = Answered(agrees, objection, key if is_key(key) else "")
    record, wrong = _record(answered, review)
    if record is None or not answered.key:
        return await _page(request, acting, pathway_id, wiring, Answered(agrees, objection, "", wrong))
    outcome = await entered(request, acting, pathway_id, record, answered.key)
    match outcome:
        case Kept():
            return see_other("/meeting?said=signed")
        case Refused():
            told = {each.field if each.field == "objection" else "agrees": each.words for each in outcome.refusals}
            return await _page(request, acting, pathway_id, wiring, Answered(agrees, objection, "", told))
        case _:
            told = {"agrees": spoken()("meeting.changed")}
            return await _page(request, acting, pathway_id, wiring, Answered(agrees, objection, "", told))


def _record(answered: Answered, review: str) -> tuple[MdtSignOff | None, dict[str, str]]:
    say = spoken()
    if answered.agrees not in {"yes", "no"}:
        return None, {"agrees": say("meeting.choose")}
    if _REVIEW.fullmatch(review) is None or int(review) < 1:
        return None, {"agrees": say("meeting.changed")}
    agrees = answered.agrees == "yes"
    words = answered.objection.replace("\r\n", "\n")
    if not agrees and not words.strip():
        return None, {"objection": say("meeting.enter_objection")}
    try:
        return MdtSignOff(review=int(review), agrees=agrees, objection=None if agrees else words), {}
    except ValidationError:
        return None, {"objection": say("meeting.objection_unreadable")}


async def _page(request: Request, acting: Acting, pathway_id: str, wiring: Wiring, answered: Answered) -> Response:
    async with answering_in_time():
        ids = await reception_of(request).work.meeting(acting.trust, most=MOST_AT_A_MEETING)
        if pathway_id not in ids:  # the meeting has to do with its own patients; the case asks about all others
            return see_other(f"{reception_of(request).front_door}/pathways/{pathway_id}")
        both = await wiring.ledger.read_with_patient(acting.trust, pathway_id, acting.signature)
        moment, patient = both or (None, None)
        review = moment.pathway.record(MdtReview) if moment else None
        rows = summary(MdtReview, review) if review else ()
        signers = {each.by.person for each in moment.pathway.entries} if moment else set()
        names = await reception_of(request).names.of(acting.trust, signers | people_in(rows))
    if moment is None or patient is None:
        raise unknown()
    shown = answers.pathway(moment)
    place = ids.index(pathway_id)
    found, wrong = discussed(moment, shown, names=names), answered.wrong
    cannot = why_not(moment, acting.signature)
    return render(
        request,
        "work/meeting_patient.jinja",
        status=422 if wrong else 200,
        title=spoken()("meeting.patient_heading"),
        wide=True,
        pathway_id=pathway_id,
        banner=banner(moment, shown, patient),
        drawing=limb_drawing(findings(moment)),
        found=found,
        answers=with_names(rows, names) if found.review else (),
        may_sign=not cannot,
        cannot=cannot if acting.post.role in MDT_SPECIALTIES or not found.review else "",
        answered=answered,
        key=answered.key or str(uuid4()),
        errors=[{"text": text, "href": f"#{name}"} for name, text in wrong.items()],
        onward=ids[place + 1] if place + 1 < len(ids) else "",
        place=place + 1,
        count=len(ids),
    )


def _whose(acting: Acting, pathway_id: str) -> Whose:
    return Whose(acting.trust, acting.person, pathway_id, MdtSignOff.kind)
