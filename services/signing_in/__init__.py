"""Signing in and out at the front door, by the OIDC issuer alone: there is no password here."""

from fastapi import APIRouter

from services.signing_in import arriving, choosing, departing

router = APIRouter()
for _each in (arriving, choosing, departing):
    router.include_router(_each.router)

__all__ = ["router"]
