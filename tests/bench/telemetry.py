"""`python -m tests.bench.telemetry`: what tracing costs a click, and what a collector that is ill costs it.

One desk is started several times over the same database, each time with another collector, and all get the same clicks
in turn: what else the machine does falls on every one of them alike. `--clicks 100` says how many each.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from deploy.local.ports import Ports, free_ports
from deploy.local.processes import Command, Process, launch
from deploy.local.readiness import listens, until_ready
from deploy.local.world import World
from tests.forms import the_day
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, body_of, decide, on_the_day, prepare, refer

PARTS = ("postgres", "temporal", "outside", "operations", "migrations", "worker", "relay", "desks", "seed")
SLOW_S = 2.0
WARM_UP = 5
OFF = "off"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Desk:
    """The referral desk with one kind of collector, the pathway its clicks are for, and how long each took (ms)."""

    name: str
    ports: Ports
    process: Process
    pathway: str = ""
    clicks_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    ended_s: float = 0.0

    def cpu(self) -> float:
        used = psutil.Process(self.process.pid).cpu_times()
        return float(used.user + used.system)


async def stalled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything and says nothing, until the sender gives up."""
    with suppress(ConnectionError, asyncio.CancelledError):  # the bench is over, and says nothing more
        while await reader.read(65536):
            pass
    writer.close()


async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Says that everything is well, late."""
    with suppress(ConnectionError, asyncio.CancelledError):  # the bench is over, and says nothing more
        while await reader.read(65536):
            await asyncio.sleep(SLOW_S)
            writer.write(ANSWER)
    writer.close()


@asynccontextmanager
async def collectors(world: World) -> AsyncIterator[dict[str, str]]:
    """Where spans go, by name; "" is nowhere."""
    servers = [await asyncio.start_server(each, "127.0.0.1", 0) for each in (stalled, slow)]
    addresses = [f"http://127.0.0.1:{each.sockets[0].getsockname()[1]}" for each in servers]
    refused = f"http://127.0.0.1:{free_ports().base}"
    yield {
        OFF: "",
        "to our own desk": world.ports.url("operations"),
        "refused": refused,
        "stalled": addresses[0],
        "slow": addresses[1],
    }
    for server in servers:
        server.close()


async def started(world: World, name: str, address: str, logs: Path) -> Desk:
    ports = free_ports()
    off = {"OTEL_SDK_DISABLED": "true"} if not address else {"OTEL_EXPORTER_OTLP_ENDPOINT": address}
    env = world.env | off | {"PATENCY_BASE_PORT": str(ports.base), "OTEL_BSP_SCHEDULE_DELAY": "1000"}
    command = Command(name.replace(" ", "-"), (sys.executable, "-m", "services", "--only", "referral"), env)
    process = await launch(command, logs)

    async def answers(_: Process) -> bool:
        return await listens(ports.of("referral"))

    await until_ready(process, answers, within_s=60)
    return Desk(name, ports, process)


async def click(desk: Desk, http: httpx.AsyncClient, token: str) -> float:
    """Writes blood values down; returns how long the answer took, in milliseconds."""
    url = f"{desk.ports.url('referral')}/api/pathways/{desk.pathway}"
    whose = {"Authorization": f"Bearer {token}"}
    seen = (await http.get(url, headers=whose)).headers["etag"]
    headers = whose | {"Idempotency-Key": secrets.token_hex(12), "If-Match": seen}
    begun = time.perf_counter()
    answer = await http.post(f"{url}/bloods", json=body_of(the_day.bloods()), headers=headers)
    took = (time.perf_counter() - begun) * 1000
    answer.raise_for_status()
    return took


async def clicked(desks: Iterable[Desk], clicks: int, token: str) -> None:
    """Every desk in turn, over and over."""
    desks = tuple(desks)
    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        for number in range(clicks + WARM_UP):
            if number == WARM_UP:
                for desk in desks:
                    desk.cpu_s = -desk.cpu()
            for desk in desks:
                took = await click(desk, http, token)
                if number >= WARM_UP:
                    desk.clicks_ms.append(took)
    for desk in desks:
        desk.cpu_s += desk.cpu()


async def ended(desks: Iterable[Desk]) -> None:
    for desk in desks:
        begun = time.perf_counter()
        await desk.process.stop()
        desk.ended_s = time.perf_counter() - begun


def lines(desks: Iterable[Desk]) -> list[str]:
    """A table. The per cent compare the median with that of the desk whose tracing is off."""
    desks = tuple(desks)
    usual = {each.name: statistics.median(each.clicks_ms) for each in desks}
    found = [f"{'collector':<18}{'median ms':>10}{'of off':>8}{'p95 ms':>9}{'CPU ms':>8}{'end s':>7}"]
    for each in desks:
        p95 = statistics.quantiles(each.clicks_ms, n=20)[-1]
        share = 100 * usual[each.name] / usual[OFF]
        cpu_ms = 1000 * each.cpu_s / len(each.clicks_ms)
        found.append(
            f"{each.name:<18}{usual[each.name]:>10.1f}{share:>7.0f}%{p95:>9.1f}{cpu_ms:>8.1f}{each.ended_s:>7.1f}"
        )
    return found


async def measured(clicks: int) -> list[str]:
    async with World.scratch() as world, collectors(world) as addresses:
        await world.start(PARTS)
        logs = world.directory / "logs"
        desks = [await started(world, name, address, logs) for name, address in addresses.items()]
        clinic = Clinic(world.ports)
        await clinic.sign_in(*PEOPLE.values())
        for serial, desk in enumerate(desks):
            desk.pathway = await refer(clinic, 200 + serial)
            await decide(clinic, desk.pathway)
            await prepare(clinic, desk.pathway)
            await on_the_day(clinic, desk.pathway)
        try:
            await clicked(desks, clicks, clinic.tokens[PEOPLE["ward-clinician"]])
        finally:
            await ended(desks)
            await clinic.close()
        return lines(desks)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clicks", type=int, default=100)
    sys.stdout.write("\n".join(asyncio.run(measured(asked.parse_args().clicks))) + "\n")
