"""The front door: where the desks are, and the clock of training pathways."""

from fastapi import FastAPI

from services.front_door import desks, training
from services.shell import create_app
from services.wiring import Wiring

NAME = "front_door"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, desks.router, training.router, bodies=(training.ClockMove,))
