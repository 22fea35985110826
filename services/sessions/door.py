"""At the door of every page: whose session this is, and whether a form that is sent came from our own page."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.sessions import forgery
from services.sessions.keeping import Found
from services.sessions.reception import Reception
from shared.web.pages.environment import render
from shared.web.pages.words import spoken

# API and FHIR know bearer tokens only, the issuer's own word carries its own proof, and nobody owns the assets.
WITHOUT_SESSION = ("/api/", "/fhir", "/assets/", "/health/", "/openapi.json", "/back-channel-logout")
STREAM = "text/event-stream"


def is_page(path: str) -> bool:
    return not path.startswith(WITHOUT_SESSION)


class SessionDoor:
    """ASGI middleware: a form that is not ours never gets further.

    Sets `request.state.session` (live, with a post, or None), `.choosing` (live, no post yet) and `.lapsed` (over:
    says only whose text a late form carries).
    """

    def __init__(self, app: ASGIApp, reception: Reception) -> None:
        self._app = app
        self._reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state |= {"session": None, "choosing": None, "lapsed": None}
        if not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        found = await self._found(request)
        if found is not None:
            place = ("session" if found.session.post else "choosing") if found.live else "lapsed"
            state[place] = found.session
        if scope["method"] in forgery.SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        if body is None:
            return
        if not self._ours(request.headers, body, found):
            state |= {"session": None, "choosing": None, "lapsed": None}
            title = spoken()("sign_in.not_accepted")
            refusal = render(request, "sessions/not_accepted.jinja", status=403, title=title)
            await refusal(scope, receive, send)
            return
        await self._app(scope, _again(body, receive), send)

    async def _found(self, request: Request) -> Found | None:
        reception = self._reception
        by_a_person = STREAM not in request.headers.get("accept", "")  # a page left open listens by itself
        return await reception.sessions.find(request.cookies.get(reception.cookie.name), seen=by_a_person)

    def _ours(self, headers: Headers, body: bytes, found: Found | None) -> bool:
        """Without any session there is no authority to abuse, and no token: the page itself turns it away."""
        if not forgery.sent_from_here(headers, self._reception.origin) or not forgery.is_form(headers):
            return False
        return found is None or forgery.carries(body, found.session.csrf)


async def _whole(receive: Receive) -> bytes | None:
    """The body, of which no more arrives than the limit around this allows. None: the browser has gone."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body once more, to whoever reads the form."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
