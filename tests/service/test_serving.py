"""The desks as a process: all on their ports, alive without PostgreSQL, and gone soon after they are told to end."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest

from deploy.local import ports, tokens
from deploy.local.processes import Command, Process, launch
from deploy.local.readiness import listens, until_ready
from deploy.local.world import World
from services.desks import DESKS, port
from tests.service.callers import NOWHERE

pytestmark = pytest.mark.asyncio(loop_scope="session")

WITHIN_S = 30.0


async def test_the_ports_are_those_the_local_runner_expects() -> None:
    assert {desk: port(desk, 0) for desk in DESKS} == ports.DESKS


async def started(world: World, tmp_path: Path, *argv: str) -> Process:
    command = Command("desks", (sys.executable, "-m", "services", *argv), world.env)
    process = await launch(command, tmp_path)
    first = argv[1].split(",")[0] if argv else "follow_up"

    async def answers(_: Process) -> bool:
        return await listens(world.ports.of(first))

    await until_ready(process, answers, within_s=WITHIN_S)
    return process


async def test_without_postgresql_desks_live_answer_503_and_end_in_time(outside: World, tmp_path: Path) -> None:
    process = await started(outside, tmp_path)
    try:
        token = await tokens.token(outside.ports.url("issuer"), "rxx-referrer-1")
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
            live = await http.get(f"{outside.ports.url('front_door')}/health/live")
            ready = await http.get(f"{outside.ports.url('front_door')}/health/ready")
            begun = time.monotonic()
            read = await http.get(f"{outside.ports.url('consent')}/api/pathways/{NOWHERE}")
            took = time.monotonic() - begun
        assert live.status_code == 200
        assert (ready.status_code, ready.json()["causes"]) == (503, ["postgres"])
        assert (read.status_code, read.headers["retry-after"]) == (503, "2")
        assert took < 5
    finally:
        process.child.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.ended(), 10)
    assert code == 0


async def test_some_desks_can_be_started_alone(outside: World, tmp_path: Path) -> None:
    process = await started(outside, tmp_path, "--only", "consent,procedure")
    try:
        open_ports = {desk for desk in DESKS if await listens(outside.ports.of(desk))}
    finally:
        await process.stop()
    assert open_ports == {"consent", "procedure"}


async def test_a_desk_that_does_not_exist_cannot_be_started(outside: World, tmp_path: Path) -> None:
    command = Command("desks", (sys.executable, "-m", "services", "--only", "cellar"), outside.env)
    assert await (await launch(command, tmp_path)).ended() == 2
