"""GET and POST /registers/{register}: news is written down, shown once more with what it touches, then announced.

The click changes the register; the worker writes the news into each pathway it concerns. Guidance: 3.6, YR3.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response

from services.governance.registers import REGISTERS, registers_of
from services.identity import Acting
from services.pages.own_forms import is_key
from services.pages.registers.listing import PAGE
from services.sessions import page_actor, see_other
from services.wiring import Wired, Wiring, answering_in_time
from shared.ledger import KeyReused, NotAllowed, Refused
from shared.ledger.registers import Announced, Announcement, News
from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from shared.pathway.trust_news import DeviceRecall
from shared.web.forms.check_answers import summary
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.posting import posted
from shared.web.forms.problems import form_errors, refusal_errors
from shared.web.forms.raw import BUTTON, EMPTY, RawForm, compacted, gathered, pressed
from shared.web.forms.reading import read_raw
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import FieldError, forbidden
from shared.wiring import telemetry

ANNOUNCE, CHANGE = "announce", "change"
Page = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Form:
    """One register's form as somebody has filled it in so far, under its key."""

    request: Request
    address: str
    news: type[News]
    raw: RawForm
    key: str


def routes() -> APIRouter:
    """A form for each register."""
    router = APIRouter()
    for register, news in REGISTERS.items():
        address = f"{PAGE}/{register}"
        router.add_api_route(address, _drawing(address, news), methods=["GET"])
        router.add_api_route(address, _sending(address, news), methods=["POST"])
    return router


def _drawing(address: str, news: type[News]) -> Page:
    async def show(request: Request, acting: Annotated[Acting, Depends(_announcer(news))]) -> Response:
        del acting
        return _form(Form(request, address, news, EMPTY, str(uuid4())))

    return show


def _sending(address: str, news: type[News]) -> Page:
    async def send(request: Request, acting: Annotated[Acting, Depends(_announcer(news))], wiring: Wired) -> Response:
        given = await posted(request)
        besides = dict(given)
        key = besides.get("key", "")
        raw = gathered(describe(news), given)
        form = Form(request, address, news, raw, key if is_key(key) else str(uuid4()))
        return await _sent(form, besides.get(BUTTON, ""), besides.get("go", ""), acting, wiring)

    return send


def _announcer(news: type[News]) -> Callable[[Request], Awaitable[Acting]]:
    return page_actor(KINDS[news.kind].roles - {Role.PATENCY})


async def _sent(form: Form, button: str, go: str, acting: Acting, wiring: Wiring) -> Response:
    """What follows the page: more rows, what is wrong, a last look at all of it, or the announcement."""
    asked = describe(form.news)
    rows = pressed(asked, form.raw, button)
    if rows is not None:
        return _form(_with(form, rows))
    form = _with(form, compacted(asked, form.raw))
    told = read_raw(form.news, form.raw)
    if told.model is None:
        return _form(form, told.errors, status=422)
    if go == CHANGE:
        return _form(form)
    if go != ANNOUNCE:
        return await _check(form, told.model, acting, wiring)
    return await _announced(form, told.model, acting, wiring)


def _with(form: Form, raw: RawForm) -> Form:
    return Form(form.request, form.address, form.news, raw, form.key)


async def _announced(form: Form, news: News, acting: Acting, wiring: Wiring) -> Response:
    written = f"{form.address}\n{news.model_dump_json()}".encode()
    told = Announcement(
        trust=acting.trust,
        news=news,
        by=acting.signature,
        key=form.key,
        body_hash=hashlib.sha256(written).digest(),
        traceparent=telemetry.traceparent(),
    )
    async with answering_in_time():
        outcome = await registers_of(wiring).announce(told)
    match outcome:
        case Announced():
            return see_other(f"{PAGE}?said=announced")
        case Refused():
            return _form(form, refusal_errors(outcome.refusals, describe(form.news), form.raw), status=409)
        case KeyReused():
            fresh = Form(form.request, form.address, form.news, form.raw, str(uuid4()))
            return _form(fresh, (FieldError("", spoken()("registers.sent_before")),), status=422)
        case NotAllowed():
            raise forbidden(spoken()("wrong.directory"))


def _form(form: Form, errors: Sequence[FieldError] = (), *, status: int = 200) -> Response:
    asked, name = describe(form.news), form.news.kind
    return render(
        form.request,
        "registers/form.jinja",
        status=status,
        title=spoken()(f"form.{name}"),
        heading=spoken()(f"form.{name}"),
        means=spoken()(f"registers.means_{name}"),
        errors=form_errors(errors, asked, form.raw),
        drawn=draw(asked, form.raw, errors),
        action=form.address,
        key=form.key,
        back=PAGE,
    )


async def _check(form: Form, news: News, acting: Acting, wiring: Wiring) -> Response:
    """Everything once more, and how many pathways it would touch."""
    name = form.news.kind
    return render(
        form.request,
        "registers/check.jinja",
        title=spoken()("form.check", form=spoken()(f"form.{name}")),
        heading=spoken()(f"form.{name}"),
        means=spoken()(f"registers.means_{name}"),
        touches=_touches(news, await _counted(news, acting, wiring)),
        rows=summary(form.news, form.raw),
        inputs=[(each, text) for each, texts in form.raw.texts.items() for text in texts],
        action=form.address,
        key=form.key,
        back=PAGE,
    )


async def _counted(news: News, acting: Acting, wiring: Wiring) -> int | None:
    """None when it cannot be counted in time: that must not hold back a recall."""
    try:
        async with answering_in_time():
            return await registers_of(wiring).touches(acting.trust, news)
    except TimeoutError:
        return None


def _touches(news: News, count: int | None) -> str:
    say = spoken()
    if count is None:
        return say("registers.touches_uncounted")
    if count == 0:
        return say("registers.touches_nobody")
    which = "closed_too" if isinstance(news, DeviceRecall) else "open"
    return say(f"registers.touches_{which}_one" if count == 1 else f"registers.touches_{which}", count=count)
