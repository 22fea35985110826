"""The operations desk: traces of every process, and how the pathways are. It has no records, and no patients.

It takes spans itself (POST /v1/traces), so that the local world needs no other program to look at them.
"""

from fastapi import FastAPI

from services.operations.receiving import TraceIntake
from services.pages import operations
from services.shell import create_app
from services.wiring import Wiring
from shared.web.headers import SafeHeaders

NAME = "operations"


def create(wiring: Wiring | None) -> FastAPI:
    app = create_app(NAME, wiring, operations.routes())
    watch = wiring.watch if wiring is not None else None
    if watch is not None:
        app.add_middleware(TraceIntake, store=watch.traces, key=watch.trace_key)
        app.add_middleware(SafeHeaders)  # around the intake as well
    return app
