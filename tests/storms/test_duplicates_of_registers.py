"""F7 where no pathway is written on: opening one, a Bundle, the trust's registers, receipts of a mail service."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from services.governance.registers import REGISTERS
from shared.pathway.record import Record
from shared.pathway.stages import KINDS
from shared.web import answers
from tests.fhir import sent as fhir
from tests.forms import referral as referral_form
from tests.forms.endings import suspension
from tests.forms.generated import generated
from tests.ledger.acting import patient
from tests.pages.visitors import House
from tests.service.permissions.asking import ONE_OF
from tests.storms.at_once import HUNDRED, Sent, by, said, storm

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("registers_put_back")]
REFERRER, LEAD = "rxx-referrer-1", "rxx-governance-lead-1"
OPENED = """
SELECT (SELECT count(*) FROM pathway JOIN patient ON patient.id = patient_id WHERE number = $1) AS pathways,
    (SELECT count(*) FROM patient WHERE number = $1) AS patients,
    (SELECT count(*) FROM entry JOIN pathway ON pathway.id = pathway_id JOIN patient ON patient.id = patient_id
        WHERE number = $1) AS entries,
    (SELECT count(*) FROM audit JOIN pathway ON pathway.id = pathway_id JOIN patient ON patient.id = patient_id
        WHERE number = $1) AS audits
"""
ONE_OF_ALL = {"pathways": 1, "patients": 1, "entries": 1, "audits": 1}


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def nothing_stays_suspended(anything: asyncpg.Connection) -> AsyncIterator[None]:
    yield
    await anything.execute("UPDATE suspension SET lifted_at = now() WHERE lifted_at IS NULL")


async def opened_once(house: House, anything: asyncpg.Connection, number: str, sent: Sent, other: bytes) -> None:
    desk = house.apps["referral"]
    found = said(await storm(desk, *[sent] * HUNDRED))
    assert [status for status, _body in found] == [201], found
    assert {status for status, _body in said(await storm(desk, *[sent.with_body(other)] * 2))} == {422}
    row = await anything.fetchrow(OPENED, number)
    assert row is not None
    assert dict(row) == ONE_OF_ALL


async def test_a_referral_sent_a_hundred_times_opens_one_pathway_for_one_patient(
    house: House, anything: asyncpg.Connection
) -> None:
    who = patient()
    told = answers.written(referral_form.referral()) | {"patient": who.model_dump(mode="json")}
    renamed = told | {"patient": who.model_dump(mode="json") | {"name": "Synthetic Beta"}}
    sent = by(REFERRER, "/api/pathways", json.dumps(told).encode())
    await opened_once(house, anything, who.number, sent, json.dumps(renamed).encode())


async def test_two_keys_for_one_new_patient_at_once_open_one_pathway(
    house: House, anything: asyncpg.Connection
) -> None:
    who = patient()
    told = answers.written(referral_form.referral()) | {"patient": who.model_dump(mode="json")}
    raw = json.dumps(told).encode()
    found = said(await storm(house.apps["referral"], *(by(REFERRER, "/api/pathways", raw) for _ in range(HUNDRED))))
    assert sorted(status for status, _body in found.elements()) == [201, *[409] * (HUNDRED - 1)]
    assert await anything.fetchval("SELECT count(*) FROM patient WHERE number = $1", who.number) == 1


async def test_a_bundle_sent_a_hundred_times_opens_one_pathway(house: House, anything: asyncpg.Connection) -> None:
    bundle = fhir.bundle(referral_form.referral())
    other = json.dumps(bundle).replace("Synthetic Alpha", "Synthetic Beta").encode()
    number = bundle["entry"][0]["resource"]["identifier"][0]["value"]
    sent = by(REFERRER, "/fhir", json.dumps(bundle).encode(), **{"Content-Type": "application/fhir+json"})
    await opened_once(house, anything, number, sent, other)


def news(record: Record, **changes: Any) -> bytes:
    return json.dumps(answers.written(record) | changes).encode()


@pytest.mark.parametrize("register", REGISTERS)
async def test_news_of_a_register_sent_a_hundred_times_is_announced_once(
    house: House, anything: asyncpg.Connection, register: str
) -> None:
    kind = REGISTERS[register]
    who = ONE_OF[min(KINDS[kind.kind].roles)]
    words = {"person": "rxx-somebody-9"} if register == "staff_left" else {"reference": f"REF-{uuid4()}"}
    words |= {"subject": "nobody-9", "scope": "operator"} if register == "suspensions" else {}
    words |= {"guidance": "IPG651"} if register == "guidance" else {}
    raw = news(generated(kind), **{name: text for name, text in words.items() if name in kind.model_fields})
    sent = by(who, f"/api/registers/{register}", raw)
    found = said(await storm(house.apps["governance"], *[sent] * HUNDRED))
    assert [status for status, _body in found] == [202], found
    written = "SELECT count(*) FROM announcement WHERE by_person = $1 AND key = $2"
    assert await anything.fetchval(written, who, sent.headers["Idempotency-Key"]) == 1


async def suspended(house: House) -> str:
    told = suspension(reference=f"REF-{uuid4()}")
    answer = await storm(house.apps["governance"], by(LEAD, "/api/registers/suspensions", news(told)))
    assert answer[0].status_code == 202, answer[0].text
    return str(told.reference)


async def test_a_suspension_lifted_a_hundred_times_at_once_is_lifted_once(
    house: House, anything: asyncpg.Connection
) -> None:
    raw = json.dumps({"reference": await suspended(house)}).encode()
    lifts = "SELECT count(*) FROM audit WHERE action = 'lifted'"
    before = await anything.fetchval(lifts)
    found = said(await storm(house.apps["governance"], *[by(LEAD, "/api/registers/suspensions_lifted", raw)] * HUNDRED))
    assert found == {(204, b""): HUNDRED}
    assert await anything.fetchval(lifts) == before + 1


async def test_what_was_never_suspended_cannot_be_lifted(house: House, anything: asyncpg.Connection) -> None:
    lifts = "SELECT count(*) FROM audit WHERE action = 'lifted'"
    before = await anything.fetchval(lifts)
    raw = json.dumps({"reference": f"REF-{uuid4()}"}).encode()
    found = said(await storm(house.apps["governance"], by(LEAD, "/api/registers/suspensions_lifted", raw)))
    assert [status for status, _body in found] == [404]
    assert await anything.fetchval(lifts) == before
