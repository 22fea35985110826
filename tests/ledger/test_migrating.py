import asyncpg
import pytest

from deploy.migrate import MIGRATIONS, Migration, MigrationRefusedError, migrate, scram_verifier, written
from deploy.seed import rows_of, seed
from shared.pathway.governance import LADDER
from shared.pathway.people import Role
from tests.database import Postgres

NUMBERED = written(MIGRATIONS)


async def test_migrating_again_changes_nothing(postgres: Postgres) -> None:
    password = postgres.settings.database_password()
    assert await migrate(postgres.owner_dsn, password, NUMBERED) == ()


async def test_an_applied_file_that_was_edited_is_refused(postgres: Postgres, anything: asyncpg.Connection) -> None:
    edited = (Migration(NUMBERED[0].name, NUMBERED[0].sql + "\n"), *NUMBERED[1:], Migration("9999_new.sql", "SELECT 1"))
    with pytest.raises(MigrationRefusedError, match=NUMBERED[0].name):
        await migrate(postgres.owner_dsn, postgres.settings.database_password(), edited)
    assert await anything.fetchval("SELECT count(*) FROM schema_migration WHERE file = '9999_new.sql'") == 0


async def test_a_file_that_fails_leaves_nothing_of_itself(postgres: Postgres, anything: asyncpg.Connection) -> None:
    broken = Migration("9998_broken.sql", "CREATE TABLE half (a int); SELECT 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(postgres.owner_dsn, postgres.settings.database_password(), (*NUMBERED, broken))
    assert await anything.fetchval("SELECT to_regclass('half')") is None
    assert await anything.fetchval("SELECT count(*) FROM schema_migration WHERE file = '9998_broken.sql'") == 0


def test_migrations_are_numbered_without_gaps() -> None:
    assert [int(each.name[:4]) for each in NUMBERED] == list(range(1, len(NUMBERED) + 1))


def test_a_password_that_is_no_ascii_is_refused() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        scram_verifier("geheimnisß", b"salt")


async def test_seeding_again_changes_nothing(postgres: Postgres, anything: asyncpg.Connection) -> None:
    registers = "SELECT (SELECT count(*) FROM staff WHERE trust = 'SXX'), (SELECT count(*) FROM device), (SELECT count(*) FROM study)"  # noqa: E501 -- one question
    await seed(postgres.owner_dsn)  # what other tests put into the registers goes
    before = await anything.fetchrow(registers)
    await seed(postgres.owner_dsn)
    assert await anything.fetchrow(registers) == before


def test_a_study_is_open_at_one_trust_only() -> None:
    assert [row[3] for row in rows_of("RXX")["study"]] == [False]
    assert {row[3] for row in rows_of("RYY")["study"]} == {True}
    assert rows_of("SXX")["study"] == []


def test_every_rung_of_the_governance_ladder_and_the_research_office_have_somebody() -> None:
    for trust in ("RXX", "RYY", "SXX"):
        assert {row[1] for row in rows_of(trust)["governance_recipient"]} == {*LADDER, Role.RESEARCH_LEAD}
