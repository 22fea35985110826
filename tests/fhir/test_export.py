"""A trust's pathways as ndjson: everything once, nobody's identity, each look written down."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.fhir.export import NotEmptyError, export
from shared.fhir import checks
from shared.ledger import Ledger
from shared.ledger.fhir_snapshot import NotAllowedError
from shared.pathway.anatomy import Side
from shared.pathway.people import Role
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.fhir import independent
from tests.forms import referral as form
from tests.ledger.acting import opened, patient, person

pytestmark = pytest.mark.asyncio(loop_scope="session")

TRUST, AUDITOR = "RYY", "ryy-auditor-1"


async def referred(postgres: Postgres, **changes: Any) -> str:
    """A pathway of the trust that is exported here."""
    pool = await open_pool(postgres.settings, "desk_referral", size=1)
    try:
        ledger = Ledger(pool, load(), ServerClock())
        return await opened(lambda _: ledger, trust=TRUST, by=person(Role.REFERRER, TRUST), **changes)
    finally:
        await pool.close()


async def exported(postgres: Postgres, folder: Path, by: str = AUDITOR) -> dict[str, Any]:
    """As the front door's login: row-level security holds for it as for everybody."""
    pool = await open_pool(postgres.settings, "desk_front_door", size=1)
    try:
        async with pool.acquire() as connection:
            return await export(connection, folder, trust=TRUST, person=by, policy=load())
    finally:
        await pool.close()


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def lines(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{kind}.ndjson").read_text(encoding="utf-8").splitlines()]


async def test_everything_is_there_once_and_nobody_is_named(postgres: Postgres, tmp_path: Path) -> None:
    who = patient()
    left = await referred(postgres, patient=who)
    right = await referred(postgres, patient=who, referral=form.referral(form.limb(Side.RIGHT)))
    await referred(postgres)
    manifest = await exported(postgres, tmp_path)
    counts = {each["type"]: each["count"] for each in manifest["output"]}
    every = [each for kind in counts for each in lines(tmp_path, kind)]
    named = Counter((each["resourceType"], each["id"]) for each in every)
    assert max(named.values()) == 1
    assert {left, right} <= {each["id"] for each in lines(tmp_path, "CarePlan")}
    assert counts["Patient"] < counts["CarePlan"]  # one of them has two pathways
    assert counts == dict(Counter(kind for kind, _id in named))
    written = "".join(file.read_text(encoding="utf-8") for file in files(tmp_path))
    assert who.nhs_number
    assert who.nhs_number not in written
    assert who.name not in written
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == manifest


async def test_each_line_is_r4b_and_keeps_our_own_rules(postgres: Postgres, tmp_path: Path) -> None:
    await referred(postgres)
    manifest = await exported(postgres, tmp_path)
    for kind in (each["type"] for each in manifest["output"]):
        for resource in lines(tmp_path, kind)[:5]:
            independent.parse(resource)
            assert independent.schema_errors(resource) == []
            assert checks.all_of(checks.of_resource(resource)) == ()


async def test_an_export_is_written_down_for_each_pathway(postgres: Postgres, tmp_path: Path) -> None:
    pathway = await referred(postgres)
    await exported(postgres, tmp_path)
    connection = await asyncpg.connect(postgres.superuser_dsn)
    try:
        asked = "SELECT person, action FROM audit WHERE pathway_id = $1 AND kind = 'fhir_export'"
        rows = await connection.fetch(asked, pathway)
        assert [(row["person"], row["action"]) for row in rows] == [(AUDITOR, "read")]
        other = "SELECT count(*) FROM audit WHERE kind = 'fhir_export' AND pathway_id IS NOT NULL AND trust <> $1"
        assert await connection.fetchval(other, TRUST) == 0
    finally:
        await connection.close()


@pytest.mark.parametrize("by", ["rxx-auditor-1", "ryy-haematologist-1", "nobody"])
async def test_only_the_trusts_own_auditor_may_take_one(postgres: Postgres, tmp_path: Path, by: str) -> None:
    with pytest.raises(NotAllowedError):
        await exported(postgres, tmp_path, by)
    assert files(tmp_path) == []


async def test_an_export_never_mixes_with_another(postgres: Postgres, tmp_path: Path) -> None:
    (tmp_path / "Task.ndjson").write_text("older\n", encoding="utf-8")
    with pytest.raises(NotEmptyError):
        await exported(postgres, tmp_path)
    assert (tmp_path / "Task.ndjson").read_text(encoding="utf-8") == "older\n"


async def test_the_files_are_their_owners_alone(postgres: Postgres, tmp_path: Path) -> None:
    await referred(postgres)
    await exported(postgres, tmp_path)
    assert {file.stat().st_mode & 0o777 for file in files(tmp_path)} == {0o600}
