"""Desks for tests: every house has applications of its own, whose routes are put together once per process.

FastAPI reads a route's signature when its application is first asked for something. Nothing of a wiring is in it, and
a test that builds all desks would wait for that longer than for anything it asks.
"""

from collections.abc import Hashable

from fastapi import FastAPI
from starlette.routing import BaseRoute

from services.desks import DESKS
from services.wiring import Wiring

_put_together: dict[Hashable, list[BaseRoute]] = {}


def desk_of(name: str, wiring: Wiring) -> FastAPI:
    """The application of this desk on this wiring, as its process builds it."""
    return with_routes_of(DESKS[name](wiring), (name, wiring.reception is not None))


def with_routes_of(app: FastAPI, kind: Hashable) -> FastAPI:
    """The same application with the routes of the first of its kind, which must have the same ones."""
    known = _put_together.setdefault(kind, app.router.routes)
    assert list(map(_address, known)) == list(map(_address, app.router.routes))
    app.router.routes = known
    return app


def _address(route: BaseRoute) -> object:
    """What tells two routes of an application apart before anybody has asked for one."""
    included = getattr(route, "original_router", None)
    return (
        [each.path for each in included.routes if hasattr(each, "path")] if included else getattr(route, "path", None)
    )
