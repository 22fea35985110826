"""The pages of a form: a leaf to fill in, the check of all answers, the stop for a caution, and when all is away."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import Response

from services.pages.records import advice, offered, pointing
from services.pages.records.beginning import HIDDEN
from services.pages.records.breaking import focus
from services.pages.records.filling import Filling, Sheet
from services.pages.records.identities import side_by_side, typed
from services.pages.records.paper import Leaf
from services.pages.records.people import with_people
from services.pages.records.scene import Scene
from services.pages.records.sides import ANSWERS, FIELD, asked_again, not_referred
from shared.pathway.endings import PatientDied
from shared.pathway.record import Part
from shared.pathway.referral import sides
from shared.web.forms.check_answers import Row, marked
from shared.web.forms.description import Form, describe
from shared.web.forms.drawing import draw
from shared.web.forms.problems import ErrorItem, form_errors
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import side_words
from shared.web.pages.shown.called import with_names
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken
from shared.web.problems import FieldError


def around(filling: Filling, scene: Scene | None, sheet: Sheet) -> dict[str, Any]:
    """What every page of a form stands in: whom it is about, where it came from, and where its help is."""
    name = filling.paper.kind.name
    return {
        "banner": scene.banner if scene else typed(filling, sheet),
        "heading": spoken()(f"form.{name}"),
        "case": filling.case,
        "back": spoken()("form.back" if filling.pathway_id else "form.back_to_work"),
        "help": f"{filling.front_door}/help/{name}",
        "base": filling.address,
    }


def leaf_page(
    filling: Filling,
    scene: Scene | None,
    leaf: Leaf,
    sheet: Sheet,
    errors: Sequence[FieldError] = (),
    *,
    status: int = 200,
) -> Response:
    """One leaf with what is written on it, and what is written on the others out of sight."""
    form, name = _asked(filling, leaf, scene), filling.paper.kind.name
    items = form_errors(errors, form, sheet.raw, page=leaf.page)
    first = leaf == filling.paper.leaves[0]
    told = advice.advice(name, scene, filling.directory.names, first=first) if scene else None
    return render(
        filling.request,
        "records/form.jinja",
        status=status,
        title=spoken()(f"form.{name}"),
        errors=items,
        drawn=draw(form, sheet.raw, errors, page=leaf.page, hidden=HIDDEN.get(name, ()), focus=focus(name, sheet.raw)),
        action=f"{filling.address}/{leaf.slug}",
        key=sheet.key,
        version=sheet.version,
        others=[each for each in sheet.inputs() if each[0].partition(".")[0] not in leaf.page.fields],
        step=_step(filling, leaf),
        leaf=leaf.page.title,
        send=spoken()("form.continue" if filling.paper.checked else "form.send"),
        kept=instant_words(sheet.kept_at) if sheet.kept_at else "",
        advice=told,
        wide=told is not None and told.alongside,
        **around(filling, scene, sheet),
    )


def _asked(filling: Filling, leaf: Leaf, scene: Scene | None) -> Form:
    form = with_people(offered.narrowed(describe(leaf.part)), filling.directory)
    if scene is None:
        return form
    return offered.with_what_is_known(pointing.with_choices(form, scene.moment), scene.moment)


def _step(filling: Filling, leaf: Leaf) -> str:
    leaves = filling.paper.leaves
    return spoken()("form.step", number=leaves.index(leaf) + 1, count=len(leaves)) if len(leaves) > 1 else ""


def check_page(
    filling: Filling,
    scene: Scene | None,
    sheet: Sheet,
    parts: Sequence[Part],
    *,
    errors: Sequence[ErrorItem] = (),
    wrong_side: str = "",
    chosen: str = "",
    notes: Sequence[str] = (),
    breaking: str = "",
    status: int = 200,
) -> Response:
    """All answers once more, the leg to be said again, and the button that makes it count.

    `wrong_side` is the key of what is wrong with the leg that was `chosen`. `breaking` is the address that breaks the
    gates in the way, "" where there is none. What was refused for an answer is not offered again as it is: the way on
    is to change that answer, or to come back once what it needs is there.
    """
    say = spoken()
    side = _wrong_side(wrong_side, chosen, asked_again(parts[-1]))
    items = [*errors, *([ErrorItem(side, f"#{FIELD}")] if side else [])]
    change = next((each.href for each in errors if each.href), "")
    again = asked_again(parts[-1]) and not change
    return render(
        filling.request,
        "records/check.jinja",
        status=status,
        title=say("form.check", form=say(f"form.{filling.paper.kind.name}")),
        errors=items,
        rows=marked(answers_told(filling, scene, sheet), errors, filling.address),
        change=change,
        sheet=sheet,
        confirm=_confirming(parts[-1]),
        notes=[*notes, *_another_leg(scene, parts)],
        breaking=breaking,
        identities=side_by_side(scene, parts),
        sides=[{"value": each, "text": say(f"side.{each}")} for each in ANSWERS] if again else [],
        wrong_side=side,
        **around(filling, scene, sheet),
    )


def _confirming(record: Part) -> str:
    """The words of the button; a death, and that it was none, is said on it (hazard H-05)."""
    if not isinstance(record, PatientDied):
        return spoken()("check.button")
    return spoken()("check.death" if record.what == "died" else "check.no_death")


def _wrong_side(key: str, chosen: str, right: str) -> str:
    if not key:
        return ""
    sides = {"chosen": chosen, "right": right}
    return spoken()(key, **{name: spoken()(f"side.{each}") for name, each in sides.items() if each in ANSWERS})


def answers_told(filling: Filling, scene: Scene | None, sheet: Sheet) -> tuple[Row, ...]:
    """Every question with its answer, in words that somebody can read out."""
    rows = with_names(filling.paper.rows(sheet.raw), filling.directory.names)
    return pointing.in_words(rows, scene.moment) if scene else rows


def _another_leg(scene: Scene | None, parts: Sequence[Part]) -> Iterator[str]:
    """That the answers are about a leg nobody referred, said where they are read for the last time (hazard H-01)."""
    referred = sides(scene.moment.pathway) if scene else ()
    found = frozenset().union(*(not_referred(each, referred) for each in parts)) if referred else frozenset()
    if found:
        yield spoken()("check.another_leg", found=side_words(found), referred=side_words(referred))


def caution_page(filling: Filling, scene: Scene, sheet: Sheet, found: Sequence[tuple[str, str]], side: str) -> Response:
    """The stop before something unusual: what is unusual, and the ways on and back."""
    return render(
        filling.request,
        "records/caution.jinja",
        title=spoken()("caution.heading"),
        found=[words for _code, words in found],
        warned=codes(found),
        side_again=side,
        sheet=sheet,
        **around(filling, scene, sheet),
    )


def discard_page(filling: Filling, scene: Scene | None, slug: str, sheet: Sheet) -> Response:
    """Whether to throw away what was typed: nothing brings it back. It is carried along for whoever keeps it."""
    return render(
        filling.request,
        "records/discard.jinja",
        title=spoken()("discard.heading"),
        action=f"{filling.address}/{slug}",
        sheet=sheet,
        **around(filling, scene, sheet),
    )


def codes(found: Sequence[tuple[str, str]]) -> str:
    """What `warned` says once these cautions were read."""
    return ",".join(code for code, _words in found)


def away_page(filling: Filling, sheet: Sheet, besides: dict[str, str]) -> Response:
    """503: nothing could be kept now, and nothing is lost: the page itself carries what was typed, under its key."""
    again = {name: text for name, text in besides.items() if name in {FIELD, "warned"}}
    answer = render(
        filling.request,
        "records/away.jinja",
        status=503,
        title=spoken()("not_saved.heading"),
        sheet=sheet,
        again=again,
        action=filling.request.url.path,
        **around(filling, None, sheet),
    )
    answer.headers["Retry-After"] = "2"
    return answer
