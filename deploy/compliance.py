"""`python -m deploy.compliance --trust RXX [--rebuild]`: are the audit rows those that the entries give?

Tells of every pathway whose row is missing or another one, and exits with 1 if there is any. With `--rebuild` it writes
them anew, and exits with 0. To be run by the owner of the database after the migrations, and whenever measures change.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import asyncpg

from shared.ledger.compliance_rows import KeptRow, kept_row
from shared.ledger.visit import entries_of
from shared.pathway.pathway import Pathway, fold
from shared.pathway.question import Moment
from shared.policy import Policy
from shared.policy import load as load_policy
from shared.wiring.settings import MigrateSettings, load

AT_ONCE = 200
READ = """
SELECT p.id, p.trust, t.nation, c.digest, clock_timestamp() AS now,
    array_agg(e.seq ORDER BY e.seq) AS seqs, array_agg(e.kind ORDER BY e.seq) AS kinds,
    array_agg(e.at ORDER BY e.seq) AS ats, array_agg(e.by_person ORDER BY e.seq) AS persons,
    array_agg(e.by_role ORDER BY e.seq) AS roles, array_agg(e.record::text ORDER BY e.seq) AS records,
    array_agg(e.facts::text ORDER BY e.seq) AS seen
FROM (SELECT id, trust FROM pathway WHERE trust = $1 AND id > $2 ORDER BY id LIMIT $3) AS p
JOIN trust t ON t.trust = p.trust JOIN entry e ON e.pathway_id = p.id
LEFT JOIN compliance c ON c.pathway_id = p.id
GROUP BY p.id, p.trust, t.nation, c.digest ORDER BY p.id
"""
LOCK = "SELECT version FROM pathway WHERE id = $1 FOR UPDATE"
NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Differing:
    """A pathway whose row is not what its entries give. `missing`: it has none."""

    pathway_id: str
    version: int
    row: KeptRow
    missing: bool


async def differing(connection: asyncpg.Connection, trust: str, policy: Policy) -> AsyncIterator[Differing]:
    """Every such pathway of one trust, read in pieces. Each question sets the trust for its own transaction."""
    after: object = NOBODY
    while True:
        async with connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(READ, trust, after, AT_ONCE)
        for row in rows:
            pathway = fold(Pathway(str(row["id"]), trust, row["nation"]), entries_of(row))
            found = kept_row(Moment(pathway, policy, row["now"], pathway.entries[-1].facts))
            if found.columns is not None and found.digest != row["digest"]:
                yield Differing(str(row["id"]), pathway.version, found, missing=row["digest"] is None)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1]["id"]


async def rebuilt(connection: asyncpg.Connection, trust: str, each: Differing) -> bool:
    """Writes the row under the pathway's lock; False when an entry came meanwhile, and wrote it."""
    async with connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
        if await connection.fetchval(LOCK, each.pathway_id) != each.version:
            return False
        written = (each.pathway_id, trust, each.row.digest, each.row.columns)
        await connection.execute("SELECT keep_compliance($1, $2, $3, $4::json)", *written)
    return True


async def look(dsn: str, trusts: Sequence[str], *, rebuild: bool) -> int:
    """How many rows differ; each is told of, and written anew when asked to."""
    policy, count = load_policy(), 0
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        for trust in trusts:
            async for each in differing(connection, trust, policy):
                count += 1
                done = rebuild and await rebuilt(connection, trust, each)
                what = "missing" if each.missing else "differs"
                print(f"{trust} {each.pathway_id}: {what}{', written anew' if done else ''}")  # noqa: T201 -- the answer
    finally:
        await connection.close()
    print(f"{count} rows were not what the entries give")  # noqa: T201 -- the command's answer
    return count


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="compliance", description="Audit rows, against the entries.")
    parser.add_argument("--trust", action="append", required=True, help="a trust's code; may be given several times")
    parser.add_argument("--rebuild", action="store_true", help="write what differs anew")
    asked = parser.parse_args(arguments)
    owner = load(MigrateSettings).owner_dsn.get_secret_value()
    count = asyncio.run(look(owner, asked.trust, rebuild=asked.rebuild))
    return 1 if count and not asked.rebuild else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
