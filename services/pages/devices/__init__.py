"""GET /devices: in which pathways a device, or one lot of it, was used: what a recall asks (YR2, H-19)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.sessions import page_actor
from services.wiring import answering_in_time, wired
from shared.ledger.traceability import MOST, Device, DeviceUse
from shared.pathway.anatomy import Side
from shared.pathway.record import Part
from shared.pathway.roles import DEVICES
from shared.web.forms.description import Field, Form, Kind
from shared.web.forms.drawing import draw
from shared.web.forms.problems import form_errors
from shared.web.forms.raw import RawForm
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words, side_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.problems import FieldError

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
HEADINGS = ("devices.pathway", "devices.leg", "devices.lot", "devices.outcome", "devices.when")
INSIDE, ENDED = ("left_inside", "taken_out"), ("used", "failed", "opened_unused")

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
    blocks = in_blocks(uses)
    return render(
        request,
        "tracks/devices.jinja",
        status=422 if wrong else 200,
        title=say("devices.title"),
        errors=form_errors(wrong, form, raw),
        asked=draw(form, raw, wrong),
        answered=known,
        devices=[_shown(each) for each in blocks],
        found=_found(blocks),
        model=next((each.model for each in uses if each.model), ""),
        complete=len(uses) < MOST,
        headings=[say(each) for each in HEADINGS],
    )


@dataclass(frozen=True, slots=True)
class Block:
    """The devices of one lot in one pathway: how many, and what has become of them. `last` is the newest entry."""

    many: int
    states: tuple[str, ...]
    last: DeviceUse
    serials: tuple[str, ...]

    @property
    def inside(self) -> bool:
        return "left_inside" in self.states


def in_blocks(uses: Iterable[DeviceUse]) -> list[Block]:
    """A device is scanned, then used, then perhaps left inside: one device, not three. Those inside come first."""
    groups: dict[tuple[str, str], list[DeviceUse]] = {}
    for each in uses:
        groups.setdefault((each.pathway_id, each.lot), []).append(each)
    return sorted(map(_block, groups.values()), key=lambda block: (not block.inside, -block.last.at.timestamp()))


def _block(uses: list[DeviceUse]) -> Block:
    inside, ended = ([each.outcome for each in uses if each.outcome in kind] for kind in (INSIDE, ENDED))
    scanned = len(uses) - len(inside) - len(ended)
    states = [*inside, *ended[len(inside) :]] or ["scanned"]
    last = max(uses, key=lambda each: (each.at, each.entry))
    serials = tuple(dict.fromkeys(each.serial for each in uses if each.serial))
    return Block(max(scanned, len(ended), len(inside)), tuple(dict.fromkeys(states)), last, serials)


def _found(blocks: list[Block]) -> str:
    say = spoken()
    if not blocks:
        return say("devices.found_none")
    pathways = say.counted("devices.pathways", len({each.last.pathway_id for each in blocks}))
    return say.counted("devices.found", sum(each.many for each in blocks), pathways=pathways)


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


def _shown(block: Block) -> dict[str, Any]:
    say, use = spoken(), block.last
    states = ", ".join(say(f"device_use.{each}") for each in block.states)
    return {
        "case": f"/pathways/{use.pathway_id}#entry-{use.entry}",
        "reference": reference_words(use.pathway_id),
        "leg": say("side.leg", side=side_words([Side(use.side)])) if use.side else say("side.none"),
        "lot": " / ".join((use.lot, *block.serials)),
        "state": Tag(states, "red" if block.inside else "grey"),
        "many": say.counted("devices.devices", block.many),
        "at": instant_words(use.at),
    }


__all__ = ["router"]
