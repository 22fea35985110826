"""News of a trust's registers: the register says so at once, every pathway it concerns is told once (clinical.md 4)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.ledger import KeyReused, NotAllowed, Refused
from shared.ledger.registers import Announced, Announcement, News, Registers
from shared.ledger.spreading import Spreading
from shared.pathway.people import Role
from shared.pathway.trust_news import AuthorisationSuspended, GuidanceSuperseded
from shared.wiring.clock import ServerClock
from tests.forms.endings import departure, new_guidance, recall, study_closure, suspension
from tests.ledger.acting import TRUST, LedgerOf, opened, person

LEAD = person(Role.GOVERNANCE_LEAD)


@pytest.fixture
async def registers(pools: dict[str, asyncpg.Pool], owner: asyncpg.Connection) -> AsyncIterator[Registers]:
    yield Registers(pools["desk_governance"], ServerClock())
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', $1, true)", TRUST)
        await owner.execute("DELETE FROM suspension")
        await owner.execute("UPDATE study SET open_on_site = true WHERE study_id <> 'closed'")


@pytest.fixture
def news(pools: dict[str, asyncpg.Pool], ledger_of: LedgerOf) -> Spreading:
    return Spreading(pools["patency_worker"], ledger_of("patency_worker"), ServerClock())


def told(record: News, key: str | None = None, body: bytes = b"body") -> Announcement:
    return Announcement(trust=TRUST, news=record, by=LEAD, key=key or str(uuid4()), body_hash=body)


async def spread(news: Spreading) -> None:
    while await news.once():
        pass


async def kinds(ledger_of: LedgerOf, pathway_id: str) -> list[str]:
    moment = await ledger_of("desk_governance").look(TRUST, pathway_id)
    assert moment is not None
    return [entry.kind for entry in moment.pathway.entries]


async def test_new_guidance_reaches_every_open_pathway_once(
    ledger_of: LedgerOf, registers: Registers, news: Spreading
) -> None:
    first, second = await opened(ledger_of), await opened(ledger_of)
    newest = new_guidance(identifier="HTG701")  # others announce too, and a new pathway hears of all that waits
    assert isinstance(await registers.announce(told(newest)), Announced)

    await spread(news)
    await spread(news)

    for pathway_id in (first, second):
        moment = await ledger_of("desk_governance").look(TRUST, pathway_id)
        assert moment is not None
        assert [entry.record for entry in moment.pathway.every(GuidanceSuperseded)].count(newest) == 1


async def test_a_damaged_pathway_stays_owed_and_holds_up_nobody(
    ledger_of: LedgerOf, registers: Registers, news: Spreading, anything: asyncpg.Connection
) -> None:
    damaged, sound = await opened(ledger_of), await opened(ledger_of)
    await anything.execute(
        "INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)"
        " SELECT pathway_id, 70, trust, kind, at, by_person, by_role, record, facts FROM entry WHERE pathway_id = $1",
        UUID(damaged),
    )
    newest = new_guidance(identifier="HTG702")
    await registers.announce(told(newest))

    await spread(news)

    moment = await ledger_of("desk_governance").look(TRUST, sound)
    assert moment is not None
    assert newest in [entry.record for entry in moment.pathway.every(GuidanceSuperseded)]
    owed = await anything.fetchval("SELECT count(*) FROM announcement_owed WHERE pathway_id = $1", UUID(damaged))
    assert owed >= 1
    await anything.execute("DELETE FROM announcement_owed WHERE pathway_id = $1", UUID(damaged))
    await anything.execute("UPDATE pathway SET closed_at = now() WHERE id = $1", UUID(damaged))


async def test_news_about_something_else_reaches_nobody(
    ledger_of: LedgerOf, registers: Registers, news: Spreading
) -> None:
    await spread(news)  # what other tests announced
    pathway_id = await opened(ledger_of)
    await registers.announce(told(study_closure(study_id="study-of-nobody")))
    await registers.announce(told(recall(udi_di="05099999999999")))
    await spread(news)
    assert await kinds(ledger_of, pathway_id) == ["referral"]


async def test_the_pathway_names_whoever_announced_it(
    ledger_of: LedgerOf, registers: Registers, news: Spreading
) -> None:
    pathway_id = await opened(ledger_of)
    await registers.announce(told(new_guidance(published_on=date(2026, 3, 6))))
    await spread(news)
    moment = await ledger_of("desk_governance").look(TRUST, pathway_id)
    assert moment is not None
    assert [entry.by for entry in moment.pathway.every(GuidanceSuperseded)][-1] == LEAD


async def test_a_suspension_counts_before_any_pathway_is_told_and_until_it_is_lifted(
    ledger_of: LedgerOf, registers: Registers
) -> None:
    pathway_id = await opened(ledger_of)
    await registers.announce(told(suspension(reference="SUS-A")))

    async def status() -> str:
        moment = await ledger_of("desk_governance").look(TRUST, pathway_id)
        assert moment is not None
        assert moment.facts.authorisation is not None
        return moment.facts.authorisation.status

    assert await status() == "suspended"
    assert await registers.lift(TRUST, "SUS-A", LEAD) is True
    assert await registers.lift(TRUST, "SUS-A", LEAD) is True
    assert await status() == "active"
    assert await registers.lift(TRUST, "SUS-NEVER", LEAD) is False


async def test_a_suspended_operator_is_not_authorised(ledger_of: LedgerOf, registers: Registers) -> None:
    pathway_id = await opened(ledger_of)
    before = await ledger_of("desk_governance").look(TRUST, pathway_id)
    assert before is not None
    assert before.facts.authorisation is not None
    operator = min(before.facts.authorisation.operators)

    await registers.announce(told(suspension(reference="SUS-B", scope="operator", subject=operator)))

    after = await ledger_of("desk_governance").look(TRUST, pathway_id)
    assert after is not None
    assert after.facts.authorisation is not None
    assert before.facts.authorisation.operators - after.facts.authorisation.operators == {operator}


async def test_a_reference_is_used_once(registers: Registers) -> None:
    await registers.announce(told(suspension(reference="SUS-C")))
    answer = await registers.announce(told(suspension(reference="SUS-C")))
    assert isinstance(answer, Refused)
    assert [each.field for each in answer.refusals] == ["reference"]


async def test_the_same_key_announces_once(registers: Registers) -> None:
    first = await registers.announce(told(new_guidance(), key="again"))
    assert isinstance(first, Announced)
    assert await registers.announce(told(new_guidance(), key="again")) == Announced(first.id, replayed=True)
    assert isinstance(await registers.announce(told(new_guidance(), key="again", body=b"other")), KeyReused)


async def test_only_who_holds_the_role_changes_a_register(registers: Registers) -> None:
    stranger = Announcement(
        trust=TRUST, news=new_guidance(), by=person(Role.GOVERNANCE_LEAD, "RYY"), key="k", body_hash=b""
    )
    assert isinstance(await registers.announce(stranger), NotAllowed)


async def test_a_suspension_names_what_it_suspends(registers: Registers) -> None:
    unnamed: AuthorisationSuspended = suspension(scope="device")
    assert isinstance(await registers.announce(told(unnamed)), Refused)


LEFT_ON = date(2026, 3, 5)
STAND_IN = """
INSERT INTO delegation (trust, person, to_person, role, from_on, until_on) VALUES ($1, $2, $3, 'referrer', $4, $5)
"""


@pytest.fixture
async def gone(anything: asyncpg.Connection) -> AsyncIterator[str]:
    """Somebody who is about to leave; whatever was agreed with them is forgotten after the test."""
    who = f"leaver-{uuid4()}"
    yield who
    await anything.execute("DELETE FROM delegation WHERE $1 IN (person, to_person)", who)


async def agreed(anything: asyncpg.Connection, person: str, to_person: str, first: date, until: date) -> None:
    await anything.execute(STAND_IN, TRUST, person, to_person, first, until)


async def ends_on(anything: asyncpg.Connection, who: str) -> list[date]:
    rows = await anything.fetch("SELECT until_on FROM delegation WHERE $1 IN (person, to_person)", who)
    return [row["until_on"] for row in rows]


@pytest.mark.parametrize("leaver_stands_in", [True, False])
async def test_standing_in_for_or_by_somebody_who_left_ends_with_their_last_day(
    registers: Registers, anything: asyncpg.Connection, gone: str, *, leaver_stands_in: bool
) -> None:
    pair = ("colleague", gone) if leaver_stands_in else (gone, "colleague")
    await agreed(anything, *pair, LEFT_ON - timedelta(days=3), LEFT_ON + timedelta(days=20))
    await registers.announce(told(departure(person=gone, left_on=LEFT_ON)))
    assert await ends_on(anything, gone) == [LEFT_ON + timedelta(days=1)]


async def test_an_absence_that_would_begin_after_somebody_left_is_off(
    registers: Registers, anything: asyncpg.Connection, gone: str
) -> None:
    await agreed(anything, "colleague", gone, LEFT_ON + timedelta(days=1), LEFT_ON + timedelta(days=9))
    await registers.announce(told(departure(person=gone, left_on=LEFT_ON)))
    assert await ends_on(anything, gone) == []


async def test_what_was_over_before_somebody_left_stays_as_it_was(
    registers: Registers, anything: asyncpg.Connection, gone: str
) -> None:
    await agreed(anything, gone, "colleague", LEFT_ON - timedelta(days=9), LEFT_ON - timedelta(days=2))
    await registers.announce(told(departure(person=gone, left_on=LEFT_ON)))
    assert await ends_on(anything, gone) == [LEFT_ON - timedelta(days=2)]


async def test_it_is_known_how_many_pathways_news_would_touch_and_how_many_were_told(
    ledger_of: LedgerOf, registers: Registers, news: Spreading
) -> None:
    await opened(ledger_of)
    touched = await registers.touches(TRUST, new_guidance())
    await registers.announce(told(new_guidance()))
    waiting, _ = await registers.stand(TRUST)
    await spread(news)
    heard, _ = await registers.stand(TRUST)
    assert (waiting[0].found, heard[0].found, heard[0].told) == (None, touched, touched)
    assert touched > 0
