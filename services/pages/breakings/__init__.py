"""GET /broken-gates: every breaking of a gate that waits for a second person (clinical.md 5.2; IPG651 3.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.lists import waiting_for
from services.sessions import page_actor
from services.wiring import wired
from shared.pathway import breaking_rules
from shared.pathway.break_glass import BreakGlass, BreakGlassReview
from shared.pathway.declared.breaking import SECOND_LOOK
from shared.pathway.duties import TaskState
from shared.pathway.question import Moment
from shared.pathway.roles import GOVERNANCE
from shared.pathway.stages import KINDS
from shared.web.forms.wording import CHOICES, first_capital
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import reference_words, side_words
from shared.web.pages.shown.conditions import gates_words
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken

HEADINGS = ("breaking.pathway", "breaking.gates", "breaking.reason", "breaking.due")

REVIEWERS = SECOND_LOOK | GOVERNANCE

router = APIRouter(include_in_schema=False)
Reviewer = Annotated[Acting, Depends(page_actor(REVIEWERS))]


@dataclass(frozen=True, slots=True)
class Waits:
    """One breaking. `form` is the address of its review, "" for whoever may only read."""

    case: str
    reference: str
    leg: str
    gates: str
    at: str
    reason: str
    state: str
    due: Due
    form: str


@router.get("/broken-gates")
async def show(request: Request, acting: Reviewer) -> Response:
    """All that wait, the oldest first."""
    say = spoken()
    desk = {each.name: each.url for each in wired(request).desks}[KINDS[BreakGlassReview.kind].desk]
    may = acting.post.role in KINDS[BreakGlassReview.kind].roles
    moments = await waiting_for(request, acting, BreakGlassReview.kind)
    return render(
        request,
        "tracks/breakings.jinja",
        title=say("breaking.list_title"),
        breakings=[each for moment in moments for each in _waiting(moment, desk if may else "")],
        headings=[say(each) for each in HEADINGS],
        wide=True,
    )


def _waiting(moment: Moment, desk: str) -> Iterator[Waits]:
    say, pathway = spoken(), moment.pathway
    open_ones = {task.key: task for task in breaking_rules.tasks(moment) if task.state == TaskState.OPEN}
    for entry in pathway.every(BreakGlass):
        task, record = open_ones.get(str(entry.seq)), entry.record
        if task is None or not isinstance(record, BreakGlass):
            continue
        yield Waits(
            f"/pathways/{pathway.id}",
            reference_words(pathway.id),
            say("side.leg", side=side_words([record.side])),
            first_capital(gates_words(record.gates, say)),
            instant_words(entry.at),
            CHOICES["BreakGlass.reason"][record.reason],
            record.clinical_state,
            due(task.due_at, moment.now),
            f"{desk}/pathways/{pathway.id}/{BreakGlassReview.kind}" if desk else "",
        )


__all__ = ["REVIEWERS", "router"]
