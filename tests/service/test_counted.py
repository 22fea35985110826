"""Requests in the figures: by template and class, whatever path a stranger asks for; never by address."""

from collections.abc import Iterator
from contextlib import suppress
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.samples import Sample
from starlette.types import ASGIApp, Receive, Scope, Send

from services.counted import Counted
from shared.wiring import metrics, telemetry
from tests.service.callers import NOWHERE, apps, wiring
from tests.service.test_traces import RememberingLedger

DESK = "mdt-review-counted"
CANARY = "9434765919"


@pytest.fixture
def desk() -> Iterator[FastAPI]:
    telemetry.start("desks", onward=InMemorySpanExporter())
    app = apps(wiring(RememberingLedger()))["mdt_review"]

    @app.get("/breaks/{word}")
    async def breaks(word: str) -> None:
        raise ValueError(word)

    app.add_middleware(Counted, desk=DESK)
    telemetry.instrument(app, service="mdt-review")
    yield app
    telemetry.stop()


async def ask(app: FastAPI, method: str, path: str) -> int:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        return (await client.request(method, path)).status_code


def counted() -> dict[tuple[str, str, str], float]:
    return {
        (each.labels["method"], each.labels["route"], each.labels["status"]): each.value
        for each in ours()
        if each.name == "patency_http_requests_total"
    }


def ours() -> list[Sample]:
    families = metrics.REGISTRY.collect()
    return [each for family in families for each in family.samples if each.labels.get("desk") == DESK]


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", f"/api/pathways/{NOWHERE}", "/api/pathways/{pathway_id}", "4xx"),
        ("POST", f"/api/pathways/{NOWHERE}/mdt_sign_off", "/api/pathways/{pathway_id}/mdt_sign_off", "4xx"),
        ("GET", f"/{CANARY}", "other", "4xx"),
        ("BREW", f"/{CANARY}", "other", "4xx"),
        ("GET", f"/breaks/{CANARY}", "/breaks/{word}", "5xx"),
    ],
)
async def test_a_request_is_counted_by_its_template(
    desk: FastAPI, method: str, path: str, route: str, status: str
) -> None:
    before = counted()
    await ask(desk, method, path)
    after = counted()
    known = method if method in metrics.METHODS else metrics.OTHER
    assert {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)} == {
        (known, route, status): 1
    }
    assert CANARY not in str(ours())


@pytest.mark.parametrize("path", ["/health/live", "/assets/nothing.css", "/meetings/live"])
async def test_what_leaves_no_trace_is_not_counted(desk: FastAPI, path: str) -> None:
    before = counted()
    await ask(desk, "GET", path)
    assert counted() == before


async def test_the_figures_are_on_no_page_of_a_desk(desk: FastAPI) -> None:
    assert await ask(desk, "GET", "/metrics") == httpx.codes.NOT_FOUND


async def test_the_duration_leads_to_the_trace_of_the_request(desk: FastAPI) -> None:
    await ask(desk, "GET", f"/api/pathways/{NOWHERE}")
    exemplars = [each.exemplar for each in ours() if each.exemplar is not None]
    assert exemplars
    assert all(set(each.labels) == {"trace_id"} and len(each.labels["trace_id"]) == 32 for each in exemplars)


async def breaking(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ValueError(CANARY)


async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """The caller went away before there was an answer."""


@pytest.mark.parametrize(("app", "status"), [(breaking, "5xx"), (silent, "4xx")])
async def test_what_has_no_answer_is_counted_too(app: ASGIApp, status: str) -> None:
    before, scope = counted(), {"type": "http", "method": "GET", "path": f"/{CANARY}"}
    with suppress(ValueError):
        await Counted(app, DESK)(scope, cast("Receive", None), cast("Send", None))
    key = ("GET", metrics.OTHER, status)
    assert counted()[key] == before.get(key, 0) + 1
