"""Every read is listed: a pathway that was only seen in a list, by a person or by a program, has that reader too."""

import asyncpg

from tests.ledger.acting import LedgerOf, signed
from tests.pages.stories import FRONT, LEAD
from tests.pages.visitors import House, main_of


async def test_who_saw_a_pathway_in_a_list_stands_among_its_readers(
    house: House, ledger_of: LedgerOf, superuser: asyncpg.Connection
) -> None:
    pathway_id = await signed(ledger_of)
    lead = await house.visitor(LEAD)
    await superuser.execute("UPDATE task SET due_at = '2020-01-01' WHERE pathway_id = $1", pathway_id)  # the first line
    assert (await lead.get(f"{FRONT}/my-work")).status_code == 200
    page = await lead.get(f"{FRONT}/pathways/{pathway_id}/readers")
    assert "Saw it in a list or a search" in main_of(page)


async def test_what_a_program_was_shown_of_a_worklist_is_named_in_its_audit(
    ledger_of: LedgerOf, superuser: asyncpg.Connection
) -> None:
    pathway_id = await signed(ledger_of)
    page = await ledger_of("desk_governance").worklist("RXX", LEAD.role, LEAD, limit=500)
    shown = "SELECT detail FROM audit WHERE action = 'searched' AND person = $1 ORDER BY id DESC LIMIT 1"
    assert page.shown
    assert (pathway_id in page.shown) == (pathway_id in await superuser.fetchval(shown, LEAD.person))
