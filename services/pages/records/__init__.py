"""Forms on every desk: each record drawn, checked, handed in, and answered for when the pathway had moved on."""

from services.pages.records.routes import records_pages

__all__ = ["records_pages"]
