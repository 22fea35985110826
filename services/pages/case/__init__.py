"""The case: everything about one pathway on one page."""

from services.pages.case.page import router

__all__ = ["router"]
