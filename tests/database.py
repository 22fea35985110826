"""A PostgreSQL for tests, and the thread that keeps it: what it starts outlives the event loops of single tests."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import asyncpg

from deploy.local.world import World
from shared.wiring.settings import OnPostgres, PostgresPlace


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running database. `settings` are those of a process; with them `open_pool` takes any login role."""

    world: World
    settings: OnPostgres

    @property
    def owner_dsn(self) -> str:
        """For what migrations and seeding do."""
        return self.world.owner_env["PATENCY_OWNER_DSN"]

    @property
    def superuser_dsn(self) -> str:
        """For looking past every policy."""
        return self.world.superuser_dsn


class Housekeeping:
    """An event loop in a thread of its own: what it starts outlives the loops of single tests."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def enter(scratch: Any) -> World:
    entered: World = await scratch.__aenter__()
    return entered


def settings_of(world: World) -> OnPostgres:
    env = world.env
    host, _, rest = env["PATENCY_POSTGRES"].partition(":")
    port, _, dbname = rest.partition("/")
    return OnPostgres(
        env="training",
        postgres=PostgresPlace(host, int(port), dbname),
        database_password_file=env["PATENCY_DATABASE_PASSWORD_FILE"],
    )


OUT_OF_ORDER = "DELETE FROM entry USING pathway WHERE pathway.id = entry.pathway_id AND entry.seq > pathway.version"


async def put_in_order(superuser: asyncpg.Connection) -> None:
    """Take away entries that a test put behind a pathway's back: who reads the whole trust would stumble on them."""
    async with superuser.transaction():
        await superuser.execute("SET LOCAL session_replication_role = replica")
        await superuser.execute(OUT_OF_ORDER)
