"""The training issuer: `oidc-provider-mock` with the people of people.toml, speaking in the shape of CIS2."""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from typing_extensions import override
from werkzeug.serving import WSGIRequestHandler, make_server

from deploy.local.people import people

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Response

TOKEN_LIFE = timedelta(hours=10)  # a working day; the desks end sessions sooner by their own rules


class Quiet(WSGIRequestHandler):
    """Does not log requests: their addresses carry codes."""

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def issuer() -> "WSGIApplication":
    """The application, without the interactive debugger the mock wraps around itself."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback only, so http
    with warnings.catch_warnings(record=True):  # deprecations among the mock's own dependencies
        import oidc_provider_mock
        from flask import Flask
    users = [oidc_provider_mock.User(sub=person.id, claims=person.claims()) for person in people()]
    app = oidc_provider_mock.app(user_claims=users, access_token_max_age=TOKEN_LIFE)
    app.debug = False
    app.after_request(_unknown_token_is_401)
    return Flask.wsgi_app.__get__(app)  # type: ignore[no-any-return]


def _unknown_token_is_401(answer: "Response") -> "Response":
    """As CIS2 says it; the mock says 400."""
    from flask import request

    if request.path == "/userinfo" and answer.status_code == HTTPStatus.BAD_REQUEST:
        answer.status_code = HTTPStatus.UNAUTHORIZED
    return answer


@contextmanager
def serving(port: int) -> Iterator[None]:
    """Serves the issuer on a thread per request until the block ends."""
    server = make_server("127.0.0.1", port, issuer(), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="issuer")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
