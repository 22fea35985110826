"""The trust's research register in a browser (registry desk; IPG651 1.1). `routes()` gives the router."""

from fastapi import APIRouter

from services.pages.research import extracts, new_study, register

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /research."""
    router = APIRouter(include_in_schema=False)
    for part in (register, new_study, extracts):
        router.include_router(part.router)
    return router
