"""GET /signed-out, and the issuer's own word that somebody is: POST /back-channel-logout."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

from services.identity import IssuerAwayError
from services.sessions.actor import see_other
from services.sessions.reception import Reception, reception_of
from services.sessions.session import Session
from services.signing_in.arriving import provider_of
from services.signing_in.tokens import TokenRefusedError
from shared.web.pages.environment import render
from shared.web.pages.words import spoken

router = APIRouter(include_in_schema=False)


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    """Says that the session is over and takes its cookie; the first time it also leads to the issuer's own sign-out.

    By the header `Refresh`, since a form's policy would stop a redirect to another host.
    """
    reception = reception_of(request)
    if request.state.session or request.state.choosing:
        return see_other(f"{reception.front_door}/")
    over: Session | None = request.state.lapsed
    again = reception.sign_in_address(f"{reception.front_door}/")
    onward = await _issuers_own(reception, over) if over is not None else None
    title = spoken()("sign_in.out")
    answer = render(request, "sessions/signed_out.jinja", title=title, again=again, onward=onward is not None)
    if onward is not None:
        answer.headers["Refresh"] = f"0; url={onward}"
    if over is not None:
        reception.cookie.take(answer, reception.cookie.name)
    return answer


async def _issuers_own(reception: Reception, over: Session) -> str | None:
    """Where the issuer signs this person out; None while it is away, and when it was told before."""
    token = await reception.sessions.take_id_token(over)
    if token is None:
        return None
    try:
        return await provider_of(reception).end_session_address(token, f"{reception.front_door}/signed-out")
    except (IssuerAwayError, TokenRefusedError):
        return None


@router.post("/back-channel-logout")
async def back_channel_logout(request: Request, logout_token: Annotated[str, Form()] = "") -> Response:
    """Ends the sessions that the issuer's signed word names (OIDC Back-Channel Logout 2.5 to 2.8)."""
    reception = reception_of(request)
    try:
        said = await provider_of(reception).logged_out(logout_token)
    except TokenRefusedError:
        return JSONResponse({"error": "invalid_request"}, 400)
    except IssuerAwayError:
        return JSONResponse({"error": "temporarily_unavailable"}, 503, {"Retry-After": "2"})
    await reception.sessions.end_at_issuers_word(said.subject, said.sid, said.said_at)
    return Response(status_code=200)
