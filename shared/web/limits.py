"""No body over 256 KiB is read, whatever its headers claim: counted as it arrives, before anything parses it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import ProblemError

LARGEST_BODY_BYTES = 256 * 1024


class _TooLargeError(Exception):
    """More has arrived than is allowed."""


def _too_large() -> ProblemError:
    return ProblemError(413, "too-large", f"A body has at most {LARGEST_BODY_BYTES // 1024} KiB")


class BodyLimit:
    """ASGI middleware: 413 at once for a declared length above the limit, and for one that grows above it."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY_BYTES) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared(scope) > self._largest:
            await _too_large().answer()(scope, receive, send)
            return
        try:
            await self._app(scope, self._counting(receive), send)
        except _TooLargeError:  # raised before an answer began: answers wait for their whole body
            await _too_large().answer()(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if arrived > self._largest:
                    raise _TooLargeError
            return message

        return counted


def _declared(scope: Scope) -> int:
    """The Content-Length. What is no number counts as nothing: the counting decides then."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value[:20]) if value.isdigit() else 0  # 20 digits are too large, however many follow
    return 0
