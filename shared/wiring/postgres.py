"""Connections to PostgreSQL: every wait ends, every process has its own role, and an outage has a type."""

from typing import Any

import asyncpg
from asyncpg import exceptions as pg
from asyncpg.pool import PoolAcquireContext, PoolConnectionProxy
from typing_extensions import override

from shared.wiring.settings import OnPostgres

# A server that has stopped answering costs a request acquire + command + release = 7.5 seconds at the most;
# one that refuses costs nothing. The command's limit is above the server's own, for when no server is there.
CONNECT_SECONDS = 2.0
ACQUIRE_SECONDS = 2.0
COMMAND_SECONDS = 4.5
RELEASE_SECONDS = 1.0
STATEMENT_MS = 4000
LOCK_MS = 3000
IDLE_IN_TRANSACTION_MS = 10_000
POOL_SIZE = 6

# What asyncpg raises when the server, or the way to it, is gone or has nothing left to give. The same call
# may succeed later with nothing changed; whether this one took effect is unknown.
OUTAGES: tuple[type[BaseException], ...] = (
    OSError,  # refused, reset, unreachable, name not found; since 3.11 TimeoutError is one as well
    pg.PostgresConnectionError,
    pg.OperatorInterventionError,  # shutting down, starting up, crashed, statement out of time
    pg.InsufficientResourcesError,  # disk full, out of memory, too many connections
    pg.PostgresSystemError,
    pg.LockNotAvailableError,
    pg.TransactionRollbackError,  # deadlock, serialisation
    pg.IdleInTransactionSessionTimeoutError,
    pg.TransactionTimeoutError,
    pg.ReadOnlySQLTransactionError,  # connected to a server that is no longer the primary
    pg.InterfaceError,  # connection closed under us, pool closing
    pg.InternalClientError,  # the protocol broke off in the middle of a message
)
# Of those families, our own mistakes: repeating the call would repeat the mistake.
DEFECTS: tuple[type[BaseException], ...] = (
    ValueError,  # asyncpg's errors for arguments it cannot encode, and for addresses it cannot read
    pg.UnsupportedClientFeatureError,
    pg.UnsupportedServerFeatureError,
    pg.OutdatedSchemaCacheError,
    pg.TransactionIntegrityConstraintViolationError,
)


def is_outage(error: BaseException) -> bool:
    """Decide by its type alone whether `error` means that PostgreSQL could not serve us now."""
    return isinstance(error, OUTAGES) and not isinstance(error, DEFECTS)


class BoundedPool(asyncpg.Pool):
    """A pool in which nobody waits for ever: asyncpg itself sets no limit to acquiring or giving back."""

    @override
    def acquire(self, *, timeout: float | None = None) -> "PoolAcquireContext[asyncpg.Record]":
        return super().acquire(timeout=ACQUIRE_SECONDS if timeout is None else timeout)

    @override
    async def release(self, connection: "PoolConnectionProxy[asyncpg.Record]", *, timeout: float | None = None) -> None:
        await super().release(connection, timeout=RELEASE_SECONDS if timeout is None else timeout)


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """Skip asyncpg's reset query, which costs every request one more round trip.

    It would undo what a session keeps (SET, LISTEN, advisory locks, open cursors). We keep nothing there:
    trust and person are set with `set_config(..., true)` and end with their transaction, locks are row or
    transaction locks, and whoever listens uses `open_alone`. asyncpg still rolls back a transaction that was
    left open.
    """


def _way_in(settings: OnPostgres, role: str) -> dict[str, Any]:
    return {
        "host": settings.postgres.host,
        "port": settings.postgres.port,
        "database": settings.postgres.dbname,
        "user": role,
        "password": settings.database_password,  # asked at each connection: a rotated file needs no restart
        "timeout": CONNECT_SECONDS,
        "command_timeout": COMMAND_SECONDS,
        "server_settings": {
            "application_name": f"patency {role}",
            "timezone": "UTC",
            "statement_timeout": str(STATEMENT_MS),
            "lock_timeout": str(LOCK_MS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
        },
    }


async def open_pool(settings: OnPostgres, role: str, *, size: int = POOL_SIZE) -> asyncpg.Pool:
    """Open a pool of at most `size` connections of the login role `role`.

    It connects when it is first used: a process can start, and say that it is not ready, without PostgreSQL.
    """
    pool = BoundedPool(
        min_size=0,
        max_size=size,
        max_queries=50_000,
        max_inactive_connection_lifetime=120.0,
        reset=_leave_as_it_is,
        loop=None,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        **_way_in(settings, role),
    )
    await pool
    return pool


async def open_alone(settings: OnPostgres, role: str) -> asyncpg.Connection:
    """Open one connection outside any pool, for LISTEN: what it hears must not reach a pooled neighbour.

    Raises what `is_outage` knows while PostgreSQL is down.
    """
    return await asyncpg.connect(**_way_in(settings, role))
