"""GET /safety and /safety/{hazard_id}: the safety file for anybody signed in. Nothing here is about a patient."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.safety import shown
from services.pages.safety.shown import Choice
from services.sessions import page_actor
from shared.pathway.people import Role
from shared.safety.hazards import TARGET
from shared.safety.last_run import LastRun, read
from shared.safety.reading import load
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import unknown

ANYBODY = frozenset(Role) - {Role.PATENCY}
Anybody = Annotated[Acting, Depends(page_actor(ANYBODY))]
router = APIRouter(include_in_schema=False)


@cache
def last_run() -> LastRun:
    """The run that came with this version of the product. Read once: it does not change while we serve."""
    return read()


@router.get("/safety")
async def hazards(request: Request, reader: Anybody, show: str = Choice.ALL.value) -> Response:
    """Every hazard in one table, with what the product is for and not for. `show` leaves some of them out."""
    del reader
    say, safety, run = spoken(), load(), last_run()
    choice = next((each for each in Choice if each.value == show), Choice.ALL)
    return render(
        request,
        "safety/hazards.jinja",
        title=say("safety.heading"),
        statement=safety.statement,
        owner=shown.owner_words(safety.statement.owner),
        ran=shown.run_words(run),
        choices=[(each.value, say(f"safety_choice.{each.value}"), each is choice) for each in Choice],
        listed=shown.listed(safety, run, choice),
        target=TARGET,
        wide=True,
        current="help",
    )


@router.get("/safety/{hazard_id}")
async def hazard(request: Request, reader: Anybody, hazard_id: str) -> Response:
    """One hazard: how it arises, its estimate, controls and proofs. 404 for a number that is none."""
    del reader
    say, run = spoken(), last_run()
    found = load().hazard(hazard_id)
    if found is None:
        raise unknown()
    return render(
        request,
        "safety/hazard.jinja",
        title=say("safety.hazard_heading", id=found.id, title=found.title),
        hazard=found,
        estimate=shown.estimate(found),
        above=not found.on_target,
        controls=tuple(shown.controls(found)),
        proofs=tuple(shown.proofs(found, run)),
        standing=shown.standing_tag(run.standing(found)),
        ran=shown.run_words(run),
        wide=True,
        current="help",
    )
