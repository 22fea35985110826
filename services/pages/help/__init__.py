"""Help for each form, the accessibility statement, and problems as pages."""

from services.pages.help.pages import router

__all__ = ["router"]
