"""Problems as people see them: the same statuses as for programs, in words, in the layout of every page."""

from fastapi import Request, Response
from starlette.types import Scope

from services.sessions.door import is_page
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import ProblemError

HTML = "text/html"
WORDS = {403: "not_yours", 404: "nothing_here", 413: "too_long", 429: "too_many", 503: "away"}


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page. The API answers programs, whatever they say to accept."""
    at_desk = getattr(request.app.state, "house", None) is not None
    return at_desk and is_page(request.url.path) and HTML in request.headers.get("accept", "")


def answer(request: Request, problem: ProblemError) -> Response:
    """The problem as a page for a browser, as problem+json for a program."""
    if not wants_page(request):
        return problem.answer()
    name, say = WORDS.get(problem.status, "other"), spoken()
    incident = problem.extra.get("incident", "")
    page = render(
        request,
        "help/went_wrong.jinja",
        status=problem.status,
        title=say(f"wrong.{name}"),
        words=say("wrong.broken_words", incident=incident) if incident else say(f"wrong.{name}_words"),
    )
    page.headers.update(problem.headers)
    return page


def answer_in(scope: Scope, problem: ProblemError) -> Response:
    """The same outside any route: around the whole application."""
    return answer(Request(scope), problem)
