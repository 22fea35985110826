"""PostgreSQL and Temporal as the local world starts them."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from deploy.local import postgres, readiness
from deploy.local.temporal import SEARCH_ATTRIBUTES
from deploy.local.world import World
from shared.contracts.identifiers import NAMESPACE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engines() -> AsyncIterator[World]:
    async with World.scratch() as world:
        await world.start(("postgres", "temporal"))
        yield world


async def owner(engines: World) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(engines.owner_env["PATENCY_OWNER_DSN"])


async def test_what_was_committed_is_there_after_kill_9(engines: World) -> None:
    before = await owner(engines)
    await before.execute("CREATE SCHEMA kept CREATE TABLE note (text text); INSERT INTO kept.note VALUES ('here')")
    await engines.kill("postgres")
    before.terminate()
    await engines.restart("postgres")
    after = await owner(engines)
    assert await after.fetchval("SELECT text FROM kept.note") == "here"
    await after.close()


async def test_the_owner_is_no_superuser_but_may_make_roles(engines: World) -> None:
    connection = await owner(engines)
    row = await connection.fetchrow("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    assert row is not None
    assert tuple(row) == (False, True)
    await connection.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [("data_checksums", "on"), ("fsync", "on"), ("listen_addresses", "127.0.0.1"), ("unix_socket_directories", "")],
)
async def test_the_cluster_is_safe_and_stays_on_loopback(engines: World, setting: str, value: str) -> None:
    assert await readiness.asked(engines.superuser_dsn, f"SHOW {setting}") == value


async def test_nobody_gets_in_without_the_password(engines: World) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            host="127.0.0.1",
            port=engines.ports.of("postgres"),
            user=postgres.SUPERUSER,
            database="postgres",
            password="guessed",
        )


async def test_a_value_that_was_refused_is_not_in_the_log(engines: World) -> None:
    connection = await owner(engines)
    with pytest.raises(asyncpg.DataError):
        await connection.execute("SELECT 'canary-9434765919'::uuid")
    await connection.close()
    assert "canary" not in engines.supervisor.processes["postgres"].log.read_text(encoding="utf-8")


async def test_secrets_are_readable_by_their_owner_only(engines: World) -> None:
    modes = {path.stat().st_mode & 0o777 for path in (engines.directory / "secrets").iterdir()}
    assert modes == {0o600}


async def test_temporal_knows_our_search_attributes_after_kill_9(engines: World) -> None:
    await engines.kill("temporal")
    await engines.restart("temporal")
    path = f"/api/v1/namespaces/{NAMESPACE}/search-attributes"
    known = await readiness.get_json(engines.ports.of("temporal_ui"), path)
    assert known["customAttributes"].keys() == SEARCH_ATTRIBUTES.keys()
