"""The clinical safety file as pages: hazards, what stands against them, and what the last run showed."""

from services.pages.safety.pages import router

__all__ = ["router"]
