"""The authorisation register: approved, ended, lapsed on a day of its own; at once in what the next start is asked."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.ledger import Refused
from shared.ledger.authorisations import Authorisations
from shared.ledger.registers import Registers
from shared.pathway.governance_register import PermissionEnded, PermissionGiven, PermitScope
from shared.wiring.clock import ServerClock
from tests.ledger.own_trust import FAR_OFF, OwnTrust, founded

CLOCK = ServerClock()
FACTS = "SELECT facts(gen_random_uuid(), $1, current_date, '{}', '{}', now())::text"
IN_A_YEAR = (CLOCK.now() + timedelta(days=365)).date()


@pytest.fixture
async def trust(owner: asyncpg.Connection) -> OwnTrust:
    return await founded(owner, "governance_lead")


@pytest.fixture
def register(pools: dict[str, asyncpg.Pool]) -> Authorisations:
    return Registers(pools["desk_governance"], CLOCK).authorisations


def given(scope: PermitScope, subject: str | None = None, review_by: date = IN_A_YEAR) -> PermissionGiven:
    return PermissionGiven(
        scope=scope, subject=subject, review_by=review_by, approving_body="New procedures group", reference="NP/26/1"
    )


def ended(scope: PermitScope, subject: str | None = None) -> PermissionEnded:
    return PermissionEnded(scope=scope, subject=subject, reference="NP/26/9", why="No longer wanted")


async def change(
    register: Authorisations, trust: OwnTrust, said: PermissionGiven | PermissionEnded, key: str = ""
) -> list[tuple[str, str]]:
    answer = await register.change(trust.code, said, trust.signature(), key or str(uuid4()))
    return [(each.rule, each.field) for each in answer.refusals] if isinstance(answer, Refused) else []


async def permitted(pools: dict[str, asyncpg.Pool], trust: OwnTrust, on_day: date | None = None) -> dict[str, Any]:
    """What a start of this day is asked about."""
    async with pools["desk_procedure"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', $1, true)", trust.code)
        found = await connection.fetchval(FACTS, on_day or CLOCK.now().date())
    return dict(json.loads(found)["authorisation"])


async def test_a_device_that_is_approved_counts_for_the_next_start(
    pools: dict[str, asyncpg.Pool], register: Authorisations, trust: OwnTrust
) -> None:
    assert (await permitted(pools, trust))["device_models"] == []
    assert await change(register, trust, given(PermitScope.DEVICE, "Own Device 1")) == []
    assert (await permitted(pools, trust))["device_models"] == ["Own Device 1"]


async def test_an_operator_counts_on_the_last_day_of_the_approval_and_not_after_it(
    pools: dict[str, asyncpg.Pool], register: Authorisations, trust: OwnTrust
) -> None:
    operator = trust.person("proceduralist")
    await change(register, trust, given(PermitScope.OPERATOR, operator))
    assert (await permitted(pools, trust, IN_A_YEAR))["operators"] == [operator]
    assert (await permitted(pools, trust, IN_A_YEAR + timedelta(days=1)))["operators"] == []


async def test_an_approval_that_lapsed_is_renewed_by_another(
    pools: dict[str, asyncpg.Pool], register: Authorisations, trust: OwnTrust
) -> None:
    operator, later = trust.person("proceduralist"), IN_A_YEAR + timedelta(days=100)
    await change(register, trust, given(PermitScope.OPERATOR, operator))
    await change(register, trust, given(PermitScope.OPERATOR, operator, review_by=later))
    assert (await permitted(pools, trust, later))["operators"] == [operator]


async def test_what_is_ended_counts_no_more_at_once(
    pools: dict[str, asyncpg.Pool], register: Authorisations, trust: OwnTrust
) -> None:
    await change(register, trust, ended(PermitScope.OPERATOR, trust.person("proceduralist")))
    assert (await permitted(pools, trust))["operators"] == []
    await change(register, trust, ended(PermitScope.PROCEDURE))
    assert (await permitted(pools, trust))["status"] == "expired"


async def test_the_procedure_is_approved_anew_until_its_review_date(
    pools: dict[str, asyncpg.Pool], register: Authorisations, trust: OwnTrust
) -> None:
    await change(register, trust, ended(PermitScope.PROCEDURE))
    await change(register, trust, given(PermitScope.PROCEDURE))
    found = await permitted(pools, trust)
    assert (found["status"], found["review_by"]) == ("active", IN_A_YEAR.isoformat())


async def test_the_register_tells_who_approved_what_and_keeps_what_ended(
    register: Authorisations, trust: OwnTrust
) -> None:
    await change(register, trust, given(PermitScope.DEVICE, "Own Device 1"))
    await change(register, trust, ended(PermitScope.OPERATOR, trust.person("proceduralist")))
    found = await register.stand(trust.code)
    assert [(each.scope, each.subject, each.review_by, each.approved_by) for each in found.permissions] == [
        (PermitScope.PROCEDURE, None, FAR_OFF, None),
        (PermitScope.DEVICE, "Own Device 1", IN_A_YEAR, trust.person("governance_lead")),
    ]
    assert [each.action for each in found.history] == ["ended", "approved"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        (given(PermitScope.DEVICE, "Nobody's Device"), ("G6", "subject")),
        (given(PermitScope.OPERATOR, "nobody-1"), ("G6", "subject")),
        (given(PermitScope.PROCEDURE, review_by=date(2020, 1, 1)), ("G6", "review_by")),
        (ended(PermitScope.DEVICE, "Own Device 1"), ("G6", "subject")),
    ],
    ids=["unknown device", "unknown operator", "date that has passed", "ending what is not permitted"],
)
async def test_what_cannot_stand_is_refused_with_its_place(
    register: Authorisations, trust: OwnTrust, said: PermissionGiven | PermissionEnded, where: tuple[str, str]
) -> None:
    assert await change(register, trust, said) == [where]
    assert (await register.stand(trust.code)).history == ()


async def test_the_same_key_is_written_down_once(register: Authorisations, trust: OwnTrust) -> None:
    for _ in range(2):
        await change(register, trust, given(PermitScope.DEVICE, "Own Device 1"), key="one-key")
    assert len((await register.stand(trust.code)).history) == 1


async def test_the_history_cannot_be_changed_by_any_process(pools: dict[str, asyncpg.Pool]) -> None:
    for role in ("desk_governance", "patency_worker", "desk_front_door"):
        for statement in ("DELETE FROM authorisation_event", "UPDATE authorisation_event SET reference = 'x'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pools[role].execute(statement)
