"""The operations desk in a browser: how the pathways are, and the traces of every click and timer.

For the role `ops`, which sees no patient: opaque references, times, counts. `routes()` gives the router.
"""

from fastapi import APIRouter

from services.pages.operations import home, lists, services, trace

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /operations."""
    router = APIRouter(include_in_schema=False)
    for part in (home.router, lists.router, trace.router, services.router):
        router.include_router(part)
    return router
