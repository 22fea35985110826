"""The lines of the worklist are always what tasks, pathways and clocks say, whatever happened to them."""

import asyncpg
import pytest

from shared.ledger import Kept
from tests.forms.filled import london
from tests.ledger.acting import OPS, TRUST, LedgerOf, classifying, kept, moved, opened, signed

DRIFT = """
(SELECT * FROM worklist EXCEPT SELECT * FROM worklist_line) UNION ALL
(SELECT * FROM worklist_line EXCEPT SELECT * FROM worklist)
"""
LINES = "SELECT kind, seen_by, day_rank FROM worklist WHERE pathway_id = $1 ORDER BY kind, seen_by"


async def test_lines_follow_their_pathway_step_by_step(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await signed(ledger_of)
    await moved(ledger_of, pathway_id, "2026-03-12T14:30")
    assert await anything.fetch(LINES, pathway_id) != []
    assert await anything.fetch(DRIFT) == []


async def test_a_task_that_is_done_is_on_no_worklist(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of)
    before = {row["kind"] for row in await anything.fetch(LINES, pathway_id)}
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    after = {row["kind"] for row in await anything.fetch(LINES, pathway_id)}
    assert "classification" in before - after
    assert await anything.fetch(DRIFT) == []


async def test_a_clock_moved_on_moves_the_day_of_every_line(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(ledger_of)
    before = (await anything.fetch(LINES, pathway_id))[0]["day_rank"]
    answer = await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, london("2026-03-20T12:00"), OPS)
    assert isinstance(answer, Kept)
    days = (before - (await anything.fetch(LINES, pathway_id))[0]["day_rank"]) / 86400
    assert 17 <= days <= 18
    assert await anything.fetch(DRIFT) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pathway SET urgency = 'emergency_limb_or_life', sides = '{right}' WHERE id = $1",
        "UPDATE pathway SET presentation_at = presentation_at - interval '1 day' WHERE id = $1",
        "UPDATE task SET escalated_to = '{governance_lead,referrer}' WHERE pathway_id = $1",
        "UPDATE task SET due_at = NULL WHERE pathway_id = $1",
        "DELETE FROM task WHERE pathway_id = $1",
    ],
)
async def test_whatever_else_changes_is_on_the_lines(
    change: str, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    before = await anything.fetch("SELECT * FROM worklist WHERE pathway_id = $1", pathway_id)
    await anything.execute(change, pathway_id)
    assert await anything.fetch("SELECT * FROM worklist WHERE pathway_id = $1", pathway_id) != before
    assert await anything.fetch(DRIFT) == []
