"""News of the trust's registers as programs announce it: at the governance desk, once, by those who may."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.desks import DESKS, database_role
from shared import policy
from shared.ledger import Ledger
from shared.ledger.registers import Registers
from shared.pathway.record import Record
from shared.web import answers
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.forms.endings import new_guidance, recall, study_closure, suspension
from tests.service.callers import Caller, wiring

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAD, OFFICER = "rxx-governance-lead-1", "rxx-device-safety-officer-1"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def governance(postgres: Postgres) -> AsyncIterator[dict[str, FastAPI]]:
    """The governance desk, which may change the registers; everything suspended here is lifted at the end."""
    clock = ServerClock()
    pool = await open_pool(postgres.settings, database_role("governance"), size=3)
    given = replace(wiring(Ledger(pool, policy.load(), clock)), registers=Registers(pool, clock))
    yield {"governance": DESKS["governance"](given)}
    await pool.close()
    owner = await asyncpg.connect(postgres.superuser_dsn)
    await owner.execute("UPDATE suspension SET lifted_at = now() WHERE lifted_at IS NULL")
    await owner.close()


def sent(record: Record, **changes: Any) -> dict[str, Any]:
    return answers.written(record) | changes


def unseen() -> str:
    """A reference nobody has used."""
    return f"REF-{uuid4()}"


async def test_news_is_taken_and_named(governance: dict[str, FastAPI]) -> None:
    news = sent(recall(udi_di="05099999999998", reference=unseen()))
    answer = await Caller(governance, OFFICER).send("governance", "/api/registers/device_recalls", news)
    assert answer.status_code == 202
    assert set(answer.json()) == {"announcement_id"}


async def test_the_same_key_and_body_is_the_same_announcement(governance: dict[str, FastAPI]) -> None:
    lead, news, key = Caller(governance, LEAD), sent(new_guidance()), unseen()
    first, second = [
        await lead.send("governance", "/api/registers/guidance", news, **{"Idempotency-Key": key}) for _ in range(2)
    ]
    assert first.json() == second.json()


async def test_the_same_key_with_another_body_is_refused(governance: dict[str, FastAPI]) -> None:
    lead, key = Caller(governance, LEAD), unseen()
    address = "/api/registers/study_closures"
    await lead.send("governance", address, sent(study_closure(study_id="one")), **{"Idempotency-Key": key})
    other = await lead.send("governance", address, sent(study_closure(study_id="two")), **{"Idempotency-Key": key})
    assert other.status_code == 422
    assert other.json()["type"] == "urn:patency:key-reused"


async def test_an_announcement_without_a_key_is_not_taken(governance: dict[str, FastAPI]) -> None:
    lead = Caller(governance, LEAD)
    answer = await lead.send("governance", "/api/registers/guidance", sent(new_guidance()), **{"Idempotency-Key": ""})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]


async def test_a_suspension_lifted_again_is_answered_as_the_first_time(governance: dict[str, FastAPI]) -> None:
    lead, reference = Caller(governance, LEAD), unseen()
    told = await lead.send("governance", "/api/registers/suspensions", sent(suspension(reference=reference)))
    assert told.status_code == 202, told.text
    lifting = {"reference": reference}
    codes = [
        (await lead.send("governance", "/api/registers/suspensions_lifted", lifting)).status_code for _ in range(2)
    ]
    assert codes == [204, 204]


async def test_a_suspension_that_names_nothing_is_refused_with_its_rule(governance: dict[str, FastAPI]) -> None:
    news = sent(suspension(reference=unseen(), scope="operator"))
    answer = await Caller(governance, LEAD).send("governance", "/api/registers/suspensions", news)
    assert answer.status_code == 409
    (refusal,) = answer.json()["refusals"]
    assert (refusal["rule"], refusal["field"]) == ("R-GOV-6", "subject")


@pytest.mark.parametrize(
    ("register", "person"),
    [
        ("device_recalls", "rxx-research-lead-1"),
        ("study_closures", "rxx-device-safety-officer-1"),
        ("suspensions", "rxx-device-safety-officer-1"),
        ("suspensions_lifted", "rxx-device-safety-officer-1"),
        ("staff_left", "rxx-ward-clinician-1"),
        ("guidance", "rxx-mdt-coordinator-1"),
    ],
)
async def test_who_may_not_announce_is_turned_away(governance: dict[str, FastAPI], register: str, person: str) -> None:
    answer = await Caller(governance, person).send("governance", f"/api/registers/{register}", {})
    assert answer.status_code == 403


async def test_what_cannot_be_read_is_not_repeated(governance: dict[str, FastAPI]) -> None:
    news = sent(recall(), udi_di="<b>not a code</b>")
    answer = await Caller(governance, OFFICER).send("governance", "/api/registers/device_recalls", news)
    assert answer.status_code == 422
    assert "<b>" not in answer.text


async def test_a_desk_without_registers_says_that_they_are_away(bare_desks: dict[str, FastAPI]) -> None:
    answer = await Caller(bare_desks, LEAD).send("governance", "/api/registers/guidance", sent(new_guidance()))
    assert answer.status_code == 503
