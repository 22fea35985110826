"""`python -m deploy.compliance`: rows that are not what the entries give are told of, and written anew."""

import asyncpg
import pytest

from deploy.compliance import differing, look
from shared.policy import load
from tests.database import Postgres
from tests.ledger.acting import LedgerOf
from tests.pages.stories import classified


async def digest_of(anything: asyncpg.Connection, pathway_id: str) -> bytes | None:
    found: bytes | None = await anything.fetchval(
        "SELECT digest FROM compliance WHERE pathway_id::text = $1", pathway_id
    )
    return found


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM compliance WHERE pathway_id = $1", "UPDATE compliance SET digest = 'x' WHERE pathway_id = $1"],
)
async def test_a_row_that_is_missing_or_wrong_is_told_of_and_written_anew(
    postgres: Postgres,
    anything: asyncpg.Connection,
    ledger_of: LedgerOf,
    capsys: pytest.CaptureFixture[str],
    damage: str,
) -> None:
    pathway_id = await classified(ledger_of)
    whole = await digest_of(anything, pathway_id)
    await anything.execute(damage, pathway_id)
    await look(postgres.owner_dsn, ["RXX"], rebuild=True)
    assert f"{pathway_id}: {'missing' if 'DELETE' in damage else 'differs'}, written anew" in capsys.readouterr().out
    assert await digest_of(anything, pathway_id) == whole


async def test_what_entering_keeps_is_what_rebuilding_would_keep(postgres: Postgres, ledger_of: LedgerOf) -> None:
    pathway_id = await classified(ledger_of)
    connection = await asyncpg.connect(postgres.owner_dsn)
    try:
        found = [each.pathway_id async for each in differing(connection, "RXX", load())]
    finally:
        await connection.close()
    assert pathway_id not in found
