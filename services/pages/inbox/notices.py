"""GET /inbox: the trust's notices, what became of each sending. POST: somebody of governance says "I have read this".

IPG651 1.2. Nothing here says who a patient is: this desk cannot even ask.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError

from services.entering import note
from services.identity import Acting
from services.sessions import page_actor, reception_of, see_other
from services.wiring import PathwayId, Wired, answering_in_time
from shared.ledger import Absent, Act, Kept, NotAllowed, Refused
from shared.ledger.work import NoticeInBox
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.roles import GOVERNANCE
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import URGENCY_COLOURS, reference_words, side_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.notices import NoticeShown, notices
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.problems import forbidden, unknown
from shared.web.shapes import ShownDispatch, ShownNotice
from shared.wiring import telemetry

MOST = 15
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
Typed = Annotated[str, Form()]

router = APIRouter()
Governor = Annotated[Acting, Depends(page_actor(GOVERNANCE, keeps=NoticeAcknowledged.kind))]


@dataclass(frozen=True, slots=True)
class InBox:
    """One notice as the inbox shows it. `anchor` is its place on the page."""

    anchor: str
    pathway_id: str
    number: int
    reference: str
    leg: str
    urgency: Tag
    owed: str
    waits: bool
    notice: NoticeShown
    key: str


@router.get("/inbox")
async def show(request: Request, acting: Governor) -> Response:
    """What waits to be read first, then what was read."""
    said = "inbox.said_acknowledged" if request.query_params.get("said") == "acknowledged" else ""
    return await _page(request, acting, said=said)


@router.post("/inbox/{pathway_id}")
async def acknowledge(
    *,
    request: Request,
    acting: Governor,
    pathway_id: PathwayId,
    wiring: Wired,
    notice: Typed = "",
    comment: Typed = "",
    key: Typed = "",
) -> Response:
    """Keeps the acknowledgement; whoever comes second is told that it was acknowledged already."""
    anchor = f"n-{pathway_id}-{notice}"
    record = _record(notice, comment)
    if record is None or _KEY.fullmatch(key) is None:
        return await _page(request, acting, wrong=(anchor, spoken()("inbox.unreadable")))
    digest = hashlib.sha256(f"{request.url.path}\n{record.model_dump_json()}".encode()).digest()
    act = Act(
        trust=acting.trust,
        pathway_id=pathway_id,
        record=record,
        by=acting.signature,
        key=key,
        body_hash=digest,
        traceparent=telemetry.traceparent(),
    )
    async with answering_in_time():
        outcome = await wiring.ledger.enter(act)
    note(outcome, acting, record.kind, pathway_id)
    match outcome:
        case Kept():
            return see_other("/inbox?said=acknowledged")
        case Refused():
            return await _page(request, acting, wrong=(anchor, outcome.refusals[0].words))
        case NotAllowed():
            raise forbidden("The trust's staff directory does not give you this role")
        case Absent():
            raise unknown()
        case _:
            return await _page(request, acting, wrong=(anchor, spoken()("inbox.unreadable")))


def _record(notice: str, comment: str) -> NoticeAcknowledged | None:
    if _NUMBER.fullmatch(notice) is None:
        return None
    try:
        return NoticeAcknowledged(
            notice=int(notice), comment=comment.replace("\r\n", "\n") if comment.strip() else None
        )
    except ValidationError:
        return None


async def _page(request: Request, acting: Acting, *, said: str = "", wrong: tuple[str, str] | None = None) -> Response:
    async with answering_in_time():
        found = await reception_of(request).work.notices(acting.trust, acting.signature, most=MOST + 1)
    lines = [_line(each) for each in found[:MOST]]
    anchor, text = wrong or ("", "")
    known = any(each.anchor == anchor for each in lines)
    return render(
        request,
        "work/inbox.jinja",
        status=422 if wrong else 200,
        title=spoken()("inbox.heading"),
        wide=True,
        waiting=[each for each in lines if each.waits],
        read=[each for each in lines if not each.waits],
        more=len(found) > MOST,
        said=said,
        wrong=anchor,
        errors=[{"text": text, "href": f"#{anchor}" if known else "#maincontent"}] if wrong else [],
    )


def _line(found: NoticeInBox) -> InBox:
    say, urgency = spoken(), Urgency(found.urgency)
    sent = tuple(ShownDispatch.model_validate_json(each) for each in found.sent)
    shown = ShownNotice(
        number=found.number,
        about=found.about,
        owed_at=found.owed_at,
        dispatches=sent,
        delivered_at=min((each.delivered_at for each in sent if each.delivered_at), default=None),
        acknowledged_at=found.acknowledged_at,
        acknowledged_by=found.acknowledged_by,
    )
    return InBox(
        f"n-{found.pathway_id}-{found.number}",
        found.pathway_id,
        found.number,
        reference_words(found.pathway_id),
        say("side.leg", side=side_words([Side(each) for each in found.sides], say)),
        Tag(say(f"urgency.{urgency.value}"), URGENCY_COLOURS[urgency]),
        instant_words(found.owed_at),
        found.acknowledged_at is None,
        notices([shown], say)[0],
        str(uuid4()),
    )
