"""At every desk: signing out, over at once on the server (the front door then tells the issuer); and staying."""

from fastapi import APIRouter, Request, Response

from services.sessions.actor import see_other
from services.sessions.reception import reception_of

router = APIRouter(include_in_schema=False)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Ends the session. Its cookie goes at the front door, which needs it to find what it tells the issuer."""
    reception, state = reception_of(request), request.state
    if session := state.session or state.choosing:
        await reception.sessions.end(session)
    return see_other(f"{reception.front_door}/signed-out")


@router.post("/session/keep")
async def keep(request: Request) -> Response:
    """Somebody who is there says so: 204. The door has noted it. 403 when the session is over."""
    return Response(status_code=204 if request.state.session is not None else 403)
