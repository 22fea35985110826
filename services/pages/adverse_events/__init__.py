"""GET /pathways/{id}/adverse-events/{n}: an adverse event, what is owed about it, and the report that is prepared.

The report is a draft (R-AE-4): a person checks it, sends it the way of this nation, and writes the reference down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.case.ways import form_address
from services.pages.records.pointing import in_words
from services.pages.records.scene import let_in, scene_of
from services.reading import READERS
from services.sessions import page_actor
from services.wiring import wired
from shared.pathway import adverse_event_duties, adverse_event_track
from shared.pathway.adverse_event import AdverseEvent, AdverseEventOutcome, AdverseEventSeen
from shared.pathway.candour import Candour
from shared.pathway.question import Moment
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.pathway.yellow_card import DeviceRetained, YellowCard
from shared.pathway.yellow_card_draft import Draft, draft
from shared.web.forms.check_answers import NOT_ANSWERED, summary
from shared.web.forms.wording import CHOICES, in_a_sentence
from shared.web.pages.environment import render
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.words import spoken
from shared.web.problems import unknown

NEXT = (AdverseEventSeen, AdverseEventOutcome, YellowCard, DeviceRetained, Candour)
UNANSWERED = (NOT_ANSWERED,)
BESIDE = frozenset({"about", "route", "state", "reference", "event"})
LONGEST_NUMBER = 6

router = APIRouter(include_in_schema=False)
Reader = Annotated[Acting, Depends(page_actor(READERS))]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft in words: each field of ours with what the record knows; what it does not know is said."""

    about: str
    route: str
    state: str
    rows: tuple[tuple[str, str], ...]


@router.get("/pathways/{pathway_id}/adverse-events/{number}")
async def show(request: Request, reader: Reader, pathway_id: str, number: str) -> Response:
    """The event of entry `number`. Unknown numbers are unknown pages."""
    entrance = await let_in(request, reader, pathway_id)
    scene = await scene_of(request, reader, pathway_id, entrance)
    seq = int(number) if number.isdecimal() and len(number) <= LONGEST_NUMBER else 0
    found = adverse_event_track.reported(scene.moment, seq)
    if found is None:
        raise unknown()
    desks = {each.name: each.url for each in wired(request).desks}
    kinds = [KINDS[each.kind] for each in NEXT if reader.post.role in KINDS[each.kind].roles]
    rows = in_words(summary(AdverseEvent, found.event), scene.moment)
    say, trusts = spoken(), {reader.trust: request.state.session.trust_name or reader.trust}
    return render(
        request,
        "tracks/adverse_event.jinja",
        title=say("adverse_event.title", what=in_a_sentence(CHOICES["Event"][found.event.category])),
        banner=scene.banner,
        case=f"/pathways/{pathway_id}",
        rows=[row for row in rows if row.answer != UNANSWERED],
        unanswered=[row for row in rows if row.answer == UNANSWERED],
        serious=adverse_event_track.serious(found.event),
        reports=[_prepared(scene.moment, seq, each, trusts) for each in adverse_event_duties.reports(found)],
        ways=[(_way(kind), form_address(kind, pathway_id, desks)) for kind in kinds],
        reference=next((form_address(kind, pathway_id, desks) for kind in kinds if kind.name == YellowCard.kind), ""),
    )


def _way(kind: Kind) -> str:
    """The form by its words; on the page of one event it is about this one."""
    say, here = spoken(), f"adverse_event.way_{kind.name}"
    return say(here if here in say else f"form.{kind.name}")


def _prepared(moment: Moment, seq: int, subject: str, trusts: Mapping[str, str]) -> Prepared:
    """The report about the device or a medicine, with its trust by name where that is known."""
    found, say = draft(moment, seq, subject), spoken()
    if found is None:
        raise unknown()
    key = f"track.report_{found.state}"
    state = say(key, route=found.route, reference=found.reference or "")
    return Prepared(say(f"report_about.{subject}"), found.route, state, tuple(_rows(found, trusts)))


def _rows(found: Draft, trusts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    say = spoken()
    for each in fields(found):
        told = getattr(found, each.name)
        if each.name in BESIDE or (each.name in {"device", "medicine"} and each.name != found.about):
            continue
        if each.name == "trust":
            yield say("draft.trust"), trusts.get(told, told)
        elif each.name == "device" and told is not None:
            yield from ((say(f"draft.device_{part.name}"), _words(getattr(told, part.name))) for part in fields(told))
        else:
            yield say(f"draft.{each.name}"), CHOICES.get(f"AdverseEvent.{each.name}", {}).get(str(told)) or _words(told)


def _words(told: Any) -> str:
    say = spoken()
    match told:
        case None | "" | ():
            return say("draft.not_known")
        case bool():
            return say("draft.yes" if told else "draft.no")
        case datetime():
            return instant_words(told)
        case date():
            return day_words(told)
        case tuple():
            return ", ".join(told)
    key = next((each for each in (f"draft_value.{told}", f"role.{told}") if each in say), "")
    return say(key) if key else CHOICES["Event"].get(str(told), str(told))


__all__ = ["router"]
