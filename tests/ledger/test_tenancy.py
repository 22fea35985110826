import asyncpg
import pytest

from deploy.migrate import LOGIN_ROLES, may_enter
from tests.ledger.acting import LedgerOf, opened, signed
from tests.ledger.conftest import ROLES

WITHOUT_TRUST = {"schema_migration", "may_enter", "seal_progress"}
OF_A_PERSON = {"session", "sign_in"}  # somebody may hold posts at several trusts; guarded, but not by a trust
TABLES = "SELECT relname, relrowsecurity, relforcerowsecurity, oid FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"  # noqa: E501 -- one catalogue question


async def tenant_tables(connection: asyncpg.Connection) -> set[str]:
    return {row["relname"] for row in await connection.fetch(TABLES)} - WITHOUT_TRUST - OF_A_PERSON


async def test_every_tenant_table_has_forced_row_level_security(anything: asyncpg.Connection) -> None:
    rows = await anything.fetch(TABLES)
    assert len(rows) > 15
    unguarded = {row["relname"] for row in rows if not (row["relrowsecurity"] and row["relforcerowsecurity"])}
    assert unguarded == WITHOUT_TRUST


async def test_every_tenant_table_has_a_policy_that_names_the_trust(anything: asyncpg.Connection) -> None:
    policies = await anything.fetch("SELECT tablename, qual, with_check FROM pg_policies WHERE policyname LIKE 'own_%'")
    named = {row["tablename"] for row in policies if "patency.trust" in f"{row['qual']}{row['with_check']}"}
    assert named == await tenant_tables(anything)


async def test_views_look_with_the_eyes_of_whoever_asks(anything: asyncpg.Connection) -> None:
    views = (
        "SELECT relname, reloptions FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    careless = [
        row["relname"]
        for row in await anything.fetch(views)
        if "security_invoker=true" not in (row["reloptions"] or ())
    ]
    assert careless == []


async def test_no_login_role_passes_by_the_policies(anything: asyncpg.Connection) -> None:
    known = await anything.fetch(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ANY ($1)",
        [*LOGIN_ROLES, "patency_owner"],
    )
    assert {row["rolname"] for row in known} == {*ROLES, "patency_relay", "desk_operations", "patency_owner"}
    assert not any(row["rolsuper"] or row["rolbypassrls"] for row in known)
    assert {row["rolname"] for row in known if row["rolcreaterole"]} == {"patency_owner"}


@pytest.mark.parametrize("trust", ["RYY", "", None])
async def test_another_trust_and_nobody_see_no_row_of_any_table(
    trust: str | None, owner: asyncpg.Connection, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    await signed(ledger_of)
    async with owner.transaction():
        if trust is not None:
            await owner.execute("SELECT set_config('patency.trust', $1, true)", trust)
        seen = {
            table: await owner.fetchval(f"SELECT count(*) FROM {table} WHERE trust = 'RXX'")  # noqa: S608 -- our tables
            for table in await tenant_tables(anything)
        }
    assert len(seen) > 14
    assert set(seen.values()) == {0}


async def test_the_same_trust_sees_its_rows_so_that_the_last_test_means_something(
    owner: asyncpg.Connection, ledger_of: LedgerOf
) -> None:
    await signed(ledger_of)
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', 'RXX', true)")
        for table in ("trust", "staff", "patient", "pathway", "entry", "task", "timer", "notice", "audit", "outbox"):
            assert await owner.fetchval(f"SELECT count(*) FROM {table}"), table  # noqa: S608 -- our tables


async def test_a_row_of_another_trust_cannot_be_written(pools: dict[str, asyncpg.Pool]) -> None:
    async with pools["desk_referral"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', 'RXX', true)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute(
                    "INSERT INTO audit (trust, person, role, action) VALUES ('RYY', 'somebody', 'ops', 'read')"
                )


async def test_a_desk_cannot_enter_another_desks_kind(ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool]) -> None:
    pathway_id = await signed(ledger_of)
    entry = """
        INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
        VALUES ($1, 99, 'RXX', $2, now(), 'somebody', 'referrer', '{}', '{}')
    """
    async with pools["desk_consent"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', 'RXX', true)")
        for kind in ("mdt_sign_off", "timer_fired", "governance_notice_delivered", "no_such_kind"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with connection.transaction():
                    await connection.execute(entry, pathway_id, kind)


async def test_the_database_allows_what_the_table_of_kinds_says(anything: asyncpg.Connection) -> None:
    rows = await anything.fetch("SELECT db_role, kind FROM may_enter")
    assert {(row["db_role"], row["kind"]) for row in rows} == set(may_enter())


@pytest.mark.parametrize("role", ["patency_worker", "patency_relay", "desk_governance", "desk_registry"])
async def test_who_meets_no_patient_cannot_read_one(role: str, anything: asyncpg.Connection) -> None:
    question = "SELECT bool_or(has_column_privilege($1, 'patient', attname, 'SELECT')) FROM pg_attribute WHERE attrelid = 'patient'::regclass AND attnum > 0"  # noqa: E501 -- one question
    assert await anything.fetchval(question, role) is False


async def test_only_the_referral_desk_writes_patients_down(anything: asyncpg.Connection) -> None:
    able = [
        role
        for role in LOGIN_ROLES
        if await anything.fetchval("SELECT has_table_privilege($1, 'patient', 'INSERT')", role)
    ]
    assert able == ["desk_referral"]


async def test_the_relay_sees_outboxes_of_all_trusts_and_of_pathways_only_what_it_relays(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool]
) -> None:
    await signed(ledger_of)
    relay = pools["patency_relay"]
    assert await relay.fetchval("SELECT count(*) FROM outbox")
    assert await relay.fetch("SELECT id, trust, version, closed_at, origin, next_due_at FROM pathway")
    for hidden in (
        "SELECT status FROM pathway",
        "SELECT seq FROM entry",
        "SELECT due_at FROM task",
        "SELECT 1 FROM audit",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await relay.execute(hidden)
    assert await relay.fetch("SELECT DISTINCT kind FROM task WHERE kind <> 'filter_retrieval'") == []


async def test_the_worker_knows_a_patients_age_and_sex_and_not_who_it_is(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool]
) -> None:
    pathway_id = await signed(ledger_of)
    async with pools["patency_worker"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', 'RXX', true)")
        row = await connection.fetchrow("SELECT * FROM patient_facts($1, '2026-03-03')", pathway_id)
    assert row is not None
    assert dict(row) == {"age_years": 46, "sex": "male", "identity": "verified"}


async def test_few_functions_run_as_their_owner_and_look_things_up_in_one_schema(
    anything: asyncpg.Connection,
) -> None:
    rows = await anything.fetch(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    sealing = {"seal_rows", "seal_heads", "seal_link", "seal_event"}
    assert {row["proname"] for row in rows} == {"patient_facts", "fhir_export_order", *sealing}
    assert {tuple(row["proconfig"]) for row in rows} == {("search_path=public, pg_temp",)}


async def test_the_worker_cannot_even_see_which_pathways_are_one_patients(pools: dict[str, asyncpg.Pool]) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pools["patency_worker"].fetch("SELECT patient_id FROM pathway")


async def test_nor_does_it_learn_that_of_a_trust_whose_auditor_asked_for_no_export(
    pools: dict[str, asyncpg.Pool], ledger_of: LedgerOf
) -> None:
    await opened(ledger_of)
    async with pools["patency_worker"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', 'RXX', true)")
        assert await connection.fetchval("SELECT count(*) FROM pathway") > 0
        assert await connection.fetch("SELECT * FROM fhir_export_order(gen_random_uuid(), 1)") == []
