"""Puts sessions into a desk's application: the door, signing out, and on the front door the way in."""

from fastapi import FastAPI

from services.sessions import leaving
from services.sessions.actor import TurnedAwayError, answer_turned_away
from services.sessions.door import SessionDoor
from services.sessions.reception import Reception
from shared.web.pages.house import House


def install(app: FastAPI, reception: Reception) -> None:
    """To be called before any other middleware is added, so that the limits stand around the door."""
    app.state.reception = reception
    # A browser holds a form to its policy through every redirect: late forms end at the issuer.
    targets = (*sorted(reception.origins), reception.issuer)
    app.state.house = House(training=reception.training, front_door=reception.front_door, form_targets=targets)
    app.include_router(leaving.router)
    app.add_exception_handler(TurnedAwayError, answer_turned_away)
    app.add_middleware(SessionDoor, reception=reception)
