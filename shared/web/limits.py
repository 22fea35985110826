"""No body over 256 KiB is read, whatever its headers claim: counted as it arrives, before anything parses it.

A page's form may have 1 MiB on the wire: what is too much is then told on the form itself, with everything typed.
"""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import ProblemError

LARGEST_BODY_BYTES = 256 * 1024
LARGEST_FORM_BYTES = 1024 * 1024


class _TooLargeError(Exception):
    """More has arrived than is allowed."""


def _too_large(largest: int) -> ProblemError:
    return ProblemError(413, "too-large", f"A body has at most {largest // 1024} KiB")


class BodyLimit:
    """ASGI middleware: 413 at once for a declared length above the limit, and for one that grows above it.

    `is_form` says whether a request is a page's; `draw` makes its answer, as in `Faults`.
    """

    def __init__(
        self,
        app: ASGIApp,
        is_form: Callable[[Scope], bool] | None = None,
        draw: Callable[[Scope, ProblemError], ASGIApp] | None = None,
    ) -> None:
        self._app = app
        self._is_form = is_form
        self._draw = draw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = LARGEST_FORM_BYTES if self._is_form and self._is_form(scope) else LARGEST_BODY_BYTES
        if _declared(scope) > largest:
            await self._answer(scope, largest)(scope, receive, send)
            return
        try:
            await self._app(scope, self._counting(receive, largest), send)
        except _TooLargeError:  # raised before an answer began: answers wait for their whole body
            await self._answer(scope, largest)(scope, receive, send)

    def _answer(self, scope: Scope, largest: int) -> ASGIApp:
        problem = _too_large(largest)
        return self._draw(scope, problem) if self._draw else problem.answer()

    def _counting(self, receive: Receive, largest: int) -> Receive:
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if arrived > largest:
                    raise _TooLargeError
            return message

        return counted


def _declared(scope: Scope) -> int:
    """The Content-Length. What is no number counts as nothing: the counting decides then."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value[:20]) if value.isdigit() else 0  # 20 digits are too large, however many follow
    return 0
