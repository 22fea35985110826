"""Who may be at the operations desk, and what its pages are drawn from."""

from typing import Annotated

from fastapi import Depends, Request

from services.identity import Acting
from services.sessions import page_actor
from services.wiring import wired
from shared.pathway.people import Role
from shared.traces.watch import Watch
from shared.web.problems import unknown

HOME = "/operations"
TRACES = f"{HOME}/traces"
PATHWAYS = f"{HOME}/pathways"
SERVICES = f"{HOME}/services"
Operator = Annotated[Acting, Depends(page_actor({Role.OPS}))]


async def watch_of(request: Request) -> Watch:
    """Raises ProblemError 404 where nothing is watched."""
    watch = wired(request).watch
    if watch is None:
        raise unknown()
    return watch


Watched = Annotated[Watch, Depends(watch_of)]
