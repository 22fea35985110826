"""A base backup, a world that goes on, and the backup put back without a word: what does the verifier name?

Played for real, with the files of the cluster, by `python -m tests.evidence.tampering`: a server is stopped and started
for it, which is why it is no test of the suite.
"""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import asyncpg

from deploy.backup import cluster
from deploy.local import postgres
from deploy.local.world import World
from shared.evidence.sealing import Sealing
from shared.evidence.verifying import Finding, Kind
from shared.wiring.postgres import open_pool
from tests.database import settings_of
from tests.evidence.grown import HOURS, Grown, SetClock, an_hour, grown

TRUSTS = ("RT1", "RT2")
HOURS_AFTER = 2


@dataclass(frozen=True, slots=True)
class PutBack:
    """How long each trust's chain was when it was saved, how long it had grown, and what was found afterwards."""

    saved: dict[str, int]
    grown: dict[str, int]
    before: tuple[Finding, ...]
    found: dict[str, tuple[Finding, ...]]

    @property
    def named(self) -> bool:
        """Whether the verifier says of each trust that this is an older copy, and of nothing else, and raised no
        alarm before it was put back.
        """
        return not self.before and all(
            self.grown[trust] > self.saved[trust] and {each.kind for each in found} == {Kind.OLDER_COPY}
            for trust, found in self.found.items()
        )


async def played(world: World, folder: Path) -> PutBack:
    """In a world whose PostgreSQL runs, with a record of its own. `folder` keeps anchors and backup."""
    anchors, backup = folder / "anchors", folder / "backup"
    anchors.mkdir()
    async with _at_the_database(world) as (connection, pool):
        record = await grown(connection, pool, anchors, TRUSTS)
        saved = await _lengths(record)
        log = await cluster.follow(world.superuser_dsn, backup)
        await asyncio.to_thread(cluster.save, world.superuser_dsn, backup)
        await log.stop()
        await _goes_on(record, pool)
        longer, before = await _lengths(record), await _found(record)
    await _put_back(world, backup)
    async with _at_the_database(world) as (connection, _pool):
        found = await _found(replace(record, connection=connection))
    return PutBack(saved, longer, tuple(each for some in before.values() for each in some), found)


async def _goes_on(record: Grown, pool: asyncpg.Pool) -> None:
    """Two hours more, sealed and anchored like those before."""
    dice, clock = random.Random(2), SetClock(record.began_at)  # noqa: S311 -- repeatable, not secret
    sealing = Sealing(pool, clock)
    for hour in range(HOURS_AFTER):
        at = record.began_at + timedelta(hours=HOURS + hour)
        for trust in record.trusts:
            await an_hour(record.connection, dice, trust, record.pathways[trust], at)
        clock.at = at + timedelta(minutes=59)
        await sealing.anchor(record.folder, record.key)


async def _put_back(world: World, backup: Path) -> None:
    """The base backup as the cluster, and nothing of the log: the server is stopped for it and started on it."""
    await world.supervisor.processes["postgres"].stop()
    files = postgres.files_of(world.directory)
    shutil.rmtree(files)
    files.mkdir(mode=0o700)
    shutil.rmtree(backup / "log")
    cluster.prepared(backup)
    await asyncio.to_thread(cluster.restore, backup, files)
    await world.restart("postgres")


async def _lengths(record: Grown) -> dict[str, int]:
    asked = "SELECT count(*) FROM seal WHERE trust = $1"
    return {trust: await record.connection.fetchval(asked, trust) for trust in record.trusts}


async def _found(record: Grown) -> dict[str, tuple[Finding, ...]]:
    async with record.connection.transaction():
        return {trust: tuple((await record.report(trust)).findings) for trust in record.trusts}


@asynccontextmanager
async def _at_the_database(world: World) -> AsyncIterator[tuple[asyncpg.Connection, asyncpg.Pool]]:
    connection = await asyncpg.connect(world.superuser_dsn)
    pool = await open_pool(settings_of(world), "patency_worker")
    yield connection, pool
    pool.terminate()
    await connection.close()
