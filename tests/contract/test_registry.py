"""The registry port, asked of the fake and of HTTP with the simulated registry alike (IPG651 1.3)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from activities.adapters.http_registry import HttpRegistry
from activities.ports import OutsideUnavailable, Receipt, Rejection, Submission, VenousRegistry
from deploy.local.outside.__main__ import Server
from deploy.local.outside.cabinet import Cabinet, Verdict
from deploy.local.outside.registry import registry
from shared.contracts.registry_lists import Held
from tests.workflow.pure_book import FakeRegistry

PATHWAY = "5d0f1f44-0000-4000-8000-000000000001"
IMPATIENT_S = 0.3


def entry(version: int = 1, **dataset: Any) -> Submission:
    procedure = f"{PATHWAY}.1"
    given = {"limbs": ["left"], "procedure_on": "2026-03-09", "outcome": "completed"}
    body = {
        "procedure_id": procedure,
        "dataset_version": version,
        "trust": "RXX",
        "pathway_ref": PATHWAY,
        "dataset": given | dataset,
    }
    return Submission(f"{procedure}.v{version}", procedure, version, body)


class Registry(Protocol):
    """A registry, what it holds, and the ways in which it can be difficult."""

    @property
    def port(self) -> VenousRegistry: ...

    def held(self) -> list[str]: ...

    async def takes_its_time(self) -> None: ...

    async def decides(self) -> None: ...

    async def rejects(self) -> None: ...

    async def breaks(self) -> None: ...

    async def works_again(self) -> None: ...


@dataclass
class RegistryInMemory:
    port: FakeRegistry = field(default_factory=FakeRegistry)

    def held(self) -> list[str]:
        return list(self.port.entries)

    async def takes_its_time(self) -> None:
        self.port.undecided = 1_000

    async def decides(self) -> None:
        self.port.undecided = 0

    async def rejects(self) -> None:
        self.port.rejecting = True

    async def breaks(self) -> None:
        self.port.down = True

    async def works_again(self) -> None:
        self.port.down = False


@dataclass
class SimulatedRegistry:
    """HttpRegistry speaking HTTP with the registry that ships with Patency."""

    port: HttpRegistry
    cabinet: Cabinet
    controls: httpx.AsyncClient

    def held(self) -> list[str]:
        return [each["key"] for each in self.cabinet.every()]

    async def takes_its_time(self) -> None:
        self.cabinet.hold(PATHWAY)

    async def decides(self) -> None:
        self.cabinet.release(PATHWAY, Verdict.ACCEPTED)

    async def rejects(self) -> None:
        self.cabinet.release(PATHWAY, Verdict.REJECTED)

    async def breaks(self) -> None:
        await self.fails("500")

    async def fails(self, kind: str) -> None:
        await self.controls.put("/faults", json={"rate": 1, "kinds": [kind]})

    async def works_again(self) -> None:
        await self.controls.put("/faults", json={"rate": 0, "kinds": []})


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application on a free loopback port; callers wait in the socket's queue until it is up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def asked(url: str) -> AsyncIterator[HttpRegistry]:
    port = HttpRegistry(url, within_s=IMPATIENT_S)
    try:
        yield port
    finally:
        await port.close()


@pytest.fixture
async def simulated(tmp_path: Path) -> AsyncIterator[SimulatedRegistry]:
    with Cabinet(tmp_path / "registry.db") as cabinet:
        async with served(registry(cabinet)) as url, asked(url) as port, httpx.AsyncClient(base_url=url) as controls:
            yield SimulatedRegistry(port, cabinet, controls)


@pytest.fixture(params=["in memory", "by HTTP"])
def venous(request: pytest.FixtureRequest) -> Registry:
    if request.param == "in memory":
        return RegistryInMemory()
    found: SimulatedRegistry = request.getfixturevalue("simulated")
    return found


async def test_an_entry_gets_a_receipt(venous: Registry) -> None:
    receipt = await venous.port.submit(entry())
    assert isinstance(receipt, Receipt)
    assert receipt.number.startswith("SIM-")


async def test_the_same_entry_again_is_the_same_entry_with_the_same_receipt(venous: Registry) -> None:
    receipts = [await venous.port.submit(entry()) for _ in range(3)]
    assert len(set(map(repr, receipts))) == 1
    assert venous.held() == [entry().key]


async def test_a_new_version_is_an_entry_with_a_receipt_of_its_own(venous: Registry) -> None:
    receipts = {repr(await venous.port.submit(entry(version))) for version in (1, 2)}
    assert len(receipts) == 2


async def test_another_dataset_under_a_used_key_is_rejected_with_a_code(venous: Registry) -> None:
    await venous.port.submit(entry())
    other = await venous.port.submit(entry(outcome="abandoned"))
    assert other == Rejection("other_body_for_this_key")


async def test_while_the_registry_has_not_decided_there_is_no_answer_yet(venous: Registry) -> None:
    await venous.takes_its_time()
    assert await venous.port.submit(entry()) is None
    assert await venous.port.submit(entry()) is None
    await venous.decides()
    assert isinstance(await venous.port.submit(entry()), Receipt)
    assert venous.held() == [entry().key]


async def test_the_registry_lists_what_it_holds_of_a_trust_and_of_no_other(venous: Registry) -> None:
    receipt = await venous.port.submit(entry(2))
    assert isinstance(receipt, Receipt)
    listed = Held(entry(2).key, entry(2).procedure_id, 2, "accepted", receipt.number)
    assert await venous.port.held("RXX") == (listed,)
    assert await venous.port.held("RYY") == ()


async def test_what_is_not_decided_is_listed_without_a_receipt(venous: Registry) -> None:
    await venous.takes_its_time()
    await venous.port.submit(entry())
    (listed,) = await venous.port.held("RXX")
    assert (listed.key, listed.receipt) == (entry().key, None)


async def test_a_long_list_comes_page_by_page(simulated: SimulatedRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.adapters.http_registry.PAGE", 2)
    for version in range(1, 6):
        await simulated.port.submit(entry(version))
    assert [each.version for each in await simulated.port.held("RXX")] == [1, 2, 3, 4, 5]


async def test_a_rejected_entry_comes_back_with_the_registrys_code(venous: Registry) -> None:
    await venous.rejects()
    assert await venous.port.submit(entry()) == Rejection("rejected_by_registry")


async def test_a_broken_registry_is_tried_again(venous: Registry) -> None:
    await venous.breaks()
    with pytest.raises(OutsideUnavailable):
        await venous.port.submit(entry())
    assert venous.held() == []
    await venous.works_again()
    assert isinstance(await venous.port.submit(entry()), Receipt)


async def test_a_registry_that_says_nothing_is_tried_again(simulated: SimulatedRegistry) -> None:
    await simulated.fails("timeout")
    with pytest.raises(OutsideUnavailable):
        await simulated.port.submit(entry())


async def test_an_entry_kept_without_an_answer_is_not_entered_twice(simulated: SimulatedRegistry) -> None:
    await simulated.fails("accepted_then_timeout")
    with pytest.raises(OutsideUnavailable):
        await simulated.port.submit(entry())
    await simulated.works_again()
    assert isinstance(await simulated.port.submit(entry()), Receipt)
    assert simulated.held() == [entry().key]


async def test_a_registry_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    async with asked(f"http://127.0.0.1:{port}") as registry_port:
        with pytest.raises(OutsideUnavailable):
            await registry_port.submit(entry())


async def said(answer: httpx.Response) -> Receipt | Rejection | None:
    """What the adapter makes of this answer."""
    async with asked("http://registry.invalid") as port:
        await port._client.aclose()
        port._client = httpx.AsyncClient(
            base_url="http://registry.invalid", transport=httpx.MockTransport(lambda _request: answer)
        )
        return await port.submit(entry())


@pytest.mark.parametrize("status", [301, 401, 403, 404, 405, 408, 425, 429, 502, 503])
async def test_an_error_on_the_way_there_is_no_verdict_on_the_dataset(status: int) -> None:
    with pytest.raises(OutsideUnavailable):
        await said(httpx.Response(status, json={"code": "no"}))


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"[]", b"{}", b'{"receipt": 5}', b'{"receipt": ""}'])
async def test_an_ok_without_a_receipt_proves_nothing(body: bytes) -> None:
    with pytest.raises(OutsideUnavailable):
        await said(httpx.Response(200, content=body))


async def test_a_receipt_for_another_entry_proves_nothing() -> None:
    with pytest.raises(OutsideUnavailable):
        await said(httpx.Response(200, json={"key": "another.v1", "receipt": "SIM-1"}))


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b'{"entries": []}', b'[{"key": 5}]'])
async def test_a_list_that_is_none_is_asked_for_again(body: bytes) -> None:
    async with asked("http://registry.invalid") as port:
        await port._client.aclose()
        answer = httpx.Response(200, content=body)
        port._client = httpx.AsyncClient(
            base_url="http://registry.invalid", transport=httpx.MockTransport(lambda _request: answer)
        )
        with pytest.raises(OutsideUnavailable):
            await port.held("RXX")


@pytest.mark.parametrize("code", ["Ada Nobody, 999 000 0000", "_", "x" * 65, "", None, {"a": 1}])
async def test_a_reason_that_is_no_code_is_not_passed_on(code: Any) -> None:
    assert await said(httpx.Response(422, json={"code": code})) == Rejection("http_422")
