"""The MDT meeting and the governance inbox change by themselves, and say nothing to anybody who may not see them."""

import asyncpg
import pytest

from tests.ledger.acting import LedgerOf, signed
from tests.pages.work.conftest import ComingIn, House
from tests.pages.work.listening import address_of, lines, listening, still_here
from tests.pages.work.test_meeting import HAEMATOLOGIST, MDT, SURGEON, drawn, held

LEAD, DEPUTY = "rxx-governance-lead-1", "rxx-deputy-governance-lead-1"
GOVERNANCE = "governance"
READ = "SELECT count(*) FROM audit WHERE id > $1 AND pathway_id = $2 AND action = 'read'"


async def test_a_signature_appears_on_the_agendas_of_the_others(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    del empty
    pathway_id = await held(ledgers)
    reader, signer = await coming_in(HAEMATOLOGIST), await coming_in(SURGEON)
    _, form = await drawn(signer, pathway_id)
    address = await address_of(reader, "/meeting", desk=MDT)
    async with listening(house, reader, address, desk=MDT) as stream:
        await stream.until(still_here)
        await signer.done(f"/meeting/{pathway_id}", desk=MDT, agrees="yes", **form)
        told = await stream.until(lines)
    assert "Agrees" in told
    assert told.count("Not signed yet") == 2
    assert "Synthetic Alpha" in told


async def test_a_meeting_that_did_not_change_reads_nobodys_record(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    pathway_id = await held(ledgers)
    reader = await coming_in(SURGEON)
    address = await address_of(reader, "/meeting", desk=MDT)
    last = await empty.fetchval("SELECT max(id) FROM audit")
    async with listening(house, reader, address, desk=MDT) as stream:
        await stream.until(still_here)
    assert await empty.fetchval(READ, last, pathway_id) == 0


async def test_a_patient_who_was_added_is_audited_when_the_stream_shows_them(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    reader = await coming_in(SURGEON)
    address = await address_of(reader, "/meeting", desk=MDT)
    last = await empty.fetchval("SELECT max(id) FROM audit")
    async with listening(house, reader, address, desk=MDT) as stream:
        await stream.until(still_here)
        pathway_id = await held(ledgers)
        await stream.until(lambda part: pathway_id in part)
    assert await empty.fetchval(READ + " AND kind = 'patient'", last, pathway_id) >= 1


async def test_an_acknowledgement_appears_in_the_inbox_of_the_deputy(
    anything: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    await anything.execute("DELETE FROM notice")
    reader, lead = await coming_in(DEPUTY), await coming_in(LEAD)
    address = await address_of(reader, "/inbox", desk=GOVERNANCE)
    async with listening(house, reader, address, desk=GOVERNANCE) as stream:
        await stream.until(still_here)
        pathway_id = await signed(ledgers)
        told = await stream.until(lambda part: f"/inbox/{pathway_id}" in part)
        assert f'value="{reader.csrf}"' in told
        await lead.done(f"/inbox/{pathway_id}", desk=GOVERNANCE, notice="1", key="k-1")
        told = await stream.until(lines)
    assert f"/inbox/{pathway_id}" not in told


async def test_what_became_of_a_notice_appears_without_any_task_changing(
    anything: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    await anything.execute("DELETE FROM notice")
    pathway_id = await signed(ledgers)
    reader = await coming_in(LEAD)
    address = await address_of(reader, "/inbox", desk=GOVERNANCE)
    async with listening(house, reader, address, desk=GOVERNANCE) as stream:
        await stream.until(still_here)
        await anything.execute("UPDATE notice SET delivered_at = now() WHERE pathway_id = $1", pathway_id)
        assert "Not delivered yet" not in await stream.until(lines)


@pytest.mark.parametrize(
    ("who", "desk", "address"),
    [
        ("rxx-referrer-1", MDT, "/meeting/live"),
        (LEAD, MDT, "/meeting/live"),
        (SURGEON, GOVERNANCE, "/inbox/live"),
        ("rxx-registry-clerk-1", GOVERNANCE, "/inbox/live"),
    ],
)
async def test_a_role_that_does_not_see_the_list_is_told_that_it_ended(
    coming_in: ComingIn, who: str, desk: str, address: str
) -> None:
    answer = await (await coming_in(who)).get(address, desk=desk, Accept="text/event-stream")
    assert (answer.status_code, answer.text) == (200, "event: ended\ndata:\n\n")
