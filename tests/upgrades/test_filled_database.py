"""Migrations on a database that is in use: what was written under the old schema is there, whole, under the new one."""

import hashlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from deploy.migrate import MIGRATIONS, Migration, MigrationRefusedError, edited, migrate, release, released, written
from deploy.seed import seed
from shared.ledger import Ledger
from shared.pathway.pathway import Pathway
from shared.pathway.people import PATENCY
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.settings import OnPostgres
from tests import patients, tracks
from tests.database import Postgres
from tests.ledger.acting import synthetic_number
from tests.patients import Case

KNOWN = written(MIGRATIONS)
FILLED_AT = 24
"""The schema that the database is filled under; everything later is applied to what stands there then."""

PATIENT = """
INSERT INTO patient (id, trust, training, number_kind, number, name, date_of_birth, sex, number_status)
VALUES ($1, 'RXX', true, 'nhs_number', $2, 'Synthetic Alpha', '1979-11-20', 'male', 'number_present_and_verified')
"""
PATHWAY = """
INSERT INTO pathway (id, trust, patient_id, opened_at, version, sides, urgency, presentation_at, next_due_at)
VALUES ($1, 'RXX', $2, $3, $4, '{left}', 'urgent_24h', $3, $5)
"""
ENTRY = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
VALUES ($1, $2, 'RXX', $3, $4, $5, $6, $7::json, $8::json)
"""
TASK = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, due_at, escalated_to, why)
VALUES ($1, 'RXX', 'mdt_review', '', 'mdt_coordinator', 'open', $2, $2, '{}', '')
"""
AUDIT = "INSERT INTO audit (trust, person, role, action, pathway_id) VALUES ('RXX', 'ref-1', 'referrer', 'read', $1)"
ENTRIES = """
SELECT pathway_id, seq, kind, at, by_person, record::text AS record, facts::text AS facts
FROM entry ORDER BY pathway_id, seq
"""
CASES = (patients.iliofemoral_left, patients.offered, patients.seen_at_clinic, tracks.with_filter)


@pytest.fixture
async def empty(postgres: Postgres) -> AsyncIterator[str]:
    """The owner's way into a database of its own, on the server that all tests share."""
    name = f"filled_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(postgres.superuser_dsn)
    await admin.execute(f"CREATE DATABASE {name} OWNER patency_owner")
    yield postgres.owner_dsn.replace("/patency?", f"/{name}?")
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def fill(postgres: Postgres, dsn: str) -> dict[str, Case]:
    """Synthetic patients at several points of their way, as rows of the old schema."""
    connection = await asyncpg.connect(past_policies(postgres, dsn))
    found = {}
    async with connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', 'RXX', true)")
        for make in CASES:
            pathway_id, patient_id, case = uuid.uuid4(), uuid.uuid4(), make()
            await connection.execute(PATIENT, patient_id, synthetic_number())
            version, opened_at = case.pathway.version, case.pathway.entries[0].at
            await connection.execute(PATHWAY, pathway_id, patient_id, opened_at, version, case.now)
            for entry in case.pathway.entries:
                what = entry.record.model_dump_json(), entry.facts.model_dump_json()
                who = entry.by.person, entry.by.role.value
                await connection.execute(ENTRY, pathway_id, entry.seq, entry.kind, entry.at, *who, *what)
            await connection.execute(TASK, pathway_id, opened_at)
            await connection.execute(AUDIT, pathway_id)
            found[str(pathway_id)] = case
    await connection.close()
    return found


def past_policies(postgres: Postgres, dsn: str) -> str:
    """The superuser's way into the same database."""
    database = dsn.rpartition("/")[2].partition("?")[0]
    return postgres.superuser_dsn.replace("/patency?", f"/{database}?")


async def rows(postgres: Postgres, dsn: str, question: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(past_policies(postgres, dsn))
    try:
        return [tuple(row) for row in await connection.fetch(question)]
    finally:
        await connection.close()


async def test_everything_written_under_the_old_schema_is_whole_under_the_new_one(
    postgres: Postgres, empty: str
) -> None:
    password = postgres.settings.database_password()
    await migrate(empty, password, KNOWN[:FILLED_AT])
    await seed(empty)
    cases = await fill(postgres, empty)
    before = await rows(postgres, empty, ENTRIES)

    assert await migrate(empty, password, KNOWN) == tuple(each.name for each in KNOWN[FILLED_AT:])

    assert await rows(postgres, empty, ENTRIES) == before
    counts = "SELECT (SELECT count(*) FROM patient), (SELECT count(*) FROM task), (SELECT count(*) FROM audit)"
    assert await rows(postgres, empty, counts) == [(len(CASES),) * 3]
    place = replace_database(postgres, empty)
    pool = await open_pool(place, "patency_worker", size=1)
    try:
        ledger = Ledger(pool, load(), ServerClock())
        for pathway_id, case in cases.items():
            moment = await ledger.look("RXX", pathway_id)
            assert moment is not None
            assert kinds(moment.pathway) == kinds(case.pathway)
            assert await ledger.fire_due("RXX", pathway_id, PATENCY) >= 0  # this code writes on top of it
    finally:
        pool.terminate()


def replace_database(postgres: Postgres, dsn: str) -> OnPostgres:
    database = dsn.rpartition("/")[2].partition("?")[0]
    return postgres.settings.model_copy(update={"postgres": postgres.settings.postgres._replace(dbname=database)})


def kinds(pathway: Pathway) -> list[str]:
    return [entry.kind for entry in pathway.entries]


def test_no_released_migration_was_edited() -> None:
    assert edited(KNOWN, released()) == []


def test_every_migration_is_released() -> None:
    """`python -m deploy.migrate --sums` releases those that are new."""
    assert [each.name for each in KNOWN if each.name not in released()] == []


def test_releasing_adds_what_is_new_and_refuses_what_was_edited(tmp_path: Path) -> None:
    sums = tmp_path / "SHA256SUMS"
    first, second = Migration("0001_a.sql", "SELECT 1"), Migration("0002_b.sql", "SELECT 2")
    assert release((first,), sums) == ("0001_a.sql",)
    assert release((first, second), sums) == ("0002_b.sql",)
    assert sums.read_text(encoding="utf-8").splitlines()[1] == f"{hashlib.sha256(b'SELECT 2').hexdigest()}  0002_b.sql"
    before = sums.read_bytes()
    for worse in ((replace(first, sql="SELECT 3"), second), (second,)):
        with pytest.raises(MigrationRefusedError, match="0001_a"):
            release(worse, sums)
    assert sums.read_bytes() == before
