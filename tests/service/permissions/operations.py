"""Everything that can be asked of a desk: its operations by its own OpenAPI document, and the routes of its pages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from typing_extensions import override

from services.desks import DESKS
from services.openapi import documents
from services.sessions.door import is_page

PROGRAMS, PEOPLE = "programs", "people"
SAFE = frozenset({"GET", "HEAD"})
MACHINES = ("/health/", "/openapi.json", "/assets")


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One method at one address of one desk. `door`: whether programs use it (a token) or people (a session)."""

    door: str
    desk: str
    path: str
    method: str

    @property
    def record(self) -> str:
        """The last word of an address that is about one pathway, where kinds of records have their names."""
        parts = self.path.partition("/pathways/{pathway_id}/")[2].split("/")
        return parts[0]

    @property
    def of_a_pathway(self) -> bool:
        return "{pathway_id}" in self.path

    @property
    def changes(self) -> bool:
        return self.method not in SAFE

    @override
    def __str__(self) -> str:
        return f"{self.desk} {self.method} {self.path}"


@cache
def api_operations() -> tuple[Operation, ...]:
    """What the OpenAPI documents describe, but for the health of a process."""
    return tuple(_described())


@cache
def page_operations() -> tuple[Operation, ...]:
    """What the applications serve to browsers: OpenAPI does not describe it."""
    return tuple(each for desk, create in DESKS.items() for each in pages_of(desk, create(None)))


def _described() -> Iterator[Operation]:
    for file, text in documents():
        for path, methods in json.loads(text)["paths"].items():
            if not path.startswith(MACHINES):
                yield from (Operation(PROGRAMS, file.stem, path, method.upper()) for method in methods)


def pages_of(desk: str, app: FastAPI) -> Iterator[Operation]:
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        if is_page(path) and not path.startswith(MACHINES):
            yield from (Operation(PEOPLE, desk, path, method) for method in sorted((route.methods or set()) - {"HEAD"}))
