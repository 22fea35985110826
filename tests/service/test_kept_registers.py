"""The registers that governance and research keep, for programs: the same refusals as on the pages (1.1, 1.2, YR3)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.desks import DESKS, database_role
from services.sessions.reception import Reception
from shared import policy
from shared.ledger import Ledger
from shared.ledger.registers import Registers
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.service.callers import Caller, wiring

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAD, DEPUTY, OFFICER = "rxx-governance-lead-1", "rxx-deputy-governance-lead-1", "rxx-device-safety-officer-1"
RESEARCHER = "rxx-research-lead-1"
REGISTERS, STUDIES = "/api/registers", "/api/studies"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desks(postgres: Postgres) -> AsyncIterator[dict[str, FastAPI]]:
    """The two desks that change registers, each with its own database role."""
    clock, found, pools = ServerClock(), dict[str, FastAPI](), []
    for name in ("governance", "registry"):
        pool = await open_pool(postgres.settings, database_role(name), size=3)
        pools.append(pool)
        given = wiring(Ledger(pool, policy.load(), clock))
        reception = Reception.of(name, pool, clock, given.desks, issuer="http://127.0.0.1:9", training=True)
        found[name] = DESKS[name](replace(given, registers=Registers(pool, clock), reception=reception))
    yield found
    for pool in pools:
        await pool.close()


def once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def study(**changes: Any) -> dict[str, Any]:
    days = {"favourable_on": "2026-01-10", "opens_on": "2026-02-01", "closes_on": "2027-02-01"}
    told = {"study_id": f"PROGRAM-{uuid4().hex[:8]}", "title": "Told by a program", "ethics_reference": "24/LO/0123"}
    return told | days | changes


async def recipients(lead: Caller) -> list[dict[str, Any]]:
    answer = await lead.get("governance", f"{REGISTERS}/recipients")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["recipients"]
    return found


async def permissions(lead: Caller, scope: str) -> list[str]:
    answer = await lead.get("governance", f"{REGISTERS}/authorisation", scope=scope)
    assert answer.status_code == 200, answer.text
    assert {each["scope"] for each in answer.json()["permissions"]} <= {scope}
    return [each["subject"] for each in answer.json()["permissions"]]


async def test_a_recipient_is_told_another_way_and_back(desks: dict[str, FastAPI]) -> None:
    lead = Caller(desks, LEAD)
    before = next(each for each in await recipients(lead) if each["role"] == "governance_lead")
    told = {key: before[key] for key in ("role", "person", "address", "channel")}
    for address in ("another@rxx.example", before["address"]):
        answer = await lead.send("governance", f"{REGISTERS}/recipients", told | {"address": address})
        assert answer.status_code == 204, answer.text
        assert address in {each["address"] for each in await recipients(lead)}


async def test_a_recipient_who_does_not_hold_the_role_is_refused(desks: dict[str, FastAPI]) -> None:
    told = {"role": "governance_lead", "person": RESEARCHER, "address": "a@rxx.example", "channel": "smtp"}
    answer = await Caller(desks, LEAD).send("governance", f"{REGISTERS}/recipients", told)
    assert answer.status_code == 409
    assert answer.json()["refusals"][0]["paragraph"] == "1.2"


async def test_striking_somebody_who_is_not_there_is_unknown(desks: dict[str, FastAPI]) -> None:
    gone = {"role": "governance_lead", "person": "nobody-1"}
    answer = await Caller(desks, LEAD).send("governance", f"{REGISTERS}/recipients_struck", gone)
    assert answer.status_code == 404


async def test_what_is_permitted_is_permitted_once_and_ended(desks: dict[str, FastAPI]) -> None:
    lead, key, operator = Caller(desks, LEAD), once(), "rxx-vascular-surgeon-2"
    given = {"scope": "operator", "subject": operator, "review_by": "2031-01-31"}
    given |= {"approving_body": "Committee", "reference": "MIN-1", "evidence": "Ten cases"}
    for _ in range(2):
        answer = await lead.send("governance", f"{REGISTERS}/permissions", given, **key)
        assert answer.status_code == 204, answer.text
    assert operator in await permissions(lead, "operator")
    told = (await lead.get("governance", f"{REGISTERS}/authorisation")).json()
    assert sum(each["reference"] == "MIN-1" for each in told["history"]) == 1
    ended = {"scope": "operator", "subject": operator, "reference": "MIN-2", "why": "Left the service"}
    assert (await lead.send("governance", f"{REGISTERS}/permissions_ended", ended, **once())).status_code == 204
    assert operator not in await permissions(lead, "operator")
    again = await lead.send("governance", f"{REGISTERS}/permissions_ended", ended, **once())
    assert (again.status_code, again.json()["refusals"][0]["rule"]) == (409, "G6")


@pytest.mark.parametrize("scope", ["procedure", "device"])
async def test_each_part_of_the_authorisation_can_be_asked_alone(desks: dict[str, FastAPI], scope: str) -> None:
    assert await permissions(Caller(desks, LEAD), scope)


async def test_a_permission_without_a_key_is_not_taken(desks: dict[str, FastAPI]) -> None:
    answer = await Caller(desks, LEAD).send(
        "governance", f"{REGISTERS}/permissions", {"scope": "procedure"}, **{"Idempotency-Key": ""}
    )
    assert answer.status_code == 422


async def test_one_person_registers_a_study_and_another_approves_it(desks: dict[str, FastAPI]) -> None:
    researcher, lead, told = Caller(desks, RESEARCHER), Caller(desks, LEAD), study()
    assert (await researcher.send("registry", STUDIES, told)).status_code == 204
    taken = await researcher.send("registry", STUDIES, told)
    assert (taken.status_code, taken.json()["refusals"][0]["field"]) == (409, "study_id")
    approval = {"study_id": told["study_id"]}
    assert (await researcher.send("registry", f"{STUDIES}/approvals", approval)).status_code == 403
    assert (await lead.send("registry", f"{STUDIES}/approvals", approval)).status_code == 204
    assert (await lead.send("registry", f"{STUDIES}/approvals", approval)).status_code == 409
    shown = (await lead.get("registry", STUDIES)).json()["studies"]
    (own,) = [each for each in shown if each["study_id"] == told["study_id"]]
    assert (own["registered_by"], own["approved_by"]) == (RESEARCHER, LEAD)


async def test_days_that_cannot_be_are_malformed(desks: dict[str, FastAPI]) -> None:
    answer = await Caller(desks, RESEARCHER).send("registry", STUDIES, study(opens_on="2026-01-01"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "opens_on")
