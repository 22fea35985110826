"""What nobody foresaw: an outage becomes 503 with Retry-After, a defect becomes 500 with an incident id in the log."""

import logging
import secrets
from collections.abc import Callable
from string import ascii_lowercase

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import ProblemError, away, broken
from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)


class Faults:
    """ASGI middleware around everything that may fail. Once an answer has begun it can only be cut off.

    `draw` makes the answer of a problem: a page for a browser. Without it every problem is problem+json.
    """

    def __init__(self, app: ASGIApp, draw: Callable[[Scope, ProblemError], ASGIApp] | None = None) -> None:
        self._app = app
        self._draw = draw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if begun:
                raise
            problem = _problem(error)
            answer = self._draw(scope, problem) if self._draw else problem.answer()
            await answer(scope, receive, send)


def _problem(error: Exception) -> ProblemError:
    if is_outage(error):
        log.warning("the database does not answer: %s", type(error).__name__)
        return away("database")
    incident = "".join(secrets.choice(ascii_lowercase) for _ in range(12))  # log lines lose ids and long numbers
    log.error("incident %s", incident, exc_info=error)
    return broken(incident)
