"""The procedure desk (IPG651 2.4-2.7): the start, which the gates decide on, and the end."""

from fastapi import FastAPI

from services.shell import create_app
from services.wiring import Wiring

NAME = "procedure"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring)
