"""The trust's registers in a browser (governance desk): their news, who is told, what is permitted (IPG651 3.6, YR3).

`routes()` gives the router.
"""

from fastapi import APIRouter

from services.pages.registers import announcing, authorisation, listing, recipients

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /registers."""
    router = APIRouter(include_in_schema=False)
    router.include_router(listing.router)
    router.include_router(recipients.router)
    router.include_router(authorisation.router)
    router.include_router(announcing.routes())
    return router
