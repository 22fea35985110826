"""The governance desk (IPG651 1.2): what the mail system reports of notices, and acknowledgements."""

from fastapi import FastAPI

from services.pages import inbox
from services.shell import create_app
from services.wiring import Wiring

NAME = "governance"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, inbox.routes())
