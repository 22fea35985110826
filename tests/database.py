"""A PostgreSQL for tests, and the thread that keeps it: what it starts outlives the event loops of single tests."""

import asyncio
import secrets
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from deploy.local.world import World
from deploy.migrate import LOGIN_ROLES, scram_verifier
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


async def soon_let_in(world: World) -> None:
    """The same passwords, hashed once and not 4,096 times.

    asyncpg does it in Python at each connection, of which tests open thousands, and nobody tries to guess these.
    """
    passwords = dict.fromkeys(LOGIN_ROLES, settings_of(world).database_password())
    for dsn in (world.owner_env["PATENCY_OWNER_DSN"], world.superuser_dsn):
        address = urlsplit(dsn)
        passwords[address.username or ""] = address.password or ""
    connection = await asyncpg.connect(world.superuser_dsn)
    try:
        for role, known in passwords.items():
            verifier = scram_verifier(known, secrets.token_bytes(16), rounds=1)
            await connection.execute(f"ALTER ROLE {role} PASSWORD '{verifier}'")
    finally:
        await connection.close()


OUT_OF_ORDER = "DELETE FROM entry USING pathway WHERE pathway.id = entry.pathway_id AND entry.seq > pathway.version"


async def put_in_order(superuser: asyncpg.Connection) -> None:
    """Take away entries that a test put behind a pathway's back: who reads the whole trust would stumble on them."""
    async with superuser.transaction():
        await superuser.execute("SET LOCAL session_replication_role = replica")
        await superuser.execute(OUT_OF_ORDER)
