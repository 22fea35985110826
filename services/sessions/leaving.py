"""At every desk: signing out, over at once on the server (the front door then tells the issuer); and staying."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.sessions.actor import see_other
from services.sessions.reception import reception_of
from services.sessions.session import Session

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
    """Somebody who is there says so, and the door has noted it: how many seconds are left. 403 when it is over."""
    session: Session | None = request.state.session
    if session is None:
        return Response(status_code=403)
    left = {"warn_in_s": session.warn_in_s, "ends_in_s": session.ends_in_s, "limited": session.limited}
    return JSONResponse(left, headers={"Cache-Control": "no-store"})
