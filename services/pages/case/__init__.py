"""The case: everything about one pathway on one page, and what is printed for its patient."""

from fastapi import APIRouter

from services.pages.case import leaflet, page

router = APIRouter()
for _each in (leaflet, page):
    router.include_router(_each.router)

__all__ = ["router"]
