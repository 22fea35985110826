"""The body of a posted form: what is taken, what is refused before anybody looks into it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from shared.web.forms.posting import MOST_TEXTS, posted
from shared.web.problems import ProblemError, answer_problem


@pytest.fixture
async def desk() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.add_exception_handler(ProblemError, answer_problem)

    @app.post("/form")
    async def taken(request: Request) -> list[tuple[str, str]]:
        return list(await posted(request))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


async def test_texts_come_in_the_order_they_were_sent(desk: httpx.AsyncClient) -> None:
    answer = await desk.post("/form", data={"sides": ["left", "right"], "room": "Theatre 2"})
    assert answer.json() == [["sides", "left"], ["sides", "right"], ["room", "Theatre 2"]]


async def test_something_else_than_a_form_is_refused(desk: httpx.AsyncClient) -> None:
    assert (await desk.post("/form", json={"room": "x"})).status_code == 415


async def test_more_texts_than_any_form_has_are_refused(desk: httpx.AsyncClient) -> None:
    answer = await desk.post("/form", data={f"x{n}": "" for n in range(MOST_TEXTS + 1)})
    assert answer.status_code == 400


async def test_files_are_refused(desk: httpx.AsyncClient) -> None:
    assert (await desk.post("/form", files={"room": ("x.txt", b"x")})).status_code == 400
