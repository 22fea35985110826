"""The registry desk (IPG651 1.3): corrections and manual entries."""

from fastapi import FastAPI

from services.shell import create_app
from services.wiring import Wiring

NAME = "registry"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring)
