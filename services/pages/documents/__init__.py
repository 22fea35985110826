"""Printed documents of a case (IPG651 1.2, 2.5, 2.6), and the paper sheets for when the service is away.

The front door shows and prints them; the follow-up desk, which may enter records, gives them.
"""

from fastapi import APIRouter

from services.pages.documents import downtime, giving, paper, printing, reading

shown = APIRouter()
for _each in (reading, printing, downtime, paper):
    shown.include_router(_each.router)

given = APIRouter()
given.include_router(giving.router)

__all__ = ["given", "shown"]
