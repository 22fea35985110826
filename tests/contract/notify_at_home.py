"""GOV.UK Notify as far as its Python client sees it: tokens, sending e-mail, looking up by reference, faults."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from notifications_python_client import authentication, errors
from starlette.middleware.base import RequestResponseEndpoint

KEY_ID = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"training_key-{KEY_ID}-{SECRET}"
TEMPLATE = "b2d0b1c0-0000-4000-8000-000000000001"


@dataclass
class NotifyAtHome:
    """One service. What it was told to do with an address holds until it works again."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    every_status: int | None = None
    silent: bool = False

    def references(self) -> list[str]:
        return [each["reference"] for each in self.sent]


def application(notify: NotifyAtHome) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def knows_the_service(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if not _known(request.headers.get("Authorization", "").removeprefix("Bearer ")):
            return _error(403, "AuthError")
        if notify.every_status is not None:
            return _error(notify.every_status, "Exception")
        return await call_next(request)

    @app.post("/v2/notifications/email")
    async def send(request: Request) -> Response:
        asked = await request.json()
        if (status := notify.statuses.get(asked["email_address"])) is not None:
            return _error(status, "ValidationError", asked["email_address"])
        kept = {"id": str(uuid4()), **asked}
        notify.sent.append(kept)
        if notify.silent:
            return _error(500, "Exception")
        return JSONResponse({"id": kept["id"], "reference": asked["reference"]}, 201)

    @app.get("/v2/notifications")
    async def look_up(reference: str, template_type: str) -> Response:
        found = [{"id": each["id"], "type": template_type} for each in notify.sent if each["reference"] == reference]
        return JSONResponse({"notifications": found, "links": {}})

    return app


def _known(token: str) -> bool:
    try:
        authentication.decode_jwt_token(token, SECRET)  # type: ignore[no-untyped-call]  # as published
        return bool(authentication.get_token_issuer(token) == KEY_ID)  # type: ignore[no-untyped-call]  # as published
    except errors.TokenError:
        return False


def _error(status: int, kind: str, *words: str) -> Response:
    said: Sequence[dict[str, str]] = [{"error": kind, "message": " ".join((kind, *words))}]
    return JSONResponse({"status_code": status, "errors": said}, status)
