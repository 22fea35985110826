"""The MDT's meeting (mdt_review desk): every patient whose review is to be held or signed, and the signatures.

IPG651 3.8: three specialties, three people. `routes()` gives the router.
"""

from fastapi import APIRouter

from services.pages.meeting import agenda, signing

__all__ = ["routes"]


def routes() -> APIRouter:
    """Everything under /meeting."""
    router = APIRouter(include_in_schema=False)
    router.include_router(agenda.router)
    router.include_router(signing.router)
    return router
