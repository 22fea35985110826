"""The registry desk (IPG651 1.3): corrections, manual entries, the registry against the record; research (1.1)."""

from fastapi import FastAPI

from services.pages import registry_list, research
from services.registry import studies
from services.shell import create_app
from services.wiring import Wiring

NAME = "registry"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, registry_list.routes(), research.routes(), studies.router, bodies=studies.BODIES)
