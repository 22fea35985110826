"""The consent desk (IPG651 1.2, 3.7): consent, its withdrawal, entry into a study."""

from fastapi import FastAPI

from services.shell import create_app
from services.wiring import Wiring

NAME = "consent"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring)
