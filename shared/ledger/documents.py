"""Documents as they were given: bytes under their own SHA-256, added and never changed; each look is audited."""

import asyncpg

from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection, pathway_uuid
from shared.pathway.people import Signature

KEEP = """
INSERT INTO document (trust, pathway_id, sha256, kind, content)
SELECT trust, id, encode(sha256($3::bytea), 'hex'), $2, $3 FROM pathway WHERE id = $1
ON CONFLICT (pathway_id, sha256) DO NOTHING
"""
FIND = "SELECT content FROM document WHERE pathway_id = $1 AND sha256 = $2"
IN_TRUST = "SELECT set_config('patency.trust', $1, true)"


class Documents:
    """The documents of a trust's pathways, as far as the login role of `pool` goes."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def keep(self, trust: str, pathway_id: str, kind: str, content: bytes) -> None:
        """Keeps these bytes. The same bytes again change nothing; another trust's pathway gets nothing."""
        named = pathway_uuid(pathway_id)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(IN_TRUST, trust)
            await connection.execute(KEEP, named, kind, content)

    async def had_back(self, trust: str, pathway_id: str, sha256: str, reader: Signature) -> bytes | None:
        """What was given, audited before it is returned; None for what this trust has not kept under that hash."""
        named = pathway_uuid(pathway_id)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(IN_TRUST, trust)
            return await _read(connection, Note(trust, reader, "read", named, kind="document"), sha256)


async def _read(connection: Connection, note: Note, sha256: str) -> bytes | None:
    found: bytes | None = await connection.fetchval(FIND, note.pathway_id, sha256)
    if found is not None:
        await audit(connection, note)
    return found
