"""A form of a register that governance keeps itself: drawn, read, kept or refused in one step, by key once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import uuid4

from fastapi import Depends, Request, Response

from services.governance.registers import registers_of
from services.identity import Acting
from services.pages.own_forms import is_key
from services.sessions import page_actor, see_other
from services.wiring import Wired, answering_in_time
from shared.ledger import NotAllowed, Refused
from shared.ledger.registers import Registers
from shared.pathway.governance_register import PermissionEnded, PermissionGiven, RecipientNamed
from shared.pathway.roles import GOVERNANCE
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.posting import posted
from shared.web.forms.problems import form_errors, refusal_errors
from shared.web.forms.raw import EMPTY, RawForm, gathered
from shared.web.forms.reading import read_raw
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import FieldError, forbidden

Governor = Annotated[Acting, Depends(page_actor(GOVERNANCE))]
Asked = TypeVar("Asked", RecipientNamed, PermissionGiven, PermissionEnded)
Keep = Callable[[Registers, Acting, Asked, str], Awaitable[Refused | NotAllowed | None]]
Page = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is, and the page it belongs to."""

    address: str
    page: str
    heading: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody has filled it in so far, under its key."""

    place: Place
    kind: type[RecipientNamed | PermissionGiven | PermissionEnded]
    raw: RawForm
    key: str


def drawing(place: Place, kind: type[Asked]) -> Page:
    async def show(request: Request, acting: Governor) -> Response:
        del acting
        return _form(request, Filled(place, kind, EMPTY, str(uuid4())))

    return show


def sending(place: Place, kind: type[Asked], keep: Keep[Asked]) -> Page:
    """Keeps what was sent and goes back to the page; what is wrong or refused is said on the form."""

    async def send(request: Request, acting: Governor, wiring: Wired) -> Response:
        given = await posted(request)
        sent = dict(given).get("key", "")
        form = Filled(place, kind, gathered(describe(kind), given), sent if is_key(sent) else str(uuid4()))
        told = read_raw(kind, form.raw)
        if told.model is None:
            return _form(request, form, told.errors, status=422)
        async with answering_in_time():
            answer = await keep(registers_of(wiring), acting, told.model, form.key)
        if isinstance(answer, NotAllowed):
            raise forbidden(spoken()("wrong.directory"))
        if isinstance(answer, Refused):
            return _form(request, form, refusal_errors(answer.refusals, describe(kind), form.raw), status=409)
        return see_other(f"{place.page}?said={kind.kind}")

    return send


def _form(request: Request, form: Filled, errors: Sequence[FieldError] = (), *, status: int = 200) -> Response:
    asked, name = describe(form.kind), form.kind.kind
    return render(
        request,
        "registers/own_form.jinja",
        status=status,
        title=spoken()(f"form.{name}"),
        heading=spoken()(f"form.{name}"),
        means=spoken()(f"registers.means_{name}"),
        errors=form_errors(errors, asked, form.raw),
        drawn=draw(asked, form.raw, errors),
        action=form.place.address,
        key=form.key,
        back=form.place.page,
        back_words=spoken()(form.place.heading),
    )
