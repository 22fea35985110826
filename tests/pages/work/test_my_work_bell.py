"""The one connection that hears of changes: lost and found again, and nobody waits for a database that is away."""

import asyncpg

from services.pages.live.bell import Bell
from shared.wiring.postgres import open_alone
from tests.database import Postgres


async def test_a_database_that_is_away_is_no_defect() -> None:
    async def away() -> asyncpg.Connection:
        raise ConnectionRefusedError

    assert not await Bell(away).listening()


async def test_a_lost_connection_wakes_everybody_and_is_opened_again(
    postgres: Postgres, anything: asyncpg.Connection
) -> None:
    bell = Bell(lambda: open_alone(postgres.settings, "desk_front_door"))
    assert await bell.listening()
    assert bell._connection is not None
    with bell.waiting("RXX") as rung:
        await anything.execute("SELECT pg_terminate_backend($1)", bell._connection.get_server_pid())
        await rung.wait()
        rung.clear()
        assert await bell.listening()
        await anything.execute("SELECT pg_notify('work', 'RXX')")
        await rung.wait()
    await bell.close()
