"""My work (front door): the open tasks of the role somebody acts in, who has each, and who stands in for whom.

`routes()` gives the router.
"""

from fastapi import APIRouter

from services.pages.my_work import away, finding, giving, listing

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /my-work, and /find."""
    router = APIRouter(include_in_schema=False)
    for part in (listing.router, giving.router, away.router, finding.router):
        router.include_router(part)
    return router
