"""Registry entries of a whole trust in a browser (registry desk; IPG651 1.3). `routes()` gives the router."""

from fastapi import APIRouter

from services.pages.registry_list import listing, sheet, taking_out

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /registry."""
    router = APIRouter(include_in_schema=False)
    router.include_router(listing.router)
    router.include_router(taking_out.router)
    router.include_router(sheet.router)
    return router
