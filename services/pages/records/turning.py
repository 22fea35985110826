"""Turning the pages of a form: each page that is sent is kept as a draft; only the last one makes the record count."""

from dataclasses import replace

from fastapi import Response

from services.pages.records.beginning import beginning
from services.pages.records.breaking import asked_to_break
from services.pages.records.cautions import cautions
from services.pages.records.filling import Filling, Sent, Sheet
from services.pages.records.handing_in import hand_in
from services.pages.records.identities import on_file
from services.pages.records.paper import CHECK, Leaf
from services.pages.records.scene import Scene
from services.pages.records.show import caution_page, check_page, codes, discard_page, leaf_page
from services.pages.records.sides import FIELD, wrong_side
from services.sessions import see_other
from shared.ledger import PatientIdentity
from shared.pathway.record import Part
from shared.pathway.referral import Referral, emergency_signs
from shared.web.forms.description import describe
from shared.web.forms.raw import BUTTON, EMPTY, RawForm, pressed
from shared.web.limits import LARGEST_BODY_BYTES
from shared.web.pages.shown.tag import joined
from shared.web.pages.words import spoken
from shared.web.problems import FieldError, unknown

UNPROCESSABLE = 422
TOO_LARGE = 413


async def drawn(filling: Filling, scene: Scene | None, slug: str | None) -> Response:
    """The page `slug` names, the first one without it: with the draft if there is one, else as a form begins."""
    asked = asked_to_break(filling)
    draft = await filling.draft() if asked == EMPTY else None
    sheet = draft or (_begun(filling, scene) if asked == EMPTY else _begun(filling, scene).with_raw(asked))
    if slug == CHECK and filling.paper.checked:
        return _checking(filling, scene, sheet) if draft else see_other(filling.address)
    leaf = filling.paper.leaf(slug) if slug is not None else filling.paper.leaves[0]
    if leaf is None:
        raise unknown()
    return leaf_page(filling, scene, leaf, sheet)


def _begun(filling: Filling, scene: Scene | None) -> Sheet:
    if scene is None:
        return Sheet()
    begun = beginning(filling.paper.kind.name, scene.moment)
    known = on_file(scene) if PatientIdentity in filling.paper.parts else EMPTY
    return Sheet(RawForm({**begun.texts, **known.texts}), scene.version)


def _checking(filling: Filling, scene: Scene | None, sheet: Sheet) -> Response:
    told = filling.paper.read(sheet.raw)
    if told.wrong is not None:
        wrong = filling.paper.wrong_on(told.wrong, sheet.raw)
        return leaf_page(filling, scene, told.wrong, sheet, wrong, status=UNPROCESSABLE)
    return check_page(filling, scene, sheet, told.parts, notes=_notes(told.parts))


def _notes(parts: tuple[Part, ...]) -> list[str]:
    """What the answers mean, said before they count: signs that make a referral an emergency (R-REF-2)."""
    referral = next((each for each in parts if isinstance(each, Referral)), None)
    signs = list(emergency_signs(referral)) if referral else []
    return [spoken()("referral.emergency", signs=joined(signs, spoken()("legs.and")))] if signs else []


async def turned(filling: Filling, scene: Scene | None, slug: str, sent: Sent) -> Response:
    """What follows a page that was sent."""
    went = await _went_elsewhere(filling, scene, slug, sent)
    if went is not None:
        return went
    if slug == CHECK and filling.paper.checked:
        return await _checked(filling, scene, sent)
    leaf = filling.paper.leaf(slug)
    if leaf is None:
        raise unknown()
    return await _leaf_sent(filling, scene, leaf, sent)


async def _went_elsewhere(filling: Filling, scene: Scene | None, slug: str, sent: Sent) -> Response | None:
    """The buttons beside the one that sends: leave it for later, throw it away, keep one's own after a conflict.

    What was typed is thrown away only by whoever says so twice. Too much text goes nowhere else.
    """
    go = sent.besides.get("go")
    if go == "discard" and (slug == CHECK or filling.paper.leaf(slug)):
        return discard_page(filling, scene, slug, sent.sheet)
    if go == "discarded":
        await filling.drop()
        return see_other(filling.case)
    if sent.too_much:
        return _too_much(filling, scene, slug, sent.sheet)
    return await _kept(filling, scene, slug, sent.sheet, go or "")


async def _kept(filling: Filling, scene: Scene | None, slug: str, sheet: Sheet, go: str) -> Response | None:
    """What was typed is kept: for later, on the page as it was left, or as one's own after a conflict."""
    leaf = filling.paper.leaf(slug)
    if go == "keep" and leaf is not None:
        return leaf_page(filling, scene, leaf, sheet)
    if go == "later":
        await filling.save(sheet, "")
        return see_other(filling.case)
    if go == "keep" or (go == "mine" and scene is not None):
        version = scene.version if go == "mine" and scene is not None else sheet.version
        await filling.save(replace(sheet, version=version), "")
        return see_other(filling.check if filling.paper.checked else filling.address)
    return None


def _too_much(filling: Filling, scene: Scene | None, slug: str, sheet: Sheet) -> Response:
    """413: the same form with everything that was typed. It is kept as a draft once it is short enough."""
    leaf = filling.paper.leaf(slug) or filling.paper.read(sheet.raw).wrong or filling.paper.leaves[0]
    told = FieldError("", spoken()("form.too_much", most=LARGEST_BODY_BYTES // 1024))
    wrong = (told, *filling.paper.wrong_on(leaf, sheet.raw))
    return leaf_page(filling, scene, leaf, sheet, wrong, status=TOO_LARGE)


async def _leaf_sent(filling: Filling, scene: Scene | None, leaf: Leaf, sent: Sent) -> Response:
    paper, sheet = filling.paper, sent.sheet
    rows = pressed(describe(leaf.part), sheet.raw, sent.besides.get(BUTTON, ""))
    if rows is not None:
        more = sheet.with_raw(rows)
        await filling.save(more, leaf.slug)
        return leaf_page(filling, scene, leaf, more)
    sheet = sheet.with_raw(paper.tidied(sheet.raw))
    wrong = paper.wrong_on(leaf, sheet.raw)
    if wrong:
        await filling.save(sheet, leaf.slug)
        return leaf_page(filling, scene, leaf, sheet, wrong, status=UNPROCESSABLE)
    if not paper.checked:
        return await hand_in(filling, scene, sheet, paper.read(sheet.raw).parts)
    await filling.save(sheet, leaf.slug)
    following = paper.after(leaf)
    return see_other(f"{filling.address}/{following.slug}" if following else filling.check)


async def _checked(filling: Filling, scene: Scene | None, sent: Sent) -> Response:
    """The last page: the leg said again, then what is unusual, then the record counts."""
    sheet = sent.sheet
    told = filling.paper.read(sheet.raw)
    if told.wrong is not None:
        return _checking(filling, scene, sheet)
    side = sent.besides.get(FIELD, "")
    if wrong := wrong_side(told.parts[-1], side):
        return check_page(filling, scene, sheet, told.parts, wrong_side=wrong, chosen=side, status=UNPROCESSABLE)
    found = cautions(scene.moment, told.parts[-1]) if scene else ()
    if scene is not None and found and sent.besides.get("warned", "") != codes(found):
        return caution_page(filling, scene, sheet, found, side)
    return await hand_in(filling, scene, sheet, told.parts)
