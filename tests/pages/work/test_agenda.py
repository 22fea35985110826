"""The agenda of a meeting: as many questions for many patients as for one, and each patient as in their own record."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from shared.ledger import Ledger
from shared.ledger.agenda import Agenda
from shared.ledger.patient import PatientIdentity
from shared.pathway.question import Moment
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.ledger.acting import COORDINATOR, LedgerOf, moved
from tests.pages.work.conftest import POLICY
from tests.pages.work.test_meeting import classified, held
from tests.sessions.moving_clock import MovingClock

AUDITED = "SELECT kind, person, role FROM audit WHERE pathway_id = $1 AND action = 'read' AND id > $2 ORDER BY kind"


@pytest.fixture
async def pool(postgres: Postgres) -> AsyncIterator[asyncpg.Pool]:
    found = await open_pool(postgres.settings, "desk_mdt_review", size=1)
    yield found
    found.terminate()


async def read_alone(pool: asyncpg.Pool, pathway_id: str) -> tuple[Moment | None, PatientIdentity | None]:
    ledger = Ledger(pool, POLICY, MovingClock())
    return (
        await ledger.read("RXX", pathway_id, COORDINATOR),
        await ledger.patient("RXX", pathway_id, COORDINATOR),
    )


async def test_each_patient_reads_as_if_their_record_was_opened_alone(
    empty: asyncpg.Connection, ledgers: LedgerOf, pool: asyncpg.Pool
) -> None:
    del empty
    wanted = {await classified(ledgers), await held(ledgers)}
    agenda = Agenda(pool, POLICY, MovingClock())
    found = await agenda.read("RXX", await agenda.listed("RXX", most=20), COORDINATOR)
    assert {each.moment.pathway.id for each in found} == wanted
    for each in found:
        moment, patient = await read_alone(pool, each.moment.pathway.id)
        assert moment is not None
        assert each.moment.pathway.entries == moment.pathway.entries
        assert each.moment.facts == moment.facts
        assert each.patient == patient


async def test_what_was_folded_before_is_built_on(
    empty: asyncpg.Connection, ledgers: LedgerOf, pool: asyncpg.Pool
) -> None:
    del empty
    pathway_id, agenda = await held(ledgers), Agenda(pool, POLICY, MovingClock())
    (before,) = await agenda.read("RXX", await agenda.listed("RXX", most=20), COORDINATOR)
    await moved(ledgers, pathway_id, "2026-03-09T14:30")
    (after,) = await agenda.read("RXX", await agenda.listed("RXX", most=20), COORDINATOR)
    assert after.moment.pathway.entries[: before.moment.pathway.version] == before.moment.pathway.entries
    assert after.moment.now > before.moment.now


async def test_each_record_that_is_shown_is_audited_for_itself(
    empty: asyncpg.Connection, ledgers: LedgerOf, pool: asyncpg.Pool
) -> None:
    shown = [await classified(ledgers), await held(ledgers)]
    last, agenda = await empty.fetchval("SELECT max(id) FROM audit"), Agenda(pool, POLICY, MovingClock())
    places = await agenda.listed("RXX", most=20)
    assert await empty.fetchval("SELECT max(id) FROM audit") == last
    await agenda.read("RXX", places, COORDINATOR)
    who = (COORDINATOR.person, COORDINATOR.role.value)
    for pathway_id in shown:
        rows = await empty.fetch(AUDITED, pathway_id, last)
        assert [tuple(row) for row in rows] == [("patient", *who), (None, *who)]


async def test_three_patients_take_no_more_questions_than_one(
    empty: asyncpg.Connection, ledgers: LedgerOf, pool: asyncpg.Pool
) -> None:
    del empty
    asked: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query))

    async def questions() -> int:
        asked.clear()
        agenda = Agenda(pool, POLICY, MovingClock())
        await agenda.read("RXX", await agenda.listed("RXX", most=20), COORDINATOR)
        return len(asked)

    await held(ledgers)
    await questions()  # the driver asks once about types it has not met
    alone = await questions()
    for _ in range(2):
        await held(ledgers)
    assert await questions() == alone > 0


async def test_another_trusts_places_give_nobody(
    empty: asyncpg.Connection, ledgers: LedgerOf, pool: asyncpg.Pool
) -> None:
    del empty
    await held(ledgers)
    agenda = Agenda(pool, POLICY, MovingClock())
    places = await agenda.listed("RXX", most=20)
    assert places
    assert await agenda.listed("RYY", most=20) == ()
    assert await agenda.read("RYY", places, COORDINATOR) == ()
