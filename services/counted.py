"""Every request of a desk in the figures: which route, how it ended, how long it took. Never its address.

What leaves no trace is not counted either: probes, files, and pages that listen for hours.
"""

import re
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.wiring import metrics, telemetry

UNCOUNTED = re.compile(telemetry.UNTRACED.replace(",", "|"))
BROKEN_OFF = 499  # the caller went away before there was an answer
FAULT = 500


class Counted:
    """ASGI middleware, the outermost of its desk: give it to the application last."""

    def __init__(self, app: ASGIApp, desk: str) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or UNCOUNTED.search(scope["path"]):
            await self._app(scope, receive, send)
            return
        begun_at, status = perf_counter(), BROKEN_OFF

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            status = FAULT
            raise
        finally:
            metrics.answered(self._desk, _route(scope), scope["method"], status, perf_counter() - begun_at)


def _route(scope: Scope) -> str:
    """The template that the path matched; what matched none is one of countless paths, which strangers choose."""
    return getattr(scope.get("route"), "path", metrics.OTHER)
