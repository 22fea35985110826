"""Who is told for governance: leavers are not, somebody always is, and governance itself changes who (R-GOV-3)."""

from datetime import timedelta

import asyncpg
import pytest

from shared.ledger import NotAllowed, Refused
from shared.ledger.recipients import Recipient, Recipients
from shared.ledger.registers import Announcement, Registers
from shared.pathway.people import Role, Signature
from shared.pathway.trust_news import StaffLeft
from shared.wiring.clock import ServerClock
from tests.ledger.acting import LedgerOf
from tests.ledger.own_trust import OwnTrust, founded

LEAD, DEPUTY, DIRECTOR = "governance_lead", "deputy_governance_lead", "medical_director"
CLOCK = ServerClock()


def registers(pools: dict[str, asyncpg.Pool]) -> Registers:
    return Registers(pools["desk_governance"], CLOCK)


def recipients(pools: dict[str, asyncpg.Pool]) -> Recipients:
    return registers(pools).recipients


async def left(pools: dict[str, asyncpg.Pool], trust: OwnTrust, role: str, by: Role) -> object:
    """Somebody of governance writes down that this person left last week."""
    last = (CLOCK.now() - timedelta(days=7)).date()
    news = StaffLeft(person=trust.person(role), left_on=last)
    told = Announcement(trust=trust.code, news=news, by=trust.signature(by), key=f"left-{role}", body_hash=b"x" * 32)
    return await registers(pools).announce(told)


async def told_as(ledger_of: LedgerOf, trust: OwnTrust, role: Role) -> list[str]:
    return [person for person, *_ in await ledger_of("patency_worker").recipients(trust.code, role)]


def signs(answer: object) -> list[tuple[str, str]]:
    return [(each.rule, each.field) for each in answer.refusals] if isinstance(answer, Refused) else []


async def test_a_lead_who_left_is_told_no_more_and_the_deputy_is_still_there(
    owner: asyncpg.Connection, pools: dict[str, asyncpg.Pool], ledger_of: LedgerOf
) -> None:
    trust = await founded(owner, LEAD, DEPUTY)
    await left(pools, trust, LEAD, Role.MEDICAL_DIRECTOR)
    assert await told_as(ledger_of, trust, Role.GOVERNANCE_LEAD) == []
    assert await told_as(ledger_of, trust, Role.DEPUTY_GOVERNANCE_LEAD) == [trust.person(DEPUTY)]


async def test_a_role_that_ended_by_the_directory_alone_is_told_no_more(
    owner: asyncpg.Connection, ledger_of: LedgerOf
) -> None:
    trust = await founded(owner, LEAD, DEPUTY)
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', $1, true)", trust.code)
        await owner.execute("UPDATE staff SET until_on = '2024-01-01' WHERE person = $1", trust.person(LEAD))
    assert await told_as(ledger_of, trust, Role.GOVERNANCE_LEAD) == []


async def test_the_last_one_to_be_told_cannot_leave_before_somebody_else_is_named(
    owner: asyncpg.Connection, pools: dict[str, asyncpg.Pool], ledger_of: LedgerOf
) -> None:
    trust = await founded(owner, LEAD)
    assert signs(await left(pools, trust, LEAD, Role.MEDICAL_DIRECTOR)) == [("R-GOV-3", "person")]
    assert await told_as(ledger_of, trust, Role.GOVERNANCE_LEAD) == [trust.person(LEAD)]
    deputy = Recipient(Role.DEPUTY_GOVERNANCE_LEAD, trust.person(DEPUTY), "deputy@inbox.invalid", "smtp")
    assert await recipients(pools).name(trust.code, deputy, trust.signature(Role.MEDICAL_DIRECTOR)) is None
    assert signs(await left(pools, trust, LEAD, Role.MEDICAL_DIRECTOR)) == []


async def test_the_last_one_to_be_told_cannot_be_struck_out(
    owner: asyncpg.Connection, pools: dict[str, asyncpg.Pool]
) -> None:
    trust, register = await founded(owner, LEAD, DEPUTY), recipients(pools)
    by = trust.signature()
    assert await register.strike(trust.code, Role.DEPUTY_GOVERNANCE_LEAD, trust.person(DEPUTY), by) is True
    refused = await register.strike(trust.code, Role.GOVERNANCE_LEAD, trust.person(LEAD), by)
    assert signs(refused) == [("R-GOV-3", "person")]
    assert [each.person for each in await register.of(trust.code)] == [trust.person(LEAD)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM governance_recipient",
        "UPDATE governance_recipient SET role = 'research_lead'",
        "UPDATE staff SET until_on = '2024-01-01'",
        "UPDATE staff SET role = 'ops' WHERE role = 'governance_lead'",
    ],
)
async def test_no_statement_saves_a_trust_that_has_nobody_to_be_told(owner: asyncpg.Connection, statement: str) -> None:
    trust = await founded(owner, LEAD)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        async with owner.transaction():
            await owner.execute(f"SET LOCAL patency.trust = '{trust.code}'; {statement}")
    assert refused.value.constraint_name == "somebody_is_told"


async def test_a_trust_without_anybody_to_be_told_cannot_be_authorised(owner: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await founded(owner)


async def test_who_does_not_hold_the_role_today_is_not_named(
    owner: asyncpg.Connection, pools: dict[str, asyncpg.Pool]
) -> None:
    trust = await founded(owner, LEAD)
    someone = Recipient(Role.MEDICAL_DIRECTOR, trust.person(DEPUTY), "deputy@inbox.invalid", "smtp")
    answer = await recipients(pools).name(trust.code, someone, trust.signature())
    assert signs(answer) == [("R-GOV-3", "person")]


@pytest.mark.parametrize(
    ("channel", "address"),
    [("smtp", "https://governance.example/x"), ("webhook", "lead@inbox.invalid"), ("govuk_notify", "a@b\nBcc: c@d")],
)
async def test_an_address_that_does_not_go_with_its_way_is_refused(
    owner: asyncpg.Connection, pools: dict[str, asyncpg.Pool], channel: str, address: str
) -> None:
    trust = await founded(owner, LEAD)
    director = Recipient(Role.MEDICAL_DIRECTOR, trust.person(DIRECTOR), address, channel)
    assert signs(await recipients(pools).name(trust.code, director, trust.signature())) == [("R-GOV-3", "address")]


async def test_a_change_is_audited_and_so_is_what_was_refused_or_not_allowed(
    owner: asyncpg.Connection, pools: dict[str, asyncpg.Pool], anything: asyncpg.Connection
) -> None:
    trust, register = await founded(owner, LEAD), recipients(pools)
    told = Recipient(Role.GOVERNANCE_LEAD, trust.person(LEAD), "other@inbox.invalid", "smtp")
    await register.name(trust.code, told, trust.signature())
    await register.strike(trust.code, Role.GOVERNANCE_LEAD, trust.person(LEAD), trust.signature())
    stranger = Signature(trust.person("proceduralist"), Role.GOVERNANCE_LEAD)
    assert isinstance(await register.name(trust.code, told, stranger), NotAllowed)
    rows = await anything.fetch("SELECT action, kind FROM audit WHERE trust = $1 ORDER BY id", trust.code)
    assert [tuple(each) for each in rows] == [
        ("announced", "recipient_named"),
        ("refused", "recipient_struck"),
        ("denied", "recipient_named"),
    ]
