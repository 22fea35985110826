"""The trust's registers in a browser (governance desk): announcing what they say anew (clinical.md 4; IPG651 3.6, YR3).

`routes()` gives the router.
"""

from fastapi import APIRouter

from services.pages.registers import announcing, listing

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /registers."""
    router = APIRouter(include_in_schema=False)
    router.include_router(listing.router)
    router.include_router(announcing.routes())
    return router
