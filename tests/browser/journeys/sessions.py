"""Sessions made older than they are, in the database: nobody waits a quarter of an hour in a test."""

import asyncpg

from deploy.local.world import World
from tests.browser.journeys.person import Person


async def left_alone(world: World, person: Person) -> None:
    """Nobody was at this person's browser for 16 minutes: their session is over."""
    await _changed(world, "last_seen_at = last_seen_at - interval '16 minutes'", person)


async def proven_long_ago(world: World, person: Person) -> None:
    """The issuer saw them 6 minutes ago: too long for a signature."""
    await _changed(world, "authenticated_at = authenticated_at - interval '6 minutes'", person)


async def _changed(world: World, what: str, person: Person) -> None:
    connection = await asyncpg.connect(world.superuser_dsn)
    try:
        done = await connection.execute(f"UPDATE session SET {what} WHERE person = $1 AND ended_at IS NULL", person.id)  # noqa: S608 -- one of the two lines above
    finally:
        await connection.close()
    assert done != "UPDATE 0"
