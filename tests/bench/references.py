"""The two references as sides of a comparison: their processes, and the seven steps asked of them as JSON."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local import readiness, temporal
from deploy.local.ports import Ports, free_ports
from deploy.local.processes import Command, Process, launch
from deploy.local.world import World
from tests.bench import bare_postgres
from tests.bench import seven_steps as steps
from tests.bench.clicking import Click, NotKeptError
from tests.bench.day import Day, body_of, patient
from tests.bench.walking import Walker
from tests.bench.wire import Lines, as_json

READY_WITHIN_S = 45.0
CAUGHT_UP_WITHIN_S = 300.0
AGAIN_S, LOOK_S = 0.01, 0.05
STEPS = {0: steps.HUMAN[:4], 1: ("consent", "procedure"), 2: (), 3: ("follow_up",)}
AWAITED = {0: steps.NOTICE, 1: steps.REGISTRY}
KINDS = {"refer": "referral", "consent": "consent", "procedure": "procedure_end", "follow_up": "anticoagulation_review"}
EFFECTS = "SELECT count(DISTINCT pathway) FROM effect WHERE kind = $1 AND pathway = ANY($2)"


class Reference:
    """One of the two. `postgres` is where its rows, or only what its activities did, are kept."""

    def __init__(self, name: str, port: int, postgres: World, connection: asyncpg.Connection) -> None:
        self.name, self.port = name, port
        self.own: dict[str, Process] = {}
        self.postgres, self.connection = postgres, connection
        self.engine_file: Path | None = None
        self.handover_waits = 0
        self._forms = forms()
        self._count = 0

    @property
    def processes(self) -> dict[str, Process]:
        """Beside an engine PostgreSQL is the outside world alone, and does not count as its cost."""
        name = "postgres" if self.engine_file is None else "outside"
        return self.own | {name: self.postgres.supervisor.processes["postgres"]}

    async def prepare(self) -> None:
        """Nobody signs in here."""

    async def phase(self, number: int, walker: Walker, lines: Lines) -> None:
        for name in STEPS[number]:
            await self.step(name, walker, lines)

    async def step(self, name: str, walker: Walker, lines: Lines) -> None:
        """One step. While it is not open yet it is asked again; what counts is the answer that kept it."""
        walker.went(await self.click(name, walker.pathway or self._new(), lines))

    async def click(self, name: str, pathway: str, lines: Lines) -> Click:
        """Raises NotKeptError for any other answer than kept, or not yet."""
        headers, body = as_json(self._forms[name])
        path = f"/pathways/{pathway}" if name == "refer" else f"/pathways/{pathway}/{name}"
        while True:
            began, at = time.perf_counter(), time.time()
            heard = await lines.to(self.port).ask("POST", path, headers, body)
            if heard.status in {200, 201}:
                return Click(KINDS.get(name, "mdt_sign_off"), time.perf_counter() - began, at, pathway, 0)
            if heard.status != 409:
                raise NotKeptError(f"{name}: {heard.status}")
            self.handover_waits += 1
            await asyncio.sleep(AGAIN_S)

    async def sign_together(self, walker: Walker, lines: Sequence[Lines]) -> list[Click]:
        """The three signatures at the same moment, each on a connection of its own."""
        which = zip(steps.SIGNATURES, lines, strict=True)
        return await asyncio.gather(*(self.click(name, walker.pathway, each) for name, each in which))

    async def caught_up(self, number: int, pathways: Sequence[str]) -> None:
        if number not in AWAITED:
            return  # the next click waits for the timer, and after the last one nothing follows
        async with asyncio.timeout(CAUGHT_UP_WITHIN_S):
            while True:
                if await self.connection.fetchval(EFFECTS, AWAITED[number], list(pathways)) == len(pathways):
                    return
                await asyncio.sleep(LOOK_S)

    def _new(self) -> str:
        self._count += 1
        return f"{self.name}-{self._count}"


def forms() -> dict[str, Any]:
    """The product's forms, by the names of the seven steps."""
    day = Day.of(datetime.now(UTC))
    signed = dict.fromkeys(steps.SIGNATURES, body_of(day.sign_off(3)))
    return signed | {
        "refer": {"patient": body_of(patient()), **body_of(day.referral())},
        "consent": body_of(day.consent()),
        "procedure": body_of(day.end()),
        "follow_up": body_of(day.clinic_review()),
    }


@asynccontextmanager
async def references() -> AsyncIterator[tuple[Reference, Reference]]:
    """`bare_postgres` and `bare_temporal`, side by side on one PostgreSQL of their own, until the end of the block."""
    async with World.scratch() as world, AsyncExitStack() as ending:
        await world.start(("postgres",))
        connection = await asyncpg.connect(world.superuser_dsn)
        ending.push_async_callback(connection.close)
        await connection.execute(bare_postgres.TABLES + steps.OUTSIDE_WORLD)
        rows = Reference("bare_postgres", free_ports().of("front_door"), world, connection)
        ending.push_async_callback(_stopped, rows)
        await _begin_rows(rows)
        engine = Reference("bare_temporal", free_ports().of("front_door"), world, connection)
        ending.push_async_callback(_stopped, engine)
        await _begin_engine(engine)
        yield rows, engine


async def _stopped(reference: Reference) -> None:
    for process in reversed(reference.own.values()):
        await process.stop()


async def _begin_rows(reference: Reference) -> None:
    await _start(reference, "app", ("postgres", str(reference.port)), {})
    await _answering(reference)


async def _begin_engine(reference: Reference) -> None:
    ports = free_ports()
    reference.engine_file = reference.postgres.directory / "bare-temporal.db"
    reference.own["temporal"] = await _temporal(reference, reference.engine_file, ports)
    env = {"BENCH_TEMPORAL": ports.address("temporal")}
    await _start(reference, "worker", ("worker",), env)
    await _start(reference, "app", ("temporal", str(reference.port)), env)
    await _answering(reference)


async def _start(reference: Reference, what: str, argv: tuple[str, ...], env: dict[str, str]) -> None:
    surroundings = {"BENCH_POSTGRES": reference.postgres.superuser_dsn, **env}
    command = Command(f"{reference.name}-{what}", (sys.executable, "-m", "tests.bench.bare", *argv), surroundings)
    reference.own[what] = await launch(command, reference.postgres.directory / "logs")


async def _answering(reference: Reference) -> None:
    async def answers(_: Process) -> bool:
        return (await readiness.get(reference.port, "/worklist/proceduralist"))[0] == 200

    await readiness.until_ready(reference.own["app"], answers, within_s=READY_WITHIN_S)


async def _temporal(reference: Reference, file: Path, ports: Ports) -> Process:
    """The same program, pragmas and durability as the product's; memory and garbage collection as Go likes it."""
    command = Command(
        "bare-temporal",
        (
            *(str(temporal.binary()), "server", "start-dev", "--ip", "127.0.0.1", "--log-level", "warn"),
            *(
                "--port",
                str(ports.of("temporal")),
                "--ui-port",
                str(ports.of("temporal_ui")),
                "--ui-disable-news-fetch",
            ),
            *("--db-filename", str(file), "--search-attribute", "WaitsFor=KeywordList"),
            *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=2"),
        ),
    )
    process = await launch(command, reference.postgres.directory / "logs")

    async def answers(_: Process) -> bool:
        told = await readiness.get_json(ports.of("temporal_ui"), "/api/v1/namespaces/default/search-attributes")
        return "WaitsFor" in told.get("customAttributes", ())

    await readiness.until_ready(process, answers, within_s=READY_WITHIN_S)
    return process
