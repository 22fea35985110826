"""A database, an engine, a relay, pathways opened straight in the ledger, and workers of more than one build."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
from temporalio.api.enums.v1 import EventType, TimeoutType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from deploy import release
from deploy.local.processes import Command, Process, launch
from deploy.local.world import World
from deploy.migrate import login_role
from shared.ledger import Ledger
from shared.pathway.people import Signature
from shared.pathway.record import Record
from shared.pathway.stages import KINDS
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.temporal import quiet_converter
from tests.database import settings_of
from tests.forms import referral as referral_form
from tests.forms.filled import london
from tests.ledger.acting import OPS, TRIAGE, TRUST, act, kept, opening, patient

PARTS = ("postgres", "temporal", "migrations", "seed", "relay")
SIDE_BY_SIDE = 8
AGAIN_S = 0.25
ROLES = (*sorted({login_role(kind.desk) for kind in KINDS.values()}), "desk_front_door")
DEADLINES = """
SELECT pathway_id::text || ' ' || id || '/' || rung || ' ' || anchor_value AS name, due_at FROM timer
WHERE state = 'pending' ORDER BY name
"""


def failed(events: Sequence[HistoryEvent]) -> int:
    """How many workflow tasks failed, or were begun and never ended. That a task waited for a worker that is gone and
    was given to another one counts for nothing: that is what a rolling restart is.
    """
    broken = sum(event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED for event in events)
    late = (
        event.workflow_task_timed_out_event_attributes.timeout_type
        for event in events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
    )
    return broken + sum(kind == TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE for kind in late)


@dataclass
class Fleet:
    """`ledgers` by database role; `workers` by their build."""

    world: World
    client: Client
    ledgers: dict[str, Ledger]
    workers: dict[str, Process] = field(default_factory=dict)

    async def open(self, many: int) -> tuple[str, ...]:
        """So many pathways, each of a patient of its own, with the real time as theirs."""
        slots = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one() -> str:
            async with slots:
                told = opening(patient=patient())
                return kept(await self.ledgers["desk_referral"].open_pathway(told)).pathway_id

        return tuple(await asyncio.gather(*(one() for _ in range(many))))

    async def classify(self, pathways: Sequence[str]) -> None:
        """Something happens in each: its next version."""
        slots = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(pathway: str) -> None:
            async with slots:
                await self.write(pathway, referral_form.classification(), TRIAGE)

        await asyncio.gather(*map(one, pathways))

    async def write(self, pathway: str, record: Record, by: Signature) -> int:
        """Written down at the desk whose it is; returns the new version."""
        ledger = self.ledgers[login_role(KINDS[record.kind].desk)]
        return kept(await ledger.enter(act(pathway, record, by))).version

    async def move(self, pathway: str, wall: str) -> None:
        """The pathway's own clock goes forward to this London time."""
        kept(await self.ledgers["desk_front_door"].advance_clock(TRUST, pathway, london(wall), OPS))
        await self.ledgers["patency_worker"].fire_due(TRUST, pathway)

    async def start_worker(self, build: str, module: str = "workflows.worker") -> None:
        """A worker process of this build. It gets work when the build is released."""
        env = {**self.world.env, "PATENCY_BUILD_ID": build}
        command = Command(f"worker-{build}", (sys.executable, "-m", module), env)
        self.workers[build] = await launch(command, self.world.directory / "logs")

    async def release(self, build: str) -> None:
        await release.release(self.client, build)

    async def stop_worker(self, build: str) -> None:
        await self.workers.pop(build).stop()

    async def deadlines(self) -> dict[str, str]:
        """Every pending timer, and when it is due."""
        return {row["name"]: row["due_at"].isoformat() for row in await self.rows(DEADLINES)}

    async def rows(self, question: str, *about: object) -> list[asyncpg.Record]:
        """Ask the database past every policy."""
        connection = await asyncpg.connect(self.world.superuser_dsn)
        try:
            return await connection.fetch(question, *about)
        finally:
            await connection.close()

    async def running(self) -> set[str]:
        """The pathways that the engine follows at this moment."""
        query = "WorkflowType = 'PatientPathway' AND ExecutionStatus = 'Running'"
        return {found.id.removeprefix("pathway-") async for found in self.client.list_workflows(query)}

    async def until_told(self, within_s: float = 120) -> None:
        """Returns when nothing waits in the outbox and every task that the engine gave out was answered."""
        clock = asyncio.get_running_loop()
        latest = clock.time() + within_s
        while (await self.rows("SELECT count(*) AS n FROM outbox"))[0]["n"]:
            assert clock.time() < latest, "the relay has not passed everything on"
            await asyncio.sleep(AGAIN_S)

    async def until_at(self, pathways: Sequence[str], least: int, within_s: float = 300) -> None:
        """Returns when every pathway's workflow has looked at this version of it, or a later one."""
        clock = asyncio.get_running_loop()
        latest, behind = clock.time() + within_s, set(pathways)
        while behind:
            assert clock.time() < latest, f"{len(behind)} workflows have not seen version {least}"
            seen = await asyncio.gather(*(self.seen(each) for each in sorted(behind)[:50]))
            behind -= {each for each, version in zip(sorted(behind)[:50], seen, strict=True) if version >= least}
            await asyncio.sleep(AGAIN_S if behind else 0)

    async def seen(self, pathway: str) -> int:
        """The newest version at which the workflow has looked; 0: it has not looked yet."""
        converter = self.client.data_converter.payload_converter
        looks = [
            converter.from_payload(event.marker_recorded_event_attributes.details["result"].payloads[0])["version"]
            for event in await self.events(pathway)
            if "result" in event.marker_recorded_event_attributes.details
        ]
        return int(max(looks, default=0))

    async def events(self, pathway: str) -> Sequence[HistoryEvent]:
        """The history of the newest run of this pathway's workflow; nothing while there is none."""
        try:
            return (await self.client.get_workflow_handle(f"pathway-{pathway}").fetch_history()).events
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            return ()

    async def failed_tasks(self, pathways: Sequence[str]) -> int:
        """How many workflow tasks failed or ran out of time, over the newest run of each pathway."""
        return sum([failed(await self.events(pathway)) for pathway in pathways])

    async def tasks_by_build(self, pathways: Sequence[str]) -> dict[str, int]:
        """How many workflow tasks the workers of each build completed."""
        found: Counter[str] = Counter()
        for pathway in pathways:
            done = (event.workflow_task_completed_event_attributes for event in await self.events(pathway))
            found.update(each.deployment_version.build_id for each in done if each.deployment_version.build_id)
        return dict(found)


@asynccontextmanager
async def fleet(parts: tuple[str, ...] = PARTS) -> AsyncIterator[Fleet]:
    """A scratch world with these parts, and no worker yet."""
    async with World.scratch() as world:
        await world.start(parts)
        settings = settings_of(world)
        pools = {role: await open_pool(settings, role) for role in ROLES}
        client = await Client.connect(world.ports.address("temporal"), data_converter=quiet_converter())
        ledgers = {role: Ledger(pool, load(), ServerClock()) for role, pool in pools.items()}
        here = Fleet(world, client, ledgers)
        try:
            yield here
        finally:
            for process in here.workers.values():
                await process.stop()
            for pool in pools.values():
                pool.terminate()
