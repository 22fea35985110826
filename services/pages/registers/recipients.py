"""GET /registers/recipients: who is told for governance, which way (IPG651 1.2, R-GOV-3). Changed here by governance.

That nobody would be told any more is refused, with words, by the database itself.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import ValidationError

from services.governance.registers import registers_of
from services.identity import Acting
from services.pages.registers.own import Governor, Place, drawing, sending
from services.sessions import reception_of, see_other
from services.wiring import Wired, Wiring, answering_in_time
from shared.ledger import NotAllowed, Refused
from shared.ledger.recipients import TOLD_ROLES, Recipient
from shared.ledger.registers import Registers
from shared.pathway.governance_register import RecipientNamed, RecipientStruck
from shared.pathway.people import Role
from shared.web.pages.environment import render
from shared.web.pages.shown.called import called
from shared.web.pages.words import spoken
from shared.web.problems import forbidden

PAGE = "/registers/recipients"
NEW = Place(f"{PAGE}/new", PAGE, "recipients.heading")
GO = "strike"
SAID = frozenset({RecipientNamed.kind, RecipientStruck.kind})
Typed = Annotated[str, Form()]


async def _keep(registers: Registers, acting: Acting, named: RecipientNamed, _key: str) -> Refused | NotAllowed | None:
    told = Recipient(Role(named.role), named.person, named.address, named.channel)
    return await registers.recipients.name(acting.trust, told, acting.signature)


router = APIRouter()
router.add_api_route(NEW.address, drawing(NEW, RecipientNamed), methods=["GET"])
router.add_api_route(NEW.address, sending(NEW, RecipientNamed, _keep), methods=["POST"])


@router.get(PAGE)
async def show(request: Request, acting: Governor, wiring: Wired) -> Response:
    """Everybody in the register by role, also roles that nobody holds and people who have left."""
    said = request.query_params.get("said", "")
    return await _page(request, acting, wiring, said=said if said in SAID else "")


@router.post(f"{PAGE}/strike")
async def strike(
    *, request: Request, acting: Governor, wiring: Wired, role: Typed = "", person: Typed = "", go: Typed = ""
) -> Response:
    """Asks once more, then takes somebody out, unless nobody would be left."""
    try:
        named = RecipientStruck.model_validate({"role": role, "person": person})
    except ValidationError:
        return await _page(request, acting, wiring, wrong=spoken()("recipients.not_there"))
    if go != GO:
        return await _asked_once_more(request, acting, wiring, named)
    async with answering_in_time():
        recipients = registers_of(wiring).recipients
        struck = await recipients.strike(acting.trust, Role(named.role), named.person, acting.signature)
    if isinstance(struck, NotAllowed):
        raise forbidden(spoken()("wrong.directory"))
    if isinstance(struck, Refused):
        return await _page(request, acting, wiring, wrong=struck.refusals[0].words, status=409)
    if not struck:
        return await _page(request, acting, wiring, wrong=spoken()("recipients.not_there"))
    return see_other(f"{PAGE}?said={RecipientStruck.kind}")


async def _asked_once_more(request: Request, acting: Acting, wiring: Wiring, named: RecipientStruck) -> Response:
    async with answering_in_time():
        found = await registers_of(wiring).recipients.of(acting.trust)
        names = await reception_of(request).names.of(acting.trust, [named.person])
    if (named.role, named.person) not in {(each.role.value, each.person) for each in found}:
        return await _page(request, acting, wiring, wrong=spoken()("recipients.not_there"))
    return render(
        request,
        "registers/strike.jinja",
        title=spoken()("recipients.strike_title"),
        struck=named,
        name=called(named.person, names),
        role_name=spoken()(f"role.{named.role}"),
        action=f"{PAGE}/strike",
        go=GO,
        back=PAGE,
    )


async def _page(
    request: Request, acting: Acting, wiring: Wiring, *, said: str = "", wrong: str = "", status: int = 422
) -> Response:
    say = spoken()
    async with answering_in_time():
        found = await registers_of(wiring).recipients.of(acting.trust)
        names = await reception_of(request).names.of(acting.trust, [each.person for each in found])
    return render(
        request,
        "registers/recipients.jinja",
        status=status if wrong else 200,
        title=say("recipients.heading"),
        said=f"recipients.said_{said}" if said else "",
        errors=[{"text": wrong, "href": "#told"}] if wrong else [],
        roles=[_role(role, found, names) for role in TOLD_ROLES],
        new=NEW.address,
    )


def _role(role: Role, found: Sequence[Recipient], names: Mapping[str, str]) -> dict[str, Any]:
    """One role with its people; `empty` when nobody who is still here would be told."""
    say = spoken()
    people = [each for each in found if each.role is role]
    return {
        "name": say(f"role.{role.value}"),
        "role": role.value,
        "empty": all(each.left for each in people),
        "people": [
            {
                "person": each.person,
                "name": called(each.person, names),
                "address": each.address,
                "way": say(f"recipients.by_{each.channel}"),
                "left": each.left,
            }
            for each in people
        ],
    }
