"""GET /registers/authorisation: what the trust permits until when, who approved it, what ended (IPG651 3.6, YR3).

Approving and ending count for the next start; to pause is to suspend (listing.py).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from services.governance.registers import registers_of
from services.identity import Acting
from services.pages.registers.own import Governor, Place, drawing, sending
from services.sessions import reception_of
from services.wiring import Wired, answering_in_time
from shared import policy
from shared.ledger import NotAllowed, Refused
from shared.ledger.authorisations import Event, Permission, Standing
from shared.ledger.registers import Registers
from shared.pathway.governance_register import PermissionEnded, PermissionGiven, PermitScope
from shared.pathway.people import Role
from shared.web.pages.environment import render
from shared.web.pages.shown.called import called
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken

PAGE = "/registers/authorisation"
APPROVE = Place(f"{PAGE}/approve", PAGE, "authorisation.heading")
END = Place(f"{PAGE}/end", PAGE, "authorisation.heading")
SAID = frozenset({PermissionGiven.kind, PermissionEnded.kind})
STATUS_COLOURS = {"active": "green", "suspended": "yellow", "expired": "red"}


async def _keep(
    registers: Registers, acting: Acting, said: PermissionGiven | PermissionEnded, key: str
) -> Refused | NotAllowed | None:
    return await registers.authorisations.change(acting.trust, said, acting.signature, key)


router = APIRouter()
router.add_api_route(APPROVE.address, drawing(APPROVE, PermissionGiven), methods=["GET"])
router.add_api_route(APPROVE.address, sending(APPROVE, PermissionGiven, _keep), methods=["POST"])
router.add_api_route(END.address, drawing(END, PermissionEnded), methods=["GET"])
router.add_api_route(END.address, sending(END, PermissionEnded, _keep), methods=["POST"])


@router.get(PAGE)
async def show(request: Request, acting: Governor, wiring: Wired) -> Response:
    """What ends soonest comes first within the procedure, the devices, the operators."""
    said, say = request.query_params.get("said", ""), spoken()
    registers = registers_of(wiring)
    async with answering_in_time():
        standing = await registers.authorisations.stand(acting.trust)
        names = await reception_of(request).names.of(acting.trust, _people(standing))
    today = registers.today()
    return render(
        request,
        "registers/authorisation.jinja",
        title=say("authorisation.heading"),
        said=f"authorisation.said_{said}" if said in SAID else "",
        status_tag=_status(standing.status),
        groups=[_group(scope, standing.permissions, names, today) for scope in PermitScope],
        history=[_event(each, names) for each in standing.history],
        approve=APPROVE.address,
        end=END.address,
    )


def _people(standing: Standing) -> list[str]:
    named = [each.subject for each in standing.permissions if each.scope is PermitScope.OPERATOR]
    named += [each.subject for each in standing.history if each.scope is PermitScope.OPERATOR]
    approvers = [each.approved_by for each in standing.permissions] + [each.by_person for each in standing.history]
    return sorted({each for each in (*named, *approvers) if each})


def _status(status: str | None) -> Tag:
    say = spoken()
    return Tag(say(f"authorisation.status_{status or 'absent'}"), STATUS_COLOURS.get(status or "", "red"))


def _group(scope: PermitScope, found: Sequence[Permission], names: Mapping[str, str], today: date) -> dict[str, Any]:
    say = spoken()
    own = sorted((each for each in found if each.scope is scope), key=lambda each: each.review_by or date.max)
    return {
        "heading": say(f"authorisation.{scope.value}"),
        "lines": [_permission(each, names, today) for each in own],
    }


def _permission(each: Permission, names: Mapping[str, str], today: date) -> dict[str, Any]:
    say = spoken()
    approved = (
        say("registers.when", at=instant_words(each.approved_at), person=called(each.approved_by, names))
        if each.approved_at and each.approved_by
        else say("authorisation.before_history")
    )
    until = day_words(each.review_by) if each.review_by else say("authorisation.with_the_procedure")
    return {
        "what": _subject(each.scope, each.subject, names),
        "until": until,
        "ending": _ending(each.review_by, today),
        "approved": approved,
    }


def _ending(review_by: date | None, today: date) -> Tag | None:
    """How near the end is; nothing while it is far off."""
    left = (review_by - today).days if review_by else None
    if left is None or left > _warning_days():
        return None
    say = spoken()
    if left < 0:
        return Tag(say("authorisation.over"), "red")
    return Tag(say("authorisation.ends_today") if left == 0 else say.counted("authorisation.ends_in", left), "yellow")


@cache
def _warning_days() -> int:
    """As many days before the end as governance is first warned by mail (T-AUTH)."""
    return max(policy.load().authorisation_warning_days)


def _event(each: Event, names: Mapping[str, str]) -> dict[str, Any]:
    say = spoken()
    done = say(f"authorisation.{each.action}", what=_subject(each.scope, each.subject, names))
    until = say("authorisation.until", day=day_words(each.review_by)) if each.review_by else ""
    return {
        "done": done,
        "until": until,
        "reference": each.reference,
        "body": each.approving_body or "",
        "words": each.evidence or "",
        "when": say("registers.when", at=instant_words(each.at), person=called(each.by_person, names)),
        "role": say(f"role.{Role(each.by_role).value}"),
    }


def _subject(scope: PermitScope, subject: str | None, names: Mapping[str, str]) -> str:
    if scope is PermitScope.PROCEDURE:
        return spoken()("authorisation.the_procedure")
    return called(subject or "", names) if scope is PermitScope.OPERATOR else subject or ""
