"""GET /pathways/{id}: the case as it is, or as it stood at a moment."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.case import history, tracks, ways, work
from services.pages.records.advice import limbs_shown
from services.pages.records.pointing import in_words
from services.pages.records.scene import Scene, let_in, scene_of
from services.reading import READERS
from services.sessions import page_actor, reception_of
from services.wiring import answering_in_time, wired
from shared.contracts.steps import Step
from shared.ledger.moments import as_it_stood
from shared.pathway import decide
from shared.pathway.choices import Status
from shared.pathway.consent import Consent
from shared.pathway.consent_rules import withdrawn
from shared.pathway.life_events import died
from shared.pathway.mdt_review import MdtReview
from shared.pathway.pathway import Pathway
from shared.pathway.procedure import started
from shared.pathway.record import Part
from shared.pathway.referral import Referral
from shared.pathway.roles import PROVING
from shared.web.forms import instants
from shared.web.forms.check_answers import Row
from shared.web.forms.description import Field, Form, Kind
from shared.web.forms.drawing import draw
from shared.web.forms.problems import form_errors
from shared.web.forms.raw import RawForm
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.called import people_in, with_names
from shared.web.pages.shown.conditions import conditions
from shared.web.pages.shown.filter_clock import owners
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.legs import limb_drawing
from shared.web.pages.shown.notices import notices
from shared.web.pages.shown.picture import Place, pathway_picture
from shared.web.pages.shown.timeline import timeline
from shared.web.pages.words import spoken
from shared.web.problems import FieldError

# The conditions to start say nothing any more.
STARTED = frozenset(Status) - {
    Status.REFERRED,
    Status.CLASSIFIED,
    Status.MDT_PENDING,
    Status.MDT_DECIDED,
    Status.PREPARING,
    Status.READY,
}

router = APIRouter(include_in_schema=False)
Reader = Annotated[Acting, Depends(page_actor(READERS))]
Told = Mapping[int, tuple[Row, ...]]
"""The answers of the entries that are opened, by entry number."""


@router.get("/pathways/{pathway_id}/readers")
async def show_readers(request: Request, reader: Reader, pathway_id: str) -> Response:
    """Who has looked at this record, and what they did with it."""
    entrance = await let_in(request, reader, pathway_id)
    scene = await scene_of(request, reader, pathway_id, entrance)
    async with answering_in_time():
        looked = await reception_of(request).readers.of(reader.trust, pathway_id)
    return render(
        request,
        "case/readers.jinja",
        title=spoken()("case.readers"),
        banner=scene.banner,
        case=f"/pathways/{pathway_id}",
        readers=history.readers(looked),
    )


@router.get("/pathways/{pathway_id}/write")
async def show_ways(request: Request, reader: Reader, pathway_id: str) -> Response:
    """Every form this reader may fill in about this pathway: care, news, what went wrong, and how it ends."""
    entrance = await let_in(request, reader, pathway_id)
    scene = await scene_of(request, reader, pathway_id, entrance)
    desks = {each.name: each.url for each in wired(request).desks}
    closed = scene.answer.status == Status.CLOSED
    return render(
        request,
        "case/ways.jinja",
        title=spoken()("ways.title"),
        banner=scene.banner,
        case=f"/pathways/{pathway_id}",
        groups=ways.grouped(pathway_id, reader.post.role, desks, closed=closed),
    )


@router.get("/pathways/{pathway_id}")
async def show(request: Request, reader: Reader, pathway_id: str) -> Response:
    """The case page. Whoever has no duty on it is asked first why they open it."""
    entrance = await let_in(request, reader, pathway_id)
    now = await scene_of(request, reader, pathway_id, entrance)
    asked = _Asked(request)
    then = _then(now, asked)
    scene = then or now
    told = history.answers_of(scene.moment.pathway, request.query_params.get("open", ""))
    names = await _names(request, reader, now, told)
    return render(
        request,
        "case/page.jinja",
        status=422 if asked.wrong else 200,
        title=spoken()("case.title", reference=reference_words(pathway_id)),
        errors=form_errors(asked.wrong, asked.form, asked.raw),
        kept=_kept(request, now, reader),
        past=instant_words(then.moment.now) if then else "",
        at=draw(asked.form, asked.raw, asked.wrong),
        here=f"/pathways/{pathway_id}",
        **_shown(scene, names, told, request.query_params.get("open", "")),
        **_doing(request, scene, reader, past=then is not None),
    )


class _Asked:
    """Which moment the page is asked about: none, a real one, or one that cannot be read."""

    def __init__(self, request: Request) -> None:
        say = spoken()
        asked = Field("at", Kind.INSTANT, say("case.as_it_stood"), say("case.as_it_stood_hint"), "")
        self.form = Form(Part, (asked,))
        self.raw = RawForm({name: (text,) for name, text in request.query_params.items() if name.startswith("at.")})
        self.told = instants.instant(self.raw, "at")
        self.wrong: tuple[FieldError, ...] = (FieldError("at", say("case.at_wrong")),) if self.told.wrong else ()


def _then(scene: Scene, asked: _Asked) -> Scene | None:
    """The case as it stood. A moment before its first entry, or still to come, is told as wrong."""
    if asked.told.value is None:
        return None
    at = datetime.fromisoformat(asked.told.value)
    if at > scene.moment.now:
        asked.wrong = (FieldError("at", spoken()("case.at_future", now=instant_words(scene.moment.now))),)
        return None
    moment = as_it_stood(scene.moment, at)
    if moment is None:
        asked.wrong = (FieldError("at", spoken()("case.at_before")),)
        return None
    return replace(scene, moment=moment)


async def _names(request: Request, reader: Acting, scene: Scene, told: Told) -> dict[str, str]:
    """What those are called who have written in this pathway, are named in these answers, or answer for a filter."""
    wrote = {each.by.person for each in scene.moment.pathway.entries}
    named = people_in(row for rows in told.values() for row in rows)
    async with answering_in_time():
        return await reception_of(request).names.of(reader.trust, wrote | named | owners(scene.answer.tracks))


def _shown(scene: Scene, names: Mapping[str, str], told: Told, opened: str) -> dict[str, Any]:
    """Everything the page says of the pathway itself."""
    say, answer = spoken(), scene.answer
    referral = scene.moment.pathway.record(Referral)
    shown = history.newest(answer.entries, opened)
    near = history.nearest(answer.timers, opened)
    return {
        "banner": scene.banner,
        "stands": say(f"status.{answer.status.value}"),
        "closing": say(f"closing.{answer.closing_reason.value}") if answer.closing_reason else "",
        "places": _places(scene),
        "limbs": limbs_shown(answer.limbs),
        "legs": limb_drawing(scene.legs),
        "conditions": None if answer.status in STARTED else conditions(answer.gates),
        "notices": notices(answer.notices, say, names),
        "deadlines": history.deadlines(near, answer.notices),
        "more_deadlines": len(history.needed(answer.timers)) - len(near),
        "tracks": tracks.lines(answer.tracks, scene.moment, names),
        "days": timeline(shown, presentation_at=referral.presentation_at if referral else None, names=names),
        "earlier": len(answer.entries) - len(shown),
        "rows": _answers(scene, told, names),
        "answered": {each.seq for each in scene.moment.pathway.entries if history.answerable(each)},
        "until": instant_words(scene.entrance.until_at) if scene.entrance.until_at else "",
    }


def _answers(scene: Scene, told: Told, names: Mapping[str, str]) -> Told:
    """The answers of the entries that are opened, each procedure by number, leg and day, everybody by name."""
    return {seq: with_names(in_words(rows, scene.moment), names) for seq, rows in told.items()}


def _places(scene: Scene) -> tuple[Place, ...]:
    """The pathway as a picture; nothing in it is "now" once the pathway is closed or the patient has died."""
    over = scene.answer.status == Status.CLOSED or died(scene.moment) is not None
    settled = decide.settled(scene.moment)
    never = frozenset(_passed_over(scene.moment.pathway))
    back = frozenset({Step.CONSENT}) if withdrawn(scene.moment) else frozenset()
    return pathway_picture(
        settled,
        scene.answer.tasks,
        now=scene.answer.now,
        closed=over,
        passed_over=never,
        taken_back=back,
        begun=bool(started(scene.moment.pathway)),
    )


def _passed_over(pathway: Pathway) -> Iterator[Step]:
    """The steps that a start in an emergency went past: nothing is written down of them (IPG651 3.5)."""
    for step, kind in ((Step.MDT_REVIEW, MdtReview), (Step.CONSENT, Consent)):
        if started(pathway) and pathway.latest(kind) is None:
            yield step


def _doing(request: Request, scene: Scene, reader: Acting, *, past: bool) -> dict[str, Any]:
    """What this reader can do from here. In the past nobody does anything."""
    desks = {each.name: each.url for each in wired(request).desks}
    role, answer = reader.post.role, scene.answer
    todos = work.todos(answer, role, desks)
    if past:
        seen = [replace(each, href="") for each in todos]
        return {"todos": seen, "more": "", "withdrawal": "", "withdrawal_stops": False, "papers": False, "proof": False}
    return {
        "todos": todos,
        "more": f"/pathways/{answer.pathway_id}/write",
        "withdrawal": work.withdrawal(answer, role, desks),
        # A red button is for those who see whose consent it is.
        "withdrawal_stops": scene.patient is not None and work.withdrawal_stops(answer),
        "consented": work.consented(answer),
        "papers": scene.patient is not None,
        "proof": role in PROVING,
    }


def _kept(request: Request, scene: Scene, reader: Acting) -> str:
    """What this reader has just written down. An address that names somebody else's entry confirms nothing."""
    named = request.query_params.get("kept", "")
    entry = next((each for each in scene.moment.pathway.entries if str(each.seq) == named), None)
    if entry is None or entry.by.person != reader.person:
        return ""
    say = spoken()
    return say("case.kept_words", what=say(f"record.{entry.kind}"), seq=entry.seq, at=instant_words(entry.at))
