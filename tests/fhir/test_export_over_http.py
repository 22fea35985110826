"""`/fhir/$export`: asked for, waited for, fetched in parts by the auditor who asked, gone when cancelled or expired."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.people import EXPORTING, SCOPES
from shared.contracts.patience import EXPORT_ATTEMPTS, EXPORT_KEPT_S, EXPORT_SILENT_S
from shared.fhir import checks
from shared.ledger import fhir_exporting
from shared.ledger.fhir_exporting import Exporting
from shared.ledger.fhir_snapshot import Snapshot
from shared.pathway.people import Role, Signature
from shared.policy import load
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.fhir import conftest, independent
from tests.fhir.auditing import ASYNC, Auditing
from tests.fhir.test_export import referred
from tests.forms import referral as form
from tests.ledger.acting import patient
from tests.pages.visitors import House
from tests.service.callers import NOWHERE

pytestmark = pytest.mark.asyncio(loop_scope="session")

conftest.GRANTED |= {"export": f"{SCOPES} {EXPORTING}", "user-only": "user/*.rs", "system-tasks": "system/Task.rs"}


@pytest_asyncio.fixture(loop_scope="session")
async def auditing(house: House, postgres: Postgres) -> AsyncIterator[Auditing]:
    pool = await open_pool(postgres.settings, "patency_worker", size=4)
    owner = await asyncpg.connect(postgres.superuser_dsn)
    before = house.apps["front_door"].state.wiring
    await referred(postgres)  # there is something to tell, whichever test comes first
    yield Auditing(house, pool, owner)
    house.apps["front_door"].state.wiring = before
    await owner.execute("DELETE FROM fhir_export; DELETE FROM fhir_export_part")
    await owner.close()
    pool.terminate()


async def test_everything_of_the_trust_is_fetched_once_and_nobody_is_named(
    auditing: Auditing, postgres: Postgres
) -> None:
    who = patient()
    mine = {await referred(postgres, patient=who), await referred(postgres)}
    _place, manifest = await auditing.done()
    told = await auditing.lines(manifest)
    named = Counter((each["resourceType"], each["id"]) for each in told)
    assert max(named.values()) == 1
    assert mine <= {each["id"] for each in told if each["resourceType"] == "CarePlan"}
    assert manifest["requiresAccessToken"] is True
    written = json.dumps(told)
    assert who.nhs_number
    assert who.nhs_number not in written
    assert who.name not in written
    for resource in told[:20]:
        assert independent.schema_errors(resource) == []
        assert checks.all_of(checks.of_resource(resource)) == ()


async def test_large_exports_come_in_several_parts_of_one_type(
    auditing: Auditing, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    await referred(postgres)
    await referred(postgres)
    monkeypatch.setattr(fhir_exporting, "PART_BYTES", 1)
    _place, manifest = await auditing.done()
    plans = [each["url"].rpartition("/")[2] for each in manifest["output"] if each["type"] == "CarePlan"]
    assert {"CarePlan.1.ndjson", "CarePlan.2.ndjson"} <= set(plans)
    assert await auditing.lines(manifest)


async def test_until_it_is_done_it_says_how_far_it_is(
    auditing: Auditing, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    await referred(postgres)
    place = await auditing.begun()
    waiting = await auditing.ask(place)
    assert (waiting.status_code, waiting.headers["x-progress"], waiting.content) == (202, "waiting", b"")
    assert int(waiting.headers["retry-after"]) > 0
    seen: list[str] = []
    heard = auditing.worker._heard

    async def and_asked(*given: Any) -> None:
        await heard(*given)
        seen.append((await auditing.ask(place)).headers["x-progress"])

    monkeypatch.setattr(auditing.worker, "_heard", and_asked)
    await auditing.worker.once()
    pathways = await auditing.owner.fetchval("SELECT count(*) FROM pathway WHERE trust = 'RYY' AND version > 0")
    assert (seen[0], seen[-1]) == (f"0 of {pathways} pathways", f"{pathways} of {pathways} pathways")


async def test_a_second_export_has_to_wait_for_the_first(auditing: Auditing) -> None:
    await auditing.begun()
    second = await auditing.ask("/fhir/$export", **ASYNC)
    assert (second.status_code, second.headers["retry-after"]) == (429, "30")
    assert second.json()["issue"][0]["code"] == "throttled"
    other = await auditing.ask("/fhir/$export", who="rxx-auditor-1", **ASYNC)
    assert other.status_code == 202  # another trust's


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/fhir/$export", {}),
        ("/fhir/$export?_since=2026-01-01", ASYNC),
        ("/fhir/$export?_outputFormat=text/csv", ASYNC),
    ],
)
async def test_what_is_not_understood_is_refused_and_begins_nothing(
    auditing: Auditing, path: str, headers: Mapping[str, str]
) -> None:
    answer = await auditing.ask(path, **headers)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "not-supported")
    assert await auditing.count("fhir_export") == 0


@pytest.mark.parametrize(
    ("who", "scopes"),
    [("ryy-auditor-1", "user-only"), ("ryy-auditor-1", "system-tasks"), ("ryy-haematologist-1", "export")],
)
async def test_only_an_auditor_whose_token_may_take_everything_may_ask(
    auditing: Auditing, who: str, scopes: str
) -> None:
    assert (await auditing.ask("/fhir/$export", scopes, who, **ASYNC)).status_code == 403
    assert await auditing.count("fhir_export") == 0


async def test_nobody_else_sees_it(auditing: Auditing) -> None:
    place, manifest = await auditing.done()
    part = manifest["output"][0]["url"].removeprefix("http://127.0.0.1:8000")
    for address in (place, part, f"/fhir/exports/{NOWHERE}", "/fhir/exports/none"):
        answer = await auditing.ask(address, who="rxx-auditor-1")
        assert answer.status_code == 404
    assert (await auditing.ask(place, who="rxx-auditor-1", method="DELETE")).status_code == 404
    colleague, asked_for = Signature("ryy-auditor-2", Role.AUDITOR), place.rpartition("/")[2]
    exports = auditing.exports()
    assert await exports.look("RYY", colleague, asked_for) is None
    assert await exports.part("RYY", colleague, asked_for, "CarePlan", 1) is None
    assert await exports.cancel("RYY", colleague, asked_for) is False
    assert (await auditing.ask(place)).status_code == 200


async def test_what_is_cancelled_is_gone_and_the_next_can_be_asked_for(auditing: Auditing) -> None:
    place, manifest = await auditing.done()
    assert (await auditing.ask(place, method="DELETE")).status_code == 202
    part = manifest["output"][0]["url"].removeprefix("http://127.0.0.1:8000")
    assert {(await auditing.ask(each)).status_code for each in (place, part)} == {404}
    assert (await auditing.ask(place, method="DELETE")).status_code == 404
    await auditing.worker.once()
    assert await auditing.count("fhir_export_part") == 0
    await auditing.begun()


async def test_a_worker_stops_when_its_export_is_cancelled(
    auditing: Auditing, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    await referred(postgres)
    place = await auditing.begun()
    opened = Snapshot.opened

    async def and_cancelled(*given: Any) -> Snapshot:
        found = await opened(*given)
        assert (await auditing.ask(place, method="DELETE")).status_code == 202
        return found

    monkeypatch.setattr(Snapshot, "opened", and_cancelled)
    looks = "audit WHERE kind = 'fhir_export' AND pathway_id IS NOT NULL"
    before = await auditing.count(looks)
    assert await auditing.worker.once() == 1
    assert await auditing.count(looks) == before
    assert await auditing.count("fhir_export_part") == 0
    assert (await auditing.ask(place)).status_code == 404


async def test_after_a_day_it_has_expired_and_is_cleared_away(auditing: Auditing) -> None:
    place, _manifest = await auditing.done()
    auditing.clock.pass_by(seconds=EXPORT_KEPT_S + 1)
    assert (await auditing.ask(place)).status_code == 404
    assert await auditing.worker.once() == 0
    assert (await auditing.count("fhir_export"), await auditing.count("fhir_export_part")) == (0, 0)


async def test_an_export_whose_worker_died_is_begun_anew(
    auditing: Auditing, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway = await referred(postgres)
    place = await auditing.begun()

    class DiedError(BaseException):
        pass

    async def dies(_self: Snapshot) -> None:
        raise DiedError

    with monkeypatch.context() as patched:
        patched.setattr(Snapshot, "written_down", dies)
        with pytest.raises(DiedError):
            await auditing.worker.once()
    assert (await auditing.ask(place)).status_code == 202
    assert await auditing.worker.once() == 0  # whoever has it may still be alive
    auditing.clock.pass_by(seconds=EXPORT_SILENT_S + 1)
    another = Exporting(auditing.pool, load(), auditing.clock)
    assert await another.once() == 1
    answer = await auditing.ask(place)
    assert answer.status_code == 200
    assert pathway in {each["id"] for each in await auditing.lines(answer.json())}


async def test_an_export_that_ends_every_worker_is_given_up(auditing: Auditing) -> None:
    place = await auditing.begun()
    await auditing.owner.execute("UPDATE fhir_export SET attempts = $1", EXPORT_ATTEMPTS)
    await auditing.worker.once()
    answer = await auditing.ask(place)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (500, "exception")
    await auditing.begun()  # and can be asked for again


async def test_who_is_the_auditor_no_more_gets_nothing(auditing: Auditing, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await auditing.begun()
    monkeypatch.setattr("shared.ledger.fhir_snapshot.HOLDS", "SELECT $1::text = $2::text AND $3::text IS NULL")
    await auditing.worker.once()
    assert (await auditing.ask(place)).status_code == 500
    assert await auditing.count("fhir_export_part") == 0


async def test_asking_each_pathway_each_part_and_cancelling_are_written_down(
    auditing: Auditing, postgres: Postgres
) -> None:
    pathway = await referred(postgres)
    place, manifest = await auditing.done()
    await auditing.lines(manifest)
    await auditing.ask(place, method="DELETE")
    asked = """
        SELECT action, pathway_id::text AS pathway, detail::text AS detail FROM audit
        WHERE kind = 'fhir_export' AND (pathway_id = $1::uuid OR detail::text LIKE '%' || $2 || '%')
    """
    rows = await auditing.owner.fetch(asked, pathway, place.rpartition("/")[2])
    assert [row["action"] for row in rows if row["pathway"] == pathway] == ["read"]
    beside = Counter(row["action"] for row in rows if row["pathway"] is None)
    assert beside == {"searched": 1, "read": len(manifest["output"]), "released": 1}


async def test_it_is_one_snapshot(auditing: Auditing, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    await auditing.begun()
    opened, later, isolation = Snapshot.opened, list[str](), list[str]()

    async def and_somebody_comes(*given: Any) -> Snapshot:
        found = await opened(*given)
        later.append(await referred(postgres, referral=form.referral()))
        isolation.append(await given[0].fetchval("SHOW transaction_isolation"))
        return found

    monkeypatch.setattr(Snapshot, "opened", and_somebody_comes)
    await auditing.worker.once()
    rows = await auditing.owner.fetch("SELECT id::text FROM fhir_export")
    answer = await auditing.ask(f"/fhir/exports/{rows[0]['id']}")
    told = await auditing.lines(answer.json())
    assert isolation == ["repeatable read"]
    assert later[0] not in {each["id"] for each in told}
