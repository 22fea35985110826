"""The front door: signing in, my work, cases, help, break-glass access, and the clock of training pathways."""

from fastapi import FastAPI

from services import fhir, signing_in
from services.front_door import desks, training
from services.pages import adverse_events, breakings, case, case_file, devices, documents, filters, my_work
from services.pages import help as help_pages
from services.pages import safety as safety_pages
from services.pages.live import my_work as live_work
from services.sessions import opening_records
from services.shell import create_app
from services.wiring import Wiring

NAME = "front_door"
ROUTERS = (
    desks.router,
    training.router,
    signing_in.router,
    opening_records.router,
    my_work.routes(),
    live_work.router,
    case.router,
    adverse_events.router,
    filters.router,
    breakings.router,
    devices.router,
    documents.shown,
    case_file.router,
    help_pages.router,
    safety_pages.router,
    *fhir.reads,
)


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, *ROUTERS, bodies=(training.ClockMove,))
