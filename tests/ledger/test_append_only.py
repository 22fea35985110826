import asyncpg
import pytest

from tests.ledger.acting import LedgerOf, opened
from tests.ledger.conftest import ROLES

CHANGES = ("UPDATE {} SET trust = trust", "DELETE FROM {}", "TRUNCATE {}")
KEPT_FOR_EVER = ("entry", "audit")


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
async def test_no_login_role_may_change_what_is_written(table: str, anything: asyncpg.Connection) -> None:
    allowed = [
        (role, privilege)
        for role in (*ROLES, "patency_relay")
        for privilege in ("UPDATE", "DELETE", "TRUNCATE")
        if await anything.fetchval("SELECT has_table_privilege($1, $2, $3)", role, table, privilege)
    ]
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0"
    for role in (*ROLES, "patency_relay"):
        for (column,) in await anything.fetch(columns, table):
            if await anything.fetchval("SELECT has_column_privilege($1, $2, $3, 'UPDATE')", role, table, column):
                allowed.append((role, column))
    assert allowed == []


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
@pytest.mark.parametrize("change", CHANGES)
async def test_a_trigger_stops_even_the_owner(
    table: str, change: str, owner: asyncpg.Connection, ledger_of: LedgerOf
) -> None:
    await opened(ledger_of)
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', 'RXX', true)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with owner.transaction():
                await owner.execute(change.format(table))


@pytest.mark.parametrize("change", CHANGES)
async def test_a_trigger_stops_even_a_superuser(change: str, anything: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await anything.execute(change.format("entry"))


@pytest.mark.parametrize("change", CHANGES)
async def test_a_desk_that_tries_to_change_an_entry_is_refused(
    change: str, pools: dict[str, asyncpg.Pool], ledger_of: LedgerOf
) -> None:
    await opened(ledger_of)
    async with pools["desk_referral"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', 'RXX', true)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute(change.format("entry"))
