"""After a backup was put back: a signed statement that says so, in the anchor file and in the chain itself.

From then on the chain goes on from what the backup held. What it had said beyond that stays signed in the file.
"""

from pathlib import Path

import asyncpg

from shared.evidence.anchor_file import AnchorFiles
from shared.evidence.anchors import Anchor, Said, signed
from shared.evidence.canonical import instant, origin
from shared.evidence.chain_reading import TRUST
from shared.evidence.keys import Signing

NEWEST = "SELECT number, link FROM seal WHERE trust = $1 ORDER BY number DESC LIMIT 1"


async def tell_of_restore(connection: asyncpg.Connection, folder: Path, key: Signing, trust: str) -> Anchor:
    """Signs how far the restored chain goes, and enters that as its next link. For the tables' owner."""
    with AnchorFiles(folder).adding(trust) as end:
        async with connection.transaction():
            await connection.execute(TRUST, trust)
            at = await connection.fetchval("SELECT clock_timestamp()")
            head = await connection.fetchrow(NEWEST, trust)
            count, link = (head["number"], head["link"]) if head else (0, origin(trust))
            said = Said(trust=trust, count=count, head=link, at=instant(at), previous=end.newest(), kind="restored")
            anchor = signed(said, key)
            await connection.fetchval("SELECT seal_event($1, $2)", trust, anchor.statement())
            end.add(anchor)
    return anchor
