"""GET /inbox: the trust's notices, what became of each sending. POST: somebody of governance says "I have read this".

IPG651 1.2. Nothing here says who a patient is: this desk cannot even ask.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError
from pydantic_core import to_json

from services.identity import Acting
from services.pages.own_forms import entered, is_key, text_in
from services.pages.records.scene import entrance_of
from services.sessions import page_actor, reception_of, see_other
from services.wiring import PathwayId, answering_in_time, is_pathway
from shared.ledger import Kept, Refused
from shared.ledger.drafts import Whose
from shared.ledger.work import NoticeInBox
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.roles import GOVERNANCE
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import leg_words, reference_words, urgency_tag
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.notices import NoticeShown, notices
from shared.web.pages.shown.tag import Tag
from shared.web.pages.shown.window import in_a_row
from shared.web.pages.words import Words, spoken
from shared.web.shapes import ShownDispatch, ShownNotice

MOST = 15
LIVE = "/inbox/live"
MARK_DIGITS = 16
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
Typed = Annotated[str, Form()]

router = APIRouter()
Governor = Annotated[Acting, Depends(page_actor(GOVERNANCE, keeps=NoticeAcknowledged.kind))]


@dataclass(frozen=True, slots=True)
class InBox:
    """One notice as the inbox shows it. `anchor` is its place on the page, `sent` all its sendings in one line."""

    anchor: str
    pathway_id: str
    number: int
    reference: str
    leg: str
    day: str
    urgency: Tag | None
    owed: str
    waits: bool
    overdue: Tag | None
    sent: str
    notice: NoticeShown
    key: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of the inbox: a page of all notices, or those of one pathway, where a mail or a task leads."""

    page: int = 1
    pathway_id: str | None = None


BEGINNING = Shown()


@router.get("/inbox")
async def show(request: Request, acting: Governor) -> Response:
    """What waits to be read first, then what was read."""
    said = "inbox.said_acknowledged" if request.query_params.get("said") == "acknowledged" else ""
    return await _page(request, acting, said=said)


@router.get("/inbox/{pathway_id}")
async def show_again(request: Request, acting: Governor, pathway_id: PathwayId) -> Response:
    """Where whoever had to sign in first comes back to: the notices of this pathway, and what was typed about one.

    404 for what the trust does not have.
    """
    await entrance_of(request, acting, pathway_id)
    draft = await reception_of(request).drafts.load(_whose(acting, pathway_id))
    about, comment = (text_in(draft, name) for name in ("notice", "comment"))
    return await _page(request, acting, Shown(pathway_id=pathway_id), typed=(f"n-{pathway_id}-{about}", comment))


@router.post("/inbox/{pathway_id}")
async def acknowledge(
    *,
    request: Request,
    acting: Governor,
    pathway_id: PathwayId,
    notice: Typed = "",
    comment: Typed = "",
    key: Typed = "",
) -> Response:
    """Keeps the acknowledgement; whoever comes second is told that it was acknowledged already."""
    anchor = f"n-{pathway_id}-{notice}"
    record = _record(notice, comment)
    if record is None or not is_key(key):
        return await _page(request, acting, wrong=spoken()("inbox.unreadable"), typed=(anchor, comment))
    outcome = await entered(request, acting, pathway_id, record, key)
    match outcome:
        case Kept():
            return see_other("/inbox?said=acknowledged")
        case Refused():
            return await _page(request, acting, wrong=outcome.refusals[0].words, typed=(anchor, comment))
        case _:
            return await _page(request, acting, wrong=spoken()("inbox.unreadable"), typed=(anchor, comment))


def _record(notice: str, comment: str) -> NoticeAcknowledged | None:
    if _NUMBER.fullmatch(notice) is None:
        return None
    try:
        return NoticeAcknowledged(
            notice=int(notice), comment=comment.replace("\r\n", "\n") if comment.strip() else None
        )
    except ValidationError:
        return None


async def _page(
    request: Request,
    acting: Acting,
    part: Shown | None = None,
    *,
    said: str = "",
    wrong: str = "",
    typed: tuple[str, str] = ("", ""),
) -> Response:
    """`typed` is what somebody wrote about a notice, by its place on the page; `wrong` is what is wrong with that."""
    part = part or _part(request)
    found = await asked(request, acting, part=part)
    anchor, comment = typed
    known = any(_anchor(each) == anchor for each in found[:MOST])
    # Only the first page of all notices moves with the clock; the rest stays where the reader is.
    live = reception_of(request).listen is not None and part == BEGINNING
    return render(
        request,
        "work/inbox.jinja",
        status=422 if wrong else 200,
        title=spoken()("inbox.heading"),
        wide=True,
        live=live,
        live_address=f"{LIVE}?seen={mark(found)}",
        said=said,
        wrong=anchor if wrong else "",
        typed={anchor: comment},
        errors=[{"text": wrong, "href": f"#{anchor}" if known else "#maincontent"}] if wrong else [],
        first=part == BEGINNING,
        **lines(found, part),
    )


def _whose(acting: Acting, pathway_id: str) -> Whose:
    return Whose(acting.trust, acting.person, pathway_id, NoticeAcknowledged.kind)


def _part(request: Request) -> Shown:
    """The part of the inbox that the address names; what cannot be read is the beginning."""
    page, pathway = request.query_params.get("page", ""), request.query_params.get("pathway", "")
    return Shown(int(page) if _NUMBER.fullmatch(page) else 1, pathway if is_pathway(pathway) else None)


async def asked(
    request: Request, acting: Acting, *, part: Shown = BEGINNING, audited: bool = True
) -> tuple[NoticeInBox, ...]:
    """That part of the trust's notices; one more than fits on the page when there are more."""
    async with answering_in_time():
        by, after = acting.signature if audited else None, (part.page - 1) * MOST
        work = reception_of(request).work
        return await work.notices(acting.trust, by, most=MOST + 1, after=after, pathway_id=part.pathway_id)


def lines(found: Sequence[NoticeInBox], part: Shown = BEGINNING) -> dict[str, Any]:
    """What the notices of the page are drawn from, and the address of the next page, "" when this is the last."""
    shown = [_line(each) for each in found[:MOST]]
    of = f"&pathway={part.pathway_id}" if part.pathway_id else ""
    return {
        "waiting": [each for each in shown if each.waits],
        "read": [each for each in shown if not each.waits],
        "more": f"/inbox?page={part.page + 1}{of}" if len(found) > MOST else "",
    }


def mark(found: Sequence[NoticeInBox]) -> str:
    """The same as long as the inbox would look the same."""
    return hashlib.sha256(to_json(found)).hexdigest()[:MARK_DIGITS]


def _anchor(found: NoticeInBox) -> str:
    return f"n-{found.pathway_id}-{found.number}"


def _line(found: NoticeInBox) -> InBox:
    say = spoken()
    sent = tuple(ShownDispatch.model_validate_json(each) for each in found.sent)
    shown = ShownNotice(
        number=found.number,
        about=found.about,
        owed_at=found.owed_at,
        dispatches=sent,
        delivered_at=min((each.delivered_at for each in sent if each.delivered_at), default=None),
        acknowledged_at=found.acknowledged_at,
        acknowledged_by=found.acknowledged_name or found.acknowledged_by,
    )
    return InBox(
        _anchor(found),
        found.pathway_id,
        found.number,
        reference_words(found.pathway_id),
        leg_words([Side(each) for each in found.sides], say),
        in_a_row(found.day, say, treated=found.treated, closed=found.closed),
        None if found.treated or found.closed else urgency_tag(Urgency(found.urgency), say),
        instant_words(found.owed_at),
        found.acknowledged_at is None,
        _overdue(shown, say),
        _sent(sent, say),
        notices([shown], say)[0],
        str(uuid4()),
    )


def _overdue(notice: ShownNotice, say: Words) -> Tag | None:
    """A reminder is sent once the time to read a notice has passed: no other clock is asked, here or in training."""
    late = notice.acknowledged_at is None and any(each.reason == "reminder" for each in notice.dispatches)
    return Tag(say("inbox.overdue"), "red") if late else None


def _sent(dispatches: Sequence[ShownDispatch], say: Words) -> str:
    """How often a notice was sent, when last, and what became of it all; one that could not be sent came back."""
    gone = [(at, each) for each in dispatches if (at := each.sent_at or each.delivered_at or each.failed_at)]
    if not gone:
        return say("inbox.not_sent")
    became = Counter("delivered" if each.delivered_at else "failed" if each.failed_at else "open" for _, each in gone)
    told = [say(f"inbox.became_{each}", count=became[each]) for each in ("delivered", "failed", "open") if became[each]]
    last = max(at for at, _ in gone)
    return say.counted("inbox.sent", len(gone), at=instant_words(last), became=", ".join(told))
