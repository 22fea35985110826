"""The follow-up desk (IPG651 2.6): discharge, anticoagulation review, accepting a hand-over, documents given."""

from fastapi import FastAPI

from services.pages import documents
from services.shell import create_app
from services.wiring import Wiring

NAME = "follow_up"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(NAME, wiring, documents.given)
