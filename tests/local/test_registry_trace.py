import asyncio

import httpx
import pytest

from deploy.local.world import World
from tests.local.outsiders import LISTENING_S, Collector

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_the_simulated_registry_continues_the_trace_of_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = Collector()
    server = await asyncio.start_server(collector.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    async with server, World.scratch() as world, httpx.AsyncClient(trust_env=False) as client:
        await world.start(("outside",))
        caller = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        await client.get(world.ports.url("simulated_registry") + "/entries/none", headers=caller)
        taken = b""
        while bytes.fromhex(TRACE) not in taken:
            taken = await asyncio.wait_for(collector.taken.get(), LISTENING_S)
    assert b"simulated-registry" in taken
