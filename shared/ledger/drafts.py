"""What somebody has typed and not yet sent, one draft per person, pathway and kind of record. Nobody else sees it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from shared.ledger.visit import Connection, pathway_uuid
from shared.wiring.clock import Clock

KEPT_FOR = timedelta(days=14)

SAVE = """
WITH forgotten AS (DELETE FROM draft WHERE updated_at < $8)
INSERT INTO draft (trust, person, pathway_id, kind, page, raw, version, updated_at)
SELECT current_setting('patency.trust'), current_setting('patency.person'), $1, $2, $3, $4::json, $5, $6
WHERE NOT $7 OR EXISTS (SELECT FROM pathway WHERE id = $1)
ON CONFLICT ON CONSTRAINT draft_once DO UPDATE
SET page = excluded.page, raw = excluded.raw, version = excluded.version, updated_at = excluded.updated_at
"""
LOAD = """
SELECT page, raw::text AS raw, version, updated_at FROM draft
WHERE pathway_id IS NOT DISTINCT FROM $1 AND kind = $2 AND updated_at >= $3
"""
DROP = "SELECT drop_draft($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose draft, and of what. `pathway_id` None: the pathway is not opened yet."""

    trust: str
    person: str
    pathway_id: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`raw` as it was typed (whatever JSON the form is made of), `version` of the pathway when the form was drawn."""

    page: str
    raw: Any
    version: int
    updated_at: datetime


class Drafts:
    """The drafts of the trusts, each shown to its writer. `clock` is the server's, not a training pathway's."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def save(self, whose: Whose, *, page: str, raw: Any, version: int) -> bool:
        """Keeps the text, in place of what was kept before. False: this trust has no such pathway."""
        now = self._clock.now()
        pathway_id = pathway_uuid(whose.pathway_id) if whose.pathway_id else None
        if whose.pathway_id and pathway_id is None:
            return False
        text, about = json.dumps(raw), pathway_id is not None
        async with self._own(whose) as connection:
            status = await connection.execute(
                SAVE, pathway_id, whose.kind, page, text, version, now, about, now - KEPT_FOR
            )
        return not status.endswith(" 0")

    async def load(self, whose: Whose) -> Draft | None:
        pathway_id = pathway_uuid(whose.pathway_id) if whose.pathway_id else None
        async with self._own(whose) as connection:
            row = await connection.fetchrow(LOAD, pathway_id, whose.kind, self._clock.now() - KEPT_FOR)
        return Draft(row["page"], json.loads(row["raw"]), row["version"], row["updated_at"]) if row else None

    async def drop(self, whose: Whose) -> None:
        """To be called when its writer throws it away. Of what is kept, the ledger drops the draft itself."""
        pathway_id = pathway_uuid(whose.pathway_id) if whose.pathway_id else None
        await self._pool.execute(DROP, whose.trust, whose.person, pathway_id, whose.kind)

    @asynccontextmanager
    async def _own(self, whose: Whose) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            set_both = "SELECT set_config('patency.trust', $1, true), set_config('patency.person', $2, true)"
            await connection.execute(set_both, whose.trust, whose.person)
            yield connection
