"""Who may be on a page: `page_actor(roles)`; and who has to prove it once more: `needs_recent_authentication()`.

Whoever is turned away with a filled-in form finds the text again after signing in: it is kept as their draft first.
"""

from collections.abc import Awaitable, Callable, Collection

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.identity import Acting
from services.limiting import let_in
from services.sessions.forgery import SAFE_METHODS
from services.sessions.reception import Reception, reception_of
from services.sessions.session import Session
from shared.ledger.drafts import Whose
from shared.pathway.people import Role
from shared.web.pages.environment import render
from shared.web.pages.words import spoken
from shared.web.problems import ProblemError
from shared.wiring import telemetry

OWN_FIELDS = frozenset({"csrf", "key", "version", "page"})  # the form's own, not what somebody typed
LONGEST_VERSION = 9
RECENT_MINUTES = 5


class TurnedAwayError(Exception):
    """Ends a page's request with this answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


async def answer_turned_away(_: Request, error: Exception) -> Response:
    """How FastAPI turns a TurnedAwayError into an answer."""
    if not isinstance(error, TurnedAwayError):
        raise error
    return error.answer


def see_other(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)


def page_actor(roles: Collection[Role], *, keeps: str | None = None) -> Callable[[Request], Awaitable[Acting]]:
    """A dependency: whoever is signed in, in their chosen post, whose role is one of `roles`.

    `keeps` is the kind of record this page's form is about (else the path's `kind`); what a late form carries is
    kept under it. Signed out: 303 to the sign-in and back here. Another role: a page with status 403. Too much
    at once: 429.
    """

    async def actor(request: Request) -> Acting:
        state, reception = request.state, reception_of(request)
        session: Session | None = state.session
        here = reception.here(request)
        if session is None and state.choosing is not None:
            raise TurnedAwayError(see_other(reception.role_address(here)))
        if session is None:
            await _keep_text(request, state.lapsed, keeps)
            raise TurnedAwayError(see_other(reception.sign_in_address(here)))
        telemetry.pathway(None, session.acting.trust)  # what no span of a trace claims is shown to nobody
        await _at_their_pace(request, reception, session, keeps)
        if session.role not in roles:
            raise TurnedAwayError(_not_this_role(request, session, roles))
        return session.acting

    return actor


async def _at_their_pace(request: Request, reception: Reception, session: Session, keeps: str | None) -> None:
    """Raises ProblemError 429 for whoever asks too much; what a form carried is kept as their draft first."""
    try:
        await let_in(request, reception.paces, session.person, (session.trust,))
    except ProblemError:
        await _keep_text(request, session, keeps)
        raise


def needs_recent_authentication(
    minutes: int = RECENT_MINUTES, *, keeps: str | None = None
) -> Callable[[Request], Awaitable[None]]:
    """A dependency, after `page_actor`: the issuer has seen this person themselves within the last `minutes`.

    Otherwise the text is kept, and the way leads to the issuer, which asks them anew, and back to this form.
    """

    async def proven(request: Request) -> None:
        session: Session | None = request.state.session
        reception = reception_of(request)
        if session is None or session.proven_since(reception.sessions.recently(minutes)):
            return
        await _keep_text(request, session, keeps)
        raise TurnedAwayError(see_other(reception.sign_in_address(reception.here(request), again=True)))

    return proven


def _not_this_role(request: Request, session: Session, roles: Collection[Role]) -> Response:
    """403. Whoever holds a fitting post as well is shown the way to change."""
    reception = reception_of(request)
    other = any(post.role in roles for post in session.posts)
    change = reception.role_address(reception.here(request)) if other else ""
    return render(request, "sessions/other_role.jinja", status=403, title=spoken()("sign_in.other_role"), change=change)


async def _keep_text(request: Request, writer: Session | None, keeps: str | None) -> None:
    """Keeps what a form carries as its writer's draft: in their own trust, for the kind of record it is about."""
    kind = keeps or request.path_params.get("kind")
    if request.method in SAFE_METHODS or writer is None or writer.post is None or not isinstance(kind, str):
        return
    form = await request.form()
    typed: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and name not in OWN_FIELDS:
            typed.setdefault(name, []).append(value)
    whose = Whose(writer.trust, writer.person, request.path_params.get("pathway_id"), kind)
    reception: Reception = reception_of(request)
    await reception.drafts.save(whose, page=_line(form.get("page")), raw=typed, version=_version(form.get("version")))


def _line(value: object) -> str:
    return value[:80] if isinstance(value, str) else ""


def _version(value: object) -> int:
    told = value if isinstance(value, str) and len(value) <= LONGEST_VERSION else ""
    return int(told) if told.isascii() and told.isdigit() else 0
