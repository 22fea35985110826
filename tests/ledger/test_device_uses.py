"""Where a device was used is found from the entries of procedures, within one trust; and what the relay may see."""

import json
import time
from uuid import UUID, uuid4

import asyncpg
import pytest

from activities.adapters.postgres_outbox import FILTERS
from shared.ledger.traceability import Device
from shared.pathway.people import Role
from tests.forms import filters
from tests.forms.procedure import end, start
from tests.ledger.acting import LedgerOf, opened, person

OFFICER = person(Role.DEVICE_SAFETY_OFFICER)
ENTRY = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
VALUES ($1, $2, $3, $4, now(), 'x', 'proceduralist', $5::json, '{}')
"""


def lot_of_its_own() -> str:
    return f"L-{uuid4().hex[:12]}"


async def treated(anything: asyncpg.Connection, pathway_id: str, lot: str) -> None:
    """A procedure in which a device of this lot was scanned and used, and a filter of it left inside."""
    begun, over = start().model_dump(mode="json"), end(filter=filters.inserted(lot=lot)).model_dump(mode="json")
    begun["devices"][0]["lot"] = over["devices_used"][0]["lot"] = lot
    await anything.execute(ENTRY, UUID(pathway_id), 90, "RXX", "procedure_start", json.dumps(begun))
    await anything.execute(ENTRY, UUID(pathway_id), 91, "RXX", "procedure_end", json.dumps(over))
    # Its entries are out of order: nobody shall be told anything about it.
    await anything.execute("UPDATE pathway SET closed_at = now() WHERE id = $1", UUID(pathway_id))


async def test_scanning_using_and_leaving_inside_are_all_found(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, lot = await opened(ledger_of), lot_of_its_own()
    await treated(anything, pathway_id, lot)
    desk = ledger_of("desk_governance")

    run = await desk.device_uses("RXX", Device("05012345678900", lot), OFFICER)
    inside = await desk.device_uses("RXX", Device(filters.FILTER, lot), OFFICER)

    assert {(each.pathway_id, each.entry, each.outcome) for each in run} == {
        (pathway_id, 90, "scanned"),
        (pathway_id, 91, "used"),
    }
    assert [(each.pathway_id, each.serial, each.outcome) for each in inside] == [(pathway_id, "SN-1", "left_inside")]


async def test_another_lot_and_another_trust_find_nothing(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id, lot = await opened(ledger_of), lot_of_its_own()
    await treated(anything, pathway_id, lot)
    desk = ledger_of("desk_governance")

    assert await desk.device_uses("RXX", Device("05012345678900", lot_of_its_own()), OFFICER) == ()
    assert await desk.device_uses("RYY", Device("05012345678900", lot), OFFICER) == ()
    everything = await desk.device_uses("RXX", Device("05012345678900", None), OFFICER)
    assert pathway_id in {each.pathway_id for each in everything}


async def test_the_question_is_audited(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    asked = "SELECT count(*) FROM audit WHERE action = 'searched' AND kind = 'device' AND person = $1"
    before = await anything.fetchval(asked, OFFICER.person)
    await ledger_of("desk_governance").device_uses("RXX", Device("05012345678900", None), OFFICER)
    assert await anything.fetchval(asked, OFFICER.person) == before + 1


async def test_a_lot_is_found_within_a_second_among_ten_thousand_procedures(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, lot = await opened(ledger_of), lot_of_its_own()
    await treated(anything, pathway_id, lot)
    record = end().model_dump_json()
    rows = [(UUID(pathway_id), 1000 + number, "RXX", "procedure_end", record) for number in range(10_000)]
    await anything.executemany(ENTRY, rows)

    began = time.monotonic()
    found = await ledger_of("desk_governance").device_uses("RXX", Device("05012345678900", lot), OFFICER)

    assert time.monotonic() - began < 1
    assert len(found) == 2


async def test_the_relay_sees_the_filters_inside_and_no_other_task(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], anything: asyncpg.Connection
) -> None:
    pathway_id = UUID(await opened(ledger_of))
    task = """
        INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, escalated_to, why)
        VALUES ($1, 'RXX', 'filter_retrieval', $2, 'interventional_radiologist', $3, now(), '{}', '')"""
    await anything.execute(task, pathway_id, "1", "done")
    await anything.execute(task, pathway_id, "2", "open")

    relay = pools["patency_relay"]
    inside = await relay.fetch(FILTERS)

    assert [row["key"] for row in inside if row["pathway_id"] == pathway_id] == ["2"]
    assert {row["kind"] for row in await relay.fetch("SELECT kind FROM task")} == {"filter_retrieval"}
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await relay.fetch("SELECT why FROM task")
