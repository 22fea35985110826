"""The governance inbox (governance desk): which notices nobody has acknowledged yet (IPG651 1.2).

`routes()` gives the router.
"""

from fastapi import APIRouter

from services.pages.inbox import notices

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /inbox."""
    router = APIRouter(include_in_schema=False)
    router.include_router(notices.router)
    return router
