"""GET /registers: what may be announced, how far the last news has been told, and suspensions, which are lifted here.

Counts and references: nothing here names a pathway or a patient. Guidance: YR3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError

from services.governance.registers import REGISTERS, SuspensionLifted, registers_of
from services.identity import Acting
from services.sessions import page_actor, reception_of, see_other
from services.wiring import Wired, Wiring, answering_in_time
from shared.ledger import NotAllowed
from shared.ledger.announcements import Spread, Suspension
from shared.pathway.people import Role
from shared.pathway.roles import GOVERNANCE
from shared.pathway.stages import KINDS
from shared.web.pages.environment import render
from shared.web.pages.shown.called import called
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.problems import forbidden

PAGE = "/registers"
REGISTRARS = frozenset(role for news in REGISTERS.values() for role in KINDS[news.kind].roles) - {Role.PATENCY}
SAID = frozenset({"announced", "lifted"})
Registrar = Annotated[Acting, Depends(page_actor(REGISTRARS))]
Governor = Annotated[Acting, Depends(page_actor(GOVERNANCE))]
Typed = Annotated[str, Form()]

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Line:
    """One announcement as the page shows it."""

    what: str
    reference: str
    when: str
    progress: Tag


@router.get(PAGE)
async def show(request: Request, acting: Registrar, wiring: Wired) -> Response:
    """The registers as they stand."""
    said = request.query_params.get("said", "")
    return await _page(request, acting, wiring, said=said if said in SAID else "")


@router.post(f"{PAGE}/suspensions_lifted")
async def lift(request: Request, acting: Governor, wiring: Wired, reference: Typed = "") -> Response:
    """Lets starts go on again. Whoever comes second is told so too."""
    try:
        named = SuspensionLifted(reference=reference)
    except ValidationError:
        return await _page(request, acting, wiring, wrong="registers.not_in_force")
    async with answering_in_time():
        lifted = await registers_of(wiring).lift(acting.trust, named.reference, acting.signature)
    if isinstance(lifted, NotAllowed):
        raise forbidden(spoken()("wrong.directory"))
    if not lifted:
        return await _page(request, acting, wiring, wrong="registers.not_in_force")
    return see_other(f"{PAGE}?said=lifted")


async def _page(request: Request, acting: Acting, wiring: Wiring, *, said: str = "", wrong: str = "") -> Response:
    say = spoken()
    async with answering_in_time():
        spread, suspensions = await registers_of(wiring).stand(acting.trust)
        names = await reception_of(request).names.of(acting.trust, [each.by for each in spread])
    return render(
        request,
        "registers/registers.jinja",
        status=422 if wrong else 200,
        title=say("registers.heading"),
        said=f"registers.said_{said}" if said else "",
        errors=[{"text": say(wrong), "href": "#in-force"}] if wrong else [],
        forms=[
            {"href": f"{PAGE}/{address}", "text": say(f"form.{news.kind}")}
            for address, news in REGISTERS.items()
            if acting.post.role in KINDS[news.kind].roles
        ],
        own=_own(acting),
        suspensions=[_suspension(each) for each in suspensions],
        may_lift=acting.post.role in GOVERNANCE,
        lines=[_line(each, names) for each in spread],
    )


def _own(acting: Acting) -> list[dict[str, str]]:
    """The registers that governance keeps itself."""
    if acting.post.role not in GOVERNANCE:
        return []
    say = spoken()
    return [{"href": f"{PAGE}/{name}", "text": say(f"{name}.heading")} for name in ("recipients", "authorisation")]


def _suspension(each: Suspension) -> dict[str, Any]:
    say = spoken()
    what = say(f"registers.scope_{each.scope}", subject=each.subject or "")
    return {"reference": each.reference, "what": what, "since": instant_words(each.at)}


def _line(each: Spread, names: Mapping[str, str]) -> Line:
    say = spoken()
    when = say("registers.when", at=instant_words(each.at), person=called(each.by, names))
    return Line(say(f"record.{each.kind}"), each.reference or "", when, _progress(each))


def _progress(each: Spread) -> Tag:
    """How many of the pathways it concerns have been told."""
    say = spoken()
    if each.found is None:
        return Tag(say("registers.looking"), "yellow")
    if each.found == 0:
        return Tag(say("registers.nobody"), "grey")
    if each.owed:
        return Tag(say("registers.telling", told=each.told, found=each.found), "yellow")
    return Tag(say("registers.all_told", found=each.found), "green")
