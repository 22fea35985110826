"""Which pathways of a trust have work of some kinds open: what a list over all patients begins with."""

import asyncpg

MOST = 100

OPEN = """
SELECT pathway_id::text FROM task WHERE kind = ANY($1) AND state = 'open'
GROUP BY pathway_id ORDER BY min(opened_at), pathway_id LIMIT $2
"""


class Waiting:
    """The open tasks of the trusts, as a desk may read them. Nothing here says who a patient is."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of(self, trust: str, *kinds: str) -> tuple[str, ...]:
        """The ids of at most `MOST` pathways, those that wait longest first."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(OPEN, list(kinds), MOST)
        return tuple(row["pathway_id"] for row in rows)
