"""What members of staff are called, for pages alone: rules, traces, mail and the engine know them by their id."""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

NAMES = "SELECT person, name FROM staff_name WHERE person = ANY ($1)"

# Whoever signed here keeps the name after leaving; machines act through the API, and nobody names them on a form.
EVERYBODY = """
SELECT person, coalesce(name, person) AS name, coalesce(roles, '{}') AS roles
FROM staff_name FULL JOIN (
    SELECT trust, person, array_agg(DISTINCT role ORDER BY role) AS roles FROM staff
    WHERE from_on <= today AND (until_on IS NULL OR today < until_on) AND role NOT IN ('patency', 'mail_system')
    GROUP BY trust, person
) AS working USING (trust, person) ORDER BY 2, 1
""".replace("today", "(now() AT TIME ZONE 'Europe/London')::date")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the trust, with the roles they hold today: none for whoever has left."""

    person: str
    name: str
    roles: tuple[str, ...]


class StaffNames:
    """The staff directory's names, as the pool's desk may read them."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of(self, trust: str, persons: Iterable[str]) -> dict[str, str]:
        """Names by directory id. Whom the trust's directory does not name is left out."""
        rows = await self._found(trust, NAMES, sorted(set(persons)))
        return {row["person"]: row["name"] for row in rows}

    async def everybody(self, trust: str) -> tuple[Colleague, ...]:
        """The whole directory of the trust by name, and besides whoever once stood in it."""
        rows = await self._found(trust, EVERYBODY)
        return tuple(Colleague(row["person"], row["name"], tuple(row["roles"])) for row in rows)

    async def _found(self, trust: str, query: str, *given: object) -> list[asyncpg.Record]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            return list(await connection.fetch(query, *given))
