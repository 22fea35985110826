"""What members of staff are called, for pages alone: rules, traces, mail and the engine know them by their id."""

from collections.abc import Iterable

import asyncpg

NAMES = "SELECT person, name FROM staff_name WHERE person = ANY ($1)"


class StaffNames:
    """The staff directory's names, as the pool's desk may read them."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of(self, trust: str, persons: Iterable[str]) -> dict[str, str]:
        """Names by directory id. Whom the trust's directory does not name is left out."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(NAMES, sorted(set(persons)))
        return {row["person"]: row["name"] for row in rows}
