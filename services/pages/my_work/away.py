"""GET and POST /my-work/away: who does somebody's assigned tasks while they are away, from which day to which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from services.identity import Acting
from services.pages.my_work.listing import Worker
from services.sessions import reception_of, see_other
from shared.ledger.assignments import Delegation
from shared.ledger.work import Wish
from shared.pathway.civil_time import civil
from shared.web.pages.environment import render
from shared.web.pages.shown.called import called
from shared.web.pages.shown.instants import day_words
from shared.web.pages.words import spoken

AWAY = "/my-work/away"
LONGEST_DAYS = 366
PARTS = ("day", "month", "year")
Typed = Annotated[str, Form()]

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day as they were typed: day, month, year."""

    first: tuple[str, ...] = ("", "", "")
    last: tuple[str, ...] = ("", "", "")


@router.get(AWAY)
async def show(request: Request, acting: Worker) -> Response:
    return await _page(request, acting)


async def typed_days(request: Request) -> Days:
    """The two days of the form."""
    form = await request.form()
    first, last = (tuple(str(form.get(f"{day}_{part}", "")) for part in PARTS) for day in ("first", "last"))
    return Days(first, last)


@router.post(AWAY)
async def delegate(
    request: Request, acting: Worker, typed: Annotated[Days, Depends(typed_days)], to: Typed = ""
) -> Response:
    """Lets a colleague of the same role stand in. The last day counts."""
    first, last = _day(typed.first), _day(typed.last)
    today = civil(reception_of(request).sessions.clock.now())
    wrong = _wrong(to, first, last, today, acting)
    if wrong or first is None or last is None:
        return await _page(request, acting, to=to, typed=typed, wrong=wrong)
    wish = Delegation(acting.person, to, acting.post.role, first, last + timedelta(days=1))
    if not await reception_of(request).assignments.delegate(acting.trust, wish):
        return await _page(request, acting, to=to, typed=typed, wrong={"to": "away.not_theirs"})
    return see_other(AWAY)


@router.post(f"{AWAY}/stop")
async def stop(request: Request, acting: Worker, from_on: Typed = "") -> Response:
    """Ends one's own absence that began, or begins, on that day."""
    try:
        day = date.fromisoformat(from_on)
    except ValueError:
        return see_other(AWAY)
    await reception_of(request).assignments.stop(acting.trust, acting.person, acting.post.role, day)
    return see_other(AWAY)


def _wrong(to: str, first: date | None, last: date | None, today: date, acting: Acting) -> dict[str, str]:
    """Field and the key of what is wrong with it."""
    wrong: dict[str, str] = {}
    if not to or to == acting.person:
        wrong["to"] = "away.choose"
    if first is None:
        wrong["first"] = "away.enter_first"
    if last is None:
        wrong["last"] = "away.enter_last"
    elif last < today or (first is not None and last < first):
        wrong["last"] = "away.last_too_early"
    elif first is not None and last - first > timedelta(days=LONGEST_DAYS):
        wrong["last"] = "away.too_long"
    return wrong


def _day(parts: tuple[str, ...]) -> date | None:
    day, month, year = (part.strip() for part in parts)
    if not all(part.isascii() and part.isdigit() for part in (day, month, year)):
        return None
    try:
        return date(int(year[:5]), int(month[:3]), int(day[:3]))
    except ValueError:
        return None


async def _page(
    request: Request, acting: Acting, *, to: str = "", typed: Days | None = None, wrong: dict[str, str] | None = None
) -> Response:
    reception, say, wrong = reception_of(request), spoken(), wrong or {}
    known = await reception.assignments.delegations(acting.trust, acting.person)
    found = await reception.work.page(acting.trust, acting.signature, Wish(), size=1, identified=False, audited=False)
    names = await reception.names.of(acting.trust, [who for each in known for who in (each.person, each.to_person)])
    anchors = {"to": "to", "first": "first-day", "last": "last-day"}
    return render(
        request,
        "work/away.jinja",
        status=422 if wrong else 200,
        title=say("away.heading"),
        current="my_work",
        colleagues={who: name for who, name in found.colleagues.items() if who != acting.person},
        to=to,
        typed=typed or Days(),
        wrong={name: say(key) for name, key in wrong.items()},
        errors=[{"text": say(key), "href": f"#{anchors[name]}"} for name, key in wrong.items()],
        mine=[_shown(each, names) for each in known if each.person == acting.person and each.role == acting.post.role],
        theirs=[_shown(each, names) for each in known if each.to_person == acting.person],
    )


def _shown(each: Delegation, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "person": called(each.person, names),
        "to_person": called(each.to_person, names),
        "role": spoken()(f"role.{each.role.value}"),
        "from_on": each.from_on.isoformat(),
        "first": day_words(each.from_on),
        "last": day_words(each.until_on - timedelta(days=1)),
    }
