"""The trust against IPG651, paragraph by paragraph (governance desk; clinical.md 2.13). `routes()` gives the router.

Counts over the reader's own trust. A list of exceptions leads to each case; breakdowns and downloads hide small
numbers.
"""

from fastapi import APIRouter

from services.pages.compliance import cases, download, overview, paragraph

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /compliance."""
    router = APIRouter(include_in_schema=False)
    for each in (overview, cases, download, paragraph):
        router.include_router(each.router)
    return router
