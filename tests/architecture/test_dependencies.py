"""What a request depends on is worked out in the event loop: a thread costs more than the answer it fetches."""

import inspect
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant

from services.desks import DESKS


def below(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from below(each)


def dependencies(routes: Iterable[Any]) -> Iterator[Any]:
    """Everything that any of these routes depends on, included routers and all."""
    for route in routes:
        if isinstance(found := getattr(route, "dependant", None), Dependant):
            yield from below(found)
        inner = getattr(route, "original_router", route)
        yield from dependencies(getattr(inner, "routes", ()) if inner is not route else ())


def in_a_thread(routes: Iterable[Any]) -> set[str]:
    """The plain functions among them, and coroutines behind objects counted as what they are."""
    found = {call for call in dependencies(routes) if not inspect.iscoroutinefunction(call)}
    return {repr(call) for call in found if not inspect.iscoroutinefunction(getattr(call, "__call__", None))}  # noqa: B004


@pytest.mark.parametrize("desk", sorted(DESKS))
def test_no_request_waits_for_a_thread_to_learn_who_or_what_it_is_about(desk: str) -> None:
    app = DESKS[desk](None)
    assert list(dependencies(app.routes)), "the walk found nothing, so it would find no fault"
    assert in_a_thread(app.routes) == set()


def test_a_plain_function_is_noticed() -> None:
    def plain() -> int:
        return 1

    inner, outer = APIRouter(), APIRouter()

    @inner.get("/planted")
    async def planted(one: Annotated[int, Depends(plain)]) -> int:
        return one

    outer.include_router(inner)
    assert len(in_a_thread(outer.routes)) == 1
