"""GET /my-work: the list. POST /my-work/find: by reference or by exact number, which never stands in an address."""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from services.identity import Acting
from services.pages import breakings, filters
from services.pages.my_work.address import LIVE, PAGE, Asked, asked
from services.pages.my_work.rows import Reader, row, written
from services.pages.registers.listing import REGISTRARS
from services.reading import READERS
from services.sessions import page_actor, reception_of, see_other
from services.wiring import answering_in_time, wired
from shared.ledger.patient import Number
from shared.ledger.work import REFERENCE_DIGITS, Found, OpenTask, Sort, Whose, Wish
from shared.ledger.worklist import PlaceUnreadableError
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from shared.pathway.civil_time import civil, day_number
from shared.pathway.people import Role
from shared.pathway.referral import Referral
from shared.pathway.roles import CLERK, CLINICAL, DEVICES, GOVERNANCE, MEETING, RESEARCH
from shared.pathway.stages import KINDS
from shared.policy import load
from shared.web.pages.environment import render
from shared.web.pages.shown.due import due
from shared.web.pages.words import spoken

ROWS = 40  # when every line is as long as it gets, a page is still under 50 KB
MARK_DIGITS = 16
POLICY = load()
_NUMBER: TypeAdapter[str] = TypeAdapter(Number)
_GAPS = re.compile(r"[\s-]+")

router = APIRouter()
Worker = Annotated[Acting, Depends(page_actor(READERS))]
Arrived = Annotated[Acting, Depends(page_actor(READERS | {Role.OPS}))]


@router.get("/")
async def home(request: Request, acting: Arrived) -> Response:
    """Nobody stays on the front page: everybody has come to work, operations at a desk of their own."""
    if acting.post.role is not Role.OPS:
        return see_other(PAGE)
    desks = {each.name: each.url for each in wired(request).desks}
    return see_other(f"{desks['operations']}/operations")


@router.get(PAGE)
async def show(request: Request, acting: Worker) -> Response:
    """One page of the open work of the role somebody acts in."""
    wanted = asked(request.query_params)
    try:
        found = await find(request, acting, wanted)
    except PlaceUnreadableError:
        return see_other(replace(wanted, after="").address())
    return await draw(request, acting, wanted, found)


@router.post("/my-work/find")
async def search(request: Request, acting: Worker, find_text: Annotated[str, Form(alias="find")] = "") -> Response:
    """What is about one patient, named by number, or one pathway, named by its reference."""
    reference, number = understood(find_text, acting)
    if reference:
        return see_other(Asked(replace(Asked().wish, reference=reference)).address())
    if not number:
        return await _not_understood(request, acting, find_text)
    wanted = Asked(replace(Asked().wish, number=number))
    return await draw(request, acting, wanted, await find(request, acting, wanted), typed=find_text)


async def find(request: Request, acting: Acting, wanted: Asked, *, audited: bool = True) -> Found:
    """The tasks, with the patients for clinicians. Raises PlaceUnreadableError for a place that no page gave."""
    async with answering_in_time():
        return await reception_of(request).work.page(
            acting.trust,
            acting.signature,
            wanted.wish,
            after=wanted.after,
            size=ROWS,
            identified=audited and identified(acting),
            audited=audited,
        )


def understood(typed: str, acting: Acting) -> tuple[str, str]:
    """The reference, or for clinicians the number, that was typed, with or without gaps; "" for what it is not."""
    text = _GAPS.sub("", typed)
    if len(text) == REFERENCE_DIGITS and all(each in "0123456789abcdef" for each in text.lower()):
        return text.lower(), ""
    return "", text if identified(acting) and _is_number(text) else ""


def identified(acting: Acting) -> bool:
    """Whether this role sees who the patients are."""
    return acting.post.role in CLINICAL


def reader(request: Request, acting: Acting, stands_for: Collection[str] = ()) -> Reader:
    desks = {each.name: each.url for each in wired(request).desks}
    return Reader(acting.person, acting.post.role, desks, stands_for, reception_of(request).training)


async def lines(request: Request, acting: Acting, wanted: Asked, found: Found) -> dict[str, Any]:
    """What the lines of the table are drawn from; when nothing fits a filter, how much is open without it."""
    who = reader(request, acting, found.stands_for)
    none_fits = "" if found.tasks or not _narrowed(wanted.wish) else await _none_fits(request, acting)
    return {"rows": [row(each, who, POLICY) for each in found.tasks], "none_fits": none_fits}


def _narrowed(wish: Wish) -> bool:
    return replace(wish, sort=Sort.DUE) != Wish()


async def _none_fits(request: Request, acting: Acting) -> str:
    """How many are open, shown to nobody: it is a number alone."""
    say, all_open = spoken(), await find(request, acting, Asked(), audited=False)
    count = len(all_open.tasks)
    if not count:
        return say("my_work.none_open")
    return say.counted("my_work.none_fits_many" if all_open.after else "my_work.none_fits", count)


def mark(found: Found) -> str:
    """The same as long as the list would look the same, but for who the patients are and how late something is."""
    said = [(written(each, Role(each.role)), each.due_at, _state(each), each.urgency, each.why) for each in found.tasks]
    return hashlib.sha256(to_json([said, found.stands_for, found.after != ""])).hexdigest()[:MARK_DIGITS]


def _state(task: OpenTask) -> tuple[str, str, int, str]:
    day = day_number(task.presentation_at, task.started_at or task.now)
    return task.status, due(task.due_at, task.now).state, day, civil(task.now).isoformat()


async def draw(
    request: Request, acting: Acting, wanted: Asked, found: Found, *, typed: str = "", wrong: str = ""
) -> Response:
    errors = [{"text": spoken()(wrong), "href": "#find"}] if wrong else []
    live = not wanted.wish.number and reception_of(request).listen is not None
    return render(
        request,
        "work/my_work.jinja",
        status=422 if wrong else 200,
        title=spoken()("my_work.heading"),
        current="my_work",
        wide=True,
        live=live,
        live_address=replace(wanted, said="", seen=mark(found)).address(LIVE) if live else "",
        asked=wanted,
        here=replace(wanted, said="").address(),
        onward=wanted.behind(found.after).address() if found.after and not wanted.wish.number else "",
        found=found,
        colleagues={who: name for who, name in found.colleagues.items() if who != acting.person},
        doors=_doors(request, acting),
        choices=_choices(wanted),
        in_force=_in_force(wanted.wish),
        said=_said(wanted.said),
        identified=identified(acting),
        typed=typed,
        errors=errors,
        **await lines(request, acting, wanted, found),
    )


async def _not_understood(request: Request, acting: Acting, typed: str) -> Response:
    wrong = "my_work.find_wrong" if identified(acting) else "my_work.find_wrong_reference"
    found = await find(request, acting, Asked())
    return await draw(request, acting, Asked(), found, typed=typed, wrong=wrong)


def _doors(request: Request, acting: Acting) -> list[dict[str, str]]:
    """Pages of other desks where this role begins a pathway, or works on several at once."""
    who, say = reader(request, acting), spoken()
    doors = []
    if who.role in KINDS[Referral.kind].roles:
        doors.append({"address": f"{who.desks['referral']}/referrals/new", "text": say("form.referral")})
    if who.role in MEETING:
        doors.append({"address": f"{who.desks['mdt_review']}/meeting", "text": say("meeting.heading")})
    if who.role in GOVERNANCE:
        doors.append({"address": f"{who.desks['governance']}/inbox", "text": say("inbox.heading")})
    if who.role in REGISTRARS:
        doors.append({"address": f"{who.desks['governance']}/registers", "text": say("menu.registers")})
    if who.role in CLERK | GOVERNANCE:
        doors.append({"address": f"{who.desks['registry']}/registry", "text": say("menu.registry")})
    if who.role in RESEARCH | GOVERNANCE:
        doors.append({"address": f"{who.desks['registry']}/research", "text": say("menu.research")})
    lists = (("filters", filters.EXECUTIVE), ("broken-gates", breakings.REVIEWERS), ("devices", DEVICES))
    doors += [{"address": f"/{each}", "text": say(f"menu.{each}")} for each, roles in lists if who.role in roles]
    return doors


def _is_number(text: str) -> bool:
    try:
        _NUMBER.validate_python(text)
    except ValidationError:
        return False
    return True


def _choices(wanted: Asked) -> dict[str, list[dict[str, Any]]]:
    """The options of each select of the filter form."""
    say, wish = spoken(), wanted.wish
    return {
        "sort": _options([(each.value, say(f"my_work.sort_{each.value}")) for each in Sort], wish.sort),
        "urgency": _options(_any([(each.value, say(f"urgency.{each.value}")) for each in Urgency]), wish.urgency),
        "side": _options(_any([(each.value, say(f"side.{each.value}")) for each in Side]), wish.side),
        "whose": _options(_any([(each.value, say(f"my_work.whose_{each.value}")) for each in Whose]), wish.whose),
    }


def _in_force(wish: Wish) -> str:
    """The order and the filters of this page in one line."""
    say = spoken()
    told = {
        "sort": say(f"my_work.sort_{wish.sort.value}"),
        "urgency": say(f"urgency.{wish.urgency.value}") if wish.urgency else "",
        "side": say(f"side.{wish.side.value}") if wish.side else "",
        "whose": say(f"my_work.whose_{wish.whose.value}") if wish.whose else "",
    }
    said = [say("my_work.in_force", name=say(f"my_work.{name}"), value=value) for name, value in told.items() if value]
    return ". ".join([*said, say("my_work.overdue")] if wish.overdue else said)


def _any(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", spoken()("my_work.any")), *pairs]


def _options(pairs: list[tuple[str, str]], chosen: str | None) -> list[dict[str, Any]]:
    return [{"value": value, "text": text, "selected": value == (chosen or "")} for value, text in pairs]


def _said(said: str) -> list[str]:
    return list(_sentences(said)) if said else []


def _sentences(said: str) -> Iterator[str]:
    say = spoken()
    for each in said.split("."):
        name, _, count = each.partition("-")
        if (key := f"my_work.said_{name}") in say:
            yield say(key, count=count)
