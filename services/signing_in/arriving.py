"""GET /sign-in and /signed-in: to the issuer and back with a new session, or a page that says why not."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.identity import IssuerAwayError, Person, person
from services.limiting import may_guess
from services.sessions.actor import see_other
from services.sessions.keeping import SignedIn
from services.sessions.reception import Reception, reception_of
from services.sessions.session import Session, hashed, looks_like_an_id, new_id
from services.signing_in.provider import Identified, Provider, Way
from services.signing_in.tokens import LEEWAY, TokenRefusedError
from shared.ledger.sessions import SignIn
from shared.web.pages.environment import render
from shared.web.pages.words import spoken

WAY_S = 600  # for a password, a card and a second factor
LONGEST_LABEL = 80
RETURN = "/signed-in"

router = APIRouter(include_in_schema=False)
Text = Annotated[str | None, Query()]


@router.get("/sign-in")
async def sign_in(request: Request, return_to: Text = None, again: Text = None) -> Response:
    """To the issuer; at once back to where somebody wanted to go if they are signed in, unless asked `again`."""
    reception = reception_of(request)
    goal = reception.own_address(return_to)
    if request.state.session is not None and not again:
        return see_other(goal)
    way, browser = Way.fresh(), _browser(request, reception)
    now = reception.sessions.clock.now()
    attempt = SignIn(
        state_hash=hashed(way.state),
        browser_hash=hashed(browser),
        nonce=way.nonce,
        code_verifier=way.code_verifier,
        return_to=goal,
        again=bool(again),
        begun_at=now,
    )
    try:
        answer = see_other(await provider_of(reception).authorization_address(way, again=bool(again)))
    except (IssuerAwayError, TokenRefusedError):
        return _not_signed_in(request, "away", 503, goal)
    await reception.book.begin_sign_in(attempt, forget_before=reception.sessions.recently(WAY_S // 60))
    reception.cookie.give_way(answer, browser, WAY_S)
    return answer


@router.get(RETURN)
async def signed_in(request: Request, state: Text = None, code: Text = None) -> Response:
    """Back from the issuer. Nobody is signed in unless this very browser began this way, and everything fits.

    An address from which many come back with what is nobody's is told to wait.
    """
    reception = reception_of(request)
    address = may_guess(request, reception.paces)
    attempt = await _attempt(request, reception, state)
    if attempt is None:
        return _not_signed_in(request, "unknown_way", 400, f"{reception.front_door}/")
    if code is None:
        return _not_signed_in(request, "refused", 403, attempt.return_to)
    try:
        found = await provider_of(reception).identified(code, nonce=attempt.nonce, code_verifier=attempt.code_verifier)
    except TokenRefusedError:
        return _not_signed_in(request, "refused", 403, attempt.return_to)
    except IssuerAwayError:
        return _not_signed_in(request, "away", 503, attempt.return_to)
    who = person(found.claims)
    if who is None or not who.posts:
        return _not_signed_in(request, "no_role", 403, attempt.return_to)
    reception.paces.wrong.give_back(address)
    return await _welcome(request, reception, attempt, found, who)


async def _welcome(request: Request, reception: Reception, attempt: SignIn, found: Identified, who: Person) -> Response:
    """A session under a new id. Whoever was here before keeps their post; for anybody else it is a new beginning."""
    at = found.token.authenticated_at
    now = reception.sessions.clock.now()
    if attempt.again and (at is None or at < attempt.begun_at - LEEWAY):  # it showed us an older proof, or none
        return _not_signed_in(request, "refused", 403, attempt.return_to)
    signed = SignedIn(who, _label(found.claims, who), min(at or now, now), found.token.sid, found.written)
    before: Session | None = request.state.session or request.state.choosing or request.state.lapsed
    same = before is not None and before.person == who.id
    cookie, session = await reception.sessions.begin(
        signed,
        post=before.post if before is not None and same else None,
        replacing=before.id_hash if before is not None else None,
    )
    goal = attempt.return_to if same or not attempt.again else f"{reception.front_door}/"
    answer = see_other(goal if session.post is not None else reception.role_address(goal))
    reception.cookie.give(answer, cookie)
    reception.cookie.take(answer, reception.cookie.way_name)
    return answer


async def _attempt(request: Request, reception: Reception, state: str | None) -> SignIn | None:
    browser = request.cookies.get(reception.cookie.way_name)
    if state is None or browser is None or not looks_like_an_id(state) or not looks_like_an_id(browser):
        return None
    since = reception.sessions.recently(WAY_S // 60)
    return await reception.book.take_sign_in(hashed(state), hashed(browser), since=since)


def _browser(request: Request, reception: Reception) -> str:
    """The same for every way that this browser has begun: two tabs may sign in side by side."""
    known = request.cookies.get(reception.cookie.way_name, "")
    return known if looks_like_an_id(known) else new_id()


def _label(claims: Mapping[str, Any], who: Person) -> str:
    """What a member of staff is called on their own pages."""
    name = claims.get("name")
    return name[:LONGEST_LABEL] if isinstance(name, str) and name.isprintable() and name.strip() else who.id


def _not_signed_in(request: Request, reason: str, status: int, goal: str) -> Response:
    """Why it did not work. Whoever was signed in before still is, and is not told otherwise."""
    again = reception_of(request).sign_in_address(goal)
    title = spoken()("sign_in.not_anew" if request.state.session else "sign_in.not_yet")
    return render(request, "sessions/not_signed_in.jinja", status=status, title=title, reason=reason, again=again)


def provider_of(reception: Reception) -> Provider:
    """The issuer's door. Raises RuntimeError at a desk that has none: only the front door includes these routes."""
    if reception.provider is None:
        raise RuntimeError("this desk signs nobody in")
    return reception.provider
