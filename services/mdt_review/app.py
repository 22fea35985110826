"""The MDT review desk (IPG651 3.8): meetings, signatures, hand-over to standard care, closing."""

from fastapi import FastAPI

from services.pages import meeting
from services.pages.live import meeting as live_meeting
from services.shell import create_app
from services.wiring import Wiring

NAME = "mdt_review"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, live_meeting.router, meeting.routes())
