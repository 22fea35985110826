"""GET /help, /help/{record} and /accessibility: for anybody, signed in or not. Nothing here is about a patient."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from services.pages.case.ways import SHOWN, group_of
from shared.guidance import PARAGRAPHS
from shared.pathway.stage import Kind, Stage
from shared.pathway.stages import STAGES
from shared.web.pages.environment import render
from shared.web.pages.shown.conditions import paragraph_words
from shared.web.pages.words import spoken
from shared.web.problems import unknown

router = APIRouter(include_in_schema=False)


def explained() -> Iterator[tuple[Stage, Kind]]:
    """Every record that people write on a page."""
    for stage in STAGES:
        yield from ((stage, kind) for kind in stage.kinds if f"help.{kind.name}" in spoken())


@router.get("/help")
async def contents(request: Request) -> Response:
    """All help pages."""
    say = spoken()
    groups = [{"heading": say(f"ways.{group}"), "listed": _listed(group)} for group in SHOWN]
    return render(request, "help/contents.jinja", title=say("help.heading"), groups=groups, current="help")


def _listed(group: str) -> list[dict[str, str]]:
    """The forms of one group, as on the page of everything that can be written down about a patient."""
    found = (kind for _stage, kind in explained() if group_of(kind.name) == group)
    return [{"name": kind.name, "text": spoken()(f"form.{kind.name}")} for kind in found]


@router.get("/help/{record}")
async def form_help(request: Request, record: str) -> Response:
    """What one form asks for, why, and what it does not accept."""
    stage, kind = next((each for each in explained() if each[1].name == record), (None, None))
    if stage is None or kind is None:
        raise unknown()
    say = spoken()
    return render(
        request,
        "help/form.jinja",
        title=say("help.form_heading", form=say(f"form.{kind.name}")),
        paragraphs=[(paragraph_words(each), PARAGRAPHS[each].summary) for each in stage.paragraphs],
        refuses=say(f"help.{kind.name}"),
        roles=[say(f"role.{each.value}") for each in sorted(kind.roles)],
        current="help",
    )


@router.get("/accessibility")
async def accessibility(request: Request) -> Response:
    """The accessibility statement."""
    return render(request, "help/accessibility.jinja", title=spoken()("accessibility.heading"))
