"""Connections to PostgreSQL: an outage is known by its type, and nobody waits for ever."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from asyncpg.exceptions import _base

from shared.wiring import postgres
from shared.wiring.settings import OnPostgres, PostgresPlace

OUTAGES = [
    ConnectionRefusedError(),
    ConnectionResetError(),
    OSError(),
    TimeoutError(),
    asyncpg.ConnectionDoesNotExistError(),
    asyncpg.PostgresConnectionError(),
    asyncpg.CannotConnectNowError(),
    asyncpg.AdminShutdownError(),
    asyncpg.CrashShutdownError(),
    asyncpg.QueryCanceledError(),
    asyncpg.LockNotAvailableError(),
    asyncpg.DeadlockDetectedError(),
    asyncpg.SerializationError(),
    asyncpg.TooManyConnectionsError(),
    asyncpg.DiskFullError(),
    asyncpg.ReadOnlySQLTransactionError(),
    asyncpg.IdleInTransactionSessionTimeoutError(),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InternalClientError(),
]
DEFECTS = [
    asyncpg.UniqueViolationError(),
    asyncpg.CheckViolationError(),
    asyncpg.InsufficientPrivilegeError(),
    asyncpg.UndefinedTableError(),
    asyncpg.DataError(),
    asyncpg.RaiseError(),
    asyncpg.InvalidPasswordError(),
    _base.DataError("connection is closed"),
    asyncpg.ClientConfigurationError("could not connect"),
    asyncpg.OutdatedSchemaCacheError("x"),
    ValueError("connection refused"),
    KeyError(),
    asyncio.CancelledError(),
]


@pytest.mark.parametrize("error", OUTAGES, ids=lambda error: type(error).__name__)
def test_a_server_that_cannot_serve_is_an_outage(error: BaseException) -> None:
    assert postgres.is_outage(error)


@pytest.mark.parametrize("error", DEFECTS, ids=lambda error: type(error).__name__)
def test_a_mistake_is_no_outage_whatever_it_says(error: BaseException) -> None:
    assert not postgres.is_outage(error)


def settings_for(port: int, tmp_path: Path) -> OnPostgres:
    password = tmp_path / "password"
    password.write_text("x", encoding="utf-8")
    place = PostgresPlace("127.0.0.1", port, "patency")
    return OnPostgres(env="training", database_password_file=password, postgres=place)


@pytest.fixture
async def silent() -> AsyncIterator[int]:
    """Give the port of a server that accepts connections and says nothing."""
    gone = asyncio.Event()

    async def swallow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    gone.set()
    server.close()


async def test_a_pool_opens_while_the_server_is_down(unused: int, tmp_path: Path) -> None:
    pool = await postgres.open_pool(settings_for(unused, tmp_path), "desk_consent")

    with pytest.raises(ConnectionRefusedError):
        await pool.fetchval("SELECT 1")

    await pool.close()


async def test_a_server_that_says_nothing_is_an_outage_within_the_limit(silent: int, tmp_path: Path) -> None:
    pool = await postgres.open_pool(settings_for(silent, tmp_path), "desk_consent")
    began = time.monotonic()

    with pytest.raises(TimeoutError) as ended:
        await pool.fetchval("SELECT 1")

    assert postgres.is_outage(ended.value)
    assert time.monotonic() - began < postgres.ACQUIRE_SECONDS + 1
    await pool.close()


@pytest.fixture
async def unused() -> int:
    """Give a port where nobody listens."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
