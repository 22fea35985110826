"""The front door: signing in, where the desks are, break-glass access, and the clock of training pathways."""

from fastapi import FastAPI

from services import signing_in
from services.front_door import desks, training
from services.sessions import opening_records
from services.shell import create_app
from services.wiring import Wiring

NAME = "front_door"
ROUTERS = (desks.router, training.router, signing_in.router, opening_records.router)


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, *ROUTERS, bodies=(training.ClockMove,))
