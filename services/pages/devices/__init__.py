"""GET /devices: in which pathways a device, or one lot of it, was used: what a recall asks (YR2, H-19)."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.sessions import page_actor
from services.wiring import answering_in_time, wired
from shared.ledger.traceability import MOST, Device, DeviceUse
from shared.pathway.record import Part
from shared.pathway.roles import DEVICES
from shared.web.forms.description import Field, Form, Kind
from shared.web.forms.drawing import draw
from shared.web.forms.problems import form_errors
from shared.web.forms.raw import RawForm
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken
from shared.web.problems import FieldError

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
HEADINGS = ("devices.pathway", "devices.when", "devices.lot", "devices.outcome")

router = APIRouter(include_in_schema=False)
Officer = Annotated[Acting, Depends(page_actor(DEVICES))]


@router.get("/devices")
async def show(request: Request, acting: Officer) -> Response:
    """A question, and once it was asked its answer. That nobody had the device is an answer too."""
    say, asked = spoken(), {name: request.query_params.get(name, "").strip() for name in ("udi", "lot")}
    form, raw = _form(), RawForm({name: (text,) for name, text in asked.items()})
    wrong = tuple(_wrong(asked)) if request.query_params else ()
    known = bool(asked["udi"]) and not wrong
    uses = await _uses(request, acting, Device(asked["udi"], asked["lot"] or None)) if known else ()
    return render(
        request,
        "tracks/devices.jinja",
        status=422 if wrong else 200,
        title=say("devices.title"),
        errors=form_errors(wrong, form, raw),
        asked=draw(form, raw, wrong),
        answered=known,
        uses=[_shown(each) for each in uses],
        found=_found(uses),
        complete=len(uses) < MOST,
        headings=[say(each) for each in HEADINGS],
    )


def _found(uses: tuple[DeviceUse, ...]) -> str:
    say = spoken()
    if not uses:
        return say("devices.found_none")
    pathways = say.counted("devices.pathways", len({each.pathway_id for each in uses}))
    return say.counted("devices.found", len(uses), pathways=pathways)


def _form() -> Form:
    say = spoken()
    udi = Field("udi", Kind.TEXT, say("devices.udi"), say("devices.udi_hint"), "")
    return Form(Part, (udi, Field("lot", Kind.TEXT, say("devices.lot_asked"), "", "")))


def _wrong(asked: dict[str, str]) -> list[FieldError]:
    say = spoken()
    if not asked["udi"]:
        return [FieldError("udi", say("devices.udi_missing"))]
    return [FieldError(name, say("devices.wrong")) for name, text in asked.items() if text and not CODE.fullmatch(text)]


async def _uses(request: Request, acting: Acting, device: Device) -> tuple[DeviceUse, ...]:
    async with answering_in_time():
        return await wired(request).ledger.device_uses(acting.trust, device, acting.signature)


def _shown(use: DeviceUse) -> dict[str, str]:
    return {
        "case": f"/pathways/{use.pathway_id}#entry-{use.entry}",
        "reference": reference_words(use.pathway_id),
        "at": instant_words(use.at),
        "lot": " / ".join(filter(None, (use.lot, use.serial))),
        "outcome": spoken()(f"device_use.{use.outcome}"),
    }


__all__ = ["router"]
