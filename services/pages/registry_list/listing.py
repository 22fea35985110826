"""GET /registry: what is owed to the registry, how far each entry is, what the last comparison found (IPG651 1.3).

It names pathways and procedures, and no patient. Each line is one click from its pathway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from services.identity import Acting
from services.sessions import page_actor, reception_of
from services.wiring import answering_in_time, wired
from shared.contracts.registry_lists import Comparison, Found
from shared.ledger.registry_book import Taken
from shared.ledger.registry_sendings import Sending
from shared.pathway import registry_entry
from shared.pathway.duties import TaskState
from shared.pathway.procedure import started_at
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.registry_by_hand import awaits_second_person, kept_by_hand
from shared.pathway.registry_entry import RegistryRejected
from shared.pathway.roles import CLERK, GOVERNANCE
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken

PAGE = "/registry"
READERS = CLERK | GOVERNANCE
OWED = ("registry_entry", "registry_manual_confirmation", "registry_update_by_hand")
AT_ONCE = 15
RECEIPTS = 15
DIFFERENCES = 30
COLOURS = {"owed": "yellow", "draft": "yellow", "submitted": "blue", "rejected": "red", "corrected": "blue"}
OPEN_HEADINGS = ("registry_list.procedure", "registry_list.state", "registry_list.due", "registry_list.next")
FOUND_HEADINGS = ("registry_list.procedure", "registry_list.what", "registry_list.sides", "registry_list.since")
TAKEN_HEADINGS = ("registry_list.procedure", "registry_list.version", "registry_list.receipt", "registry_list.at")

router = APIRouter()
Reader = Annotated[Acting, Depends(page_actor(READERS))]
Ways: TypeAlias = tuple[tuple[str, str], ...]
Sent: TypeAlias = Mapping[str, Sending]
Place = Annotated[int, Query(ge=0, le=100)]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry that is not finished. `ways` are what the reader can do about it, as words and addresses."""

    case: str
    reference: str
    state: Tag
    words: str
    due: Due
    ways: Ways


@router.get(PAGE)
async def show(request: Request, acting: Reader, place: Place = 0) -> Response:
    """What is not finished, those that wait longest first; then differences and receipts. Empty is said."""
    say, reception = spoken(), reception_of(request)
    async with answering_in_time():
        newest, taken = await reception.registry.overview(acting.trust, acting.signature, most=RECEIPTS)
        waiting = await reception.waiting.of(acting.trust, *OWED)
    lines = await _lines(request, acting, waiting[place : place + AT_ONCE])
    return render(
        request,
        "registry/list.jinja",
        title=say("registry_list.title"),
        lines=lines,
        front_door=reception.front_door,
        waiting=len(waiting),
        more=f"{PAGE}?place={place + AT_ONCE}" if len(waiting) > place + AT_ONCE else "",
        open_headings=[say(each) for each in OPEN_HEADINGS],
        compared=_compared(newest, reception.front_door) if newest else None,
        found_headings=[say(each) for each in FOUND_HEADINGS],
        taken=[_taken(each, reception.front_door) for each in taken],
        taken_headings=[say(each) for each in TAKEN_HEADINGS],
        training=reception.training,
        wide=True,
    )


async def _lines(request: Request, acting: Acting, pathways: tuple[str, ...]) -> list[Line]:
    """Every unfinished entry of these pathways; each pathway is read, and audited, as if opened alone."""
    ledger, reception = wired(request).ledger, reception_of(request)
    async with answering_in_time():
        sent = await reception.registry.on_the_way(acting.trust, pathways)
        moments = [await ledger.read(acting.trust, each, acting.signature) for each in pathways]
    return [
        _line(moment, procedure, begun, sent, _ways(moment, procedure, sent, acting))
        for moment in moments
        if moment is not None
        for procedure, begun in registry_entry.procedures(moment)
        if _unfinished(moment, procedure)
    ]


def _unfinished(moment: Moment, procedure: str) -> bool:
    """Whether somebody, or the registry, still has to do something about it."""
    open_now = (each.key for each in registry_entry.tasks(moment) if each.kind in OWED and each.state == TaskState.OPEN)
    return procedure in open_now


def state_now(moment: Moment, procedure: str, sent: Sent) -> str:
    """The entry's state, with words of its own for what is on its way, and for what people have to do by hand."""
    state = registry_entry.state(moment, procedure)
    if awaits_second_person(moment, procedure):
        return "by_hand"
    if registry_entry.not_held(moment, procedure) is not None:
        return "update_by_hand"
    key = f"{procedure}.v{registry_entry.dataset_version(moment, procedure)}"
    return "submitted" if state in {"draft", "corrected"} and key in sent else state


def _line(moment: Moment, procedure: str, begun: Entry, sent: Sent, ways: Ways) -> Line:
    say, pathway = spoken(), moment.pathway
    state = state_now(moment, procedure, sent)
    key = f"{procedure}.v{registry_entry.dataset_version(moment, procedure)}"
    words = [say("registry_list.started", day=day_words(started_at(begun).date()))]
    if key in sent:
        told = "registry_list.sent" if state == "submitted" else "registry_list.handed_over"
        words.append(say(told, times=sent[key].times, at=instant_words(sent[key].last_at)))
    if state == "rejected":
        words.append(_why_rejected(moment, procedure))
    return Line(
        f"/pathways/{pathway.id}",
        reference(procedure),
        Tag(say(f"registry_state.{state}"), COLOURS.get(state, "yellow")),
        " ".join(words),
        due(_due_at(moment, procedure), moment.now),
        ways,
    )


def _why_rejected(moment: Moment, procedure: str) -> str:
    """The registry's newest reason in our words, with its own code behind them."""
    say, codes = spoken(), [each.code for each in _rejections(moment) if each.procedure_id == procedure]
    known = f"registry_list.why_{codes[-1]}" if codes else ""
    words = say(known if known in say else "registry_list.why_unknown")
    return say("registry_list.why_rejected", why=f"{words} ({codes[-1]})" if codes else words)


def _rejections(moment: Moment) -> list[RegistryRejected]:
    found = (each.record for each in moment.pathway.every(RegistryRejected))
    return [each for each in found if isinstance(each, RegistryRejected)]


def _due_at(moment: Moment, procedure: str) -> datetime | None:
    """The earliest deadline of what is still to be done about this entry."""
    tasks = [each for each in registry_entry.tasks(moment) if each.key == procedure and each.state == TaskState.OPEN]
    return min((each.due_at for each in tasks if each.due_at), default=None)


def _ways(moment: Moment, procedure: str, sent: Sent, acting: Acting) -> Ways:
    """Forms and the transcription sheet, for clerks alone: governance looks on."""
    if acting.post.role not in CLERK or registry_entry.ended(moment, procedure) is None:
        return ()
    say, pathway, state = spoken(), moment.pathway.id, state_now(moment, procedure, sent)
    withdrawal = () if kept_by_hand(moment, procedure) else ("registry_manual_withdrawal",)
    forms = {
        "rejected": ("registry_correction", "registry_manual_entry"),
        "by_hand": ("registry_manual_confirmation", *withdrawal),
    }
    sheet = f"{PAGE}/{pathway}/sheet/{procedure.rpartition('.')[2]}"
    asked = forms.get(state, ("registry_manual_entry",))
    written = ((say(f"form.{kind}"), f"/pathways/{pathway}/{kind}") for kind in asked)
    return ((say("registry_list.sheet"), sheet), *written)


def reference(procedure: str) -> str:
    """The short reference of the pathway, and which of its procedures."""
    pathway, _, number = procedure.rpartition(".")
    return f"{reference_words(pathway)} / {number}"


def _compared(newest: Comparison, front_door: str) -> dict[str, Any]:
    say = spoken()
    states = [(say(f"registry_state.{name}"), count) for name, count in newest.states.items()]
    return {
        "at": instant_words(newest.at),
        "counts": [
            (say("registry_list.counted"), newest.started),
            *((say("registry_list.entries_in", state=name), count) for name, count in states),
            (say("registry_list.held"), newest.held),
        ],
        "found": [_difference(each, front_door) for each in newest.found[:DIFFERENCES]],
        "differ": len(newest.found),
        "for_governance": newest.for_governance,
        "left_out": max(len(newest.found) - DIFFERENCES, 0),
    }


def _difference(found: Found, front_door: str) -> dict[str, Any]:
    say = spoken()
    days = say("registry_list.days", days=found.days) if found.days is not None else say("registry_list.days_unknown")
    return {
        "case": f"{front_door}/pathways/{found.pathway_id}" if found.pathway_id else "",
        "reference": reference(found.procedure_id) if found.pathway_id else found.procedure_id,
        "what": say(f"registry_difference.{found.what.value}"),
        "sides": say("registry_list.here_there", ours=_said(found.ours), theirs=_said(found.theirs)),
        "days": Tag(say("registry_list.for_governance", days=days), "red") if found.for_governance else None,
        "since": days,
    }


def _said(code: str) -> str:
    """A state, or a version: what one side says."""
    say = spoken()
    if code == "nothing":
        return say("registry_list.nothing")
    return say("registry_list.of_version", version=code[1:]) if code[1:].isdigit() else say(f"registry_state.{code}")


def _taken(each: Taken, front_door: str) -> dict[str, Any]:
    return {
        "case": f"{front_door}/pathways/{each.pathway_id}#entry-{each.seq}",
        "reference": reference(each.procedure_id),
        "version": each.version,
        "receipt": each.receipt,
        "at": instant_words(each.at),
    }
