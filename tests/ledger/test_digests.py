"""A trust's week in counts: what is open, overdue, ending; told once for each week; no patient in the letter."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from activities.adapters.letter_words import paragraphs
from activities.ports import OutsideUnavailable
from activities.weekly_digest import WeeklyDigests, letter
from shared.contracts.digests import Digest, DigestOrder
from shared.ledger.digests import Digests
from shared.policy import load
from shared.wiring.clock import ServerClock
from tests.ledger.acting import synthetic_number
from tests.ledger.own_trust import OwnTrust, founded
from tests.workflow.pure_book import FakeMailbox

CLOCK = ServerClock()
WEEK = "2026-W48"
PATIENT = """
INSERT INTO patient (trust, training, number_kind, number, name, sex, number_status)
VALUES ($1, true, 'nhs_number', $2, 'Synthetic Canary', 'unknown', 'number_present_and_verified') RETURNING id
"""
PATHWAY = """
INSERT INTO pathway (trust, patient_id, opened_at, sides, urgency, presentation_at)
VALUES ($1, $2, now(), '{left}', 'urgent_24h', now()) RETURNING id
"""
NOTICE = """
INSERT INTO notice (pathway_id, trust, dispatch, number, about, role, reason, owed_at, delivered_at, acknowledged_at)
VALUES ($1, $2, $3, $4, 'mdt_offer', 'governance_lead', 'first', now(), $5, $6)
"""
TASK = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, due_at, escalated_to, why)
VALUES ($1, $2, $3, $4, 'vascular_surgeon', 'open', now(), $5, '{}', '')
"""
EVENT = """
INSERT INTO authorisation_event (trust, scope, subject, action, review_by, approving_body, reference, by_person,
    by_role, at, key)
VALUES ($1, 'device', 'Own Device 1', 'approved', $2, 'Group', 'NP-1', 'x', 'governance_lead', now(), 'k')
"""


@pytest.fixture
async def trust(owner: asyncpg.Connection) -> OwnTrust:
    return await founded(owner, "governance_lead")


@pytest.fixture
def digests(pools: dict[str, asyncpg.Pool]) -> Digests:
    return Digests(pools["patency_worker"], load(), CLOCK)


async def week_of(digests: Digests, trust: OwnTrust) -> Digest:
    found = await digests.digest(trust.code, WEEK)
    assert found is not None
    return found


async def a_full_week(anything: asyncpg.Connection, trust: OwnTrust) -> None:
    """Three notices (read, delivered, silent), the silent one sent twice; two tasks overdue, one for a broken gate."""
    now, code = CLOCK.now(), trust.code
    pathway = await anything.fetchval(PATHWAY, code, await anything.fetchval(PATIENT, code, synthetic_number()))
    told: tuple[tuple[str, int, datetime | None, datetime | None], ...] = (
        ("n1-first", 1, now, now),
        ("n2-first", 2, now, None),
        ("n3-first", 3, None, None),
        ("n3-undelivered", 3, None, None),
    )
    for dispatch, number, delivered_at, acknowledged_at in told:
        await anything.execute(NOTICE, pathway, code, dispatch, number, delivered_at, acknowledged_at)
    late, soon = now - timedelta(hours=1), now + timedelta(hours=1)
    for kind, due_at in (("break_glass_review", late), ("consent", late), ("discharge", soon), ("discharge_2", None)):
        await anything.execute(TASK, pathway, code, kind, str(uuid4()), due_at)
    await anything.execute(EVENT, code, (now + timedelta(days=20)).date())


async def test_a_trust_where_nothing_happened_counts_nothing(digests: Digests, trust: OwnTrust) -> None:
    found = await week_of(digests, trust)
    assert (found.unread_notices, found.overdue_tasks, found.broken_gates, found.suspensions, found.ending) == (0,) * 5
    assert found.without_anybody == ("deputy_governance_lead", "medical_director")
    assert found.addresses == ("governance_lead@inbox.invalid",)


async def test_what_is_open_overdue_and_ending_is_counted(
    digests: Digests, trust: OwnTrust, anything: asyncpg.Connection
) -> None:
    await a_full_week(anything, trust)
    found = await week_of(digests, trust)
    assert (found.unread_notices, found.undelivered_notices) == (2, 1)
    assert (found.overdue_tasks, found.broken_gates, found.ending) == (2, 1, 1)


async def test_a_week_is_told_once_and_the_next_one_again(digests: Digests, trust: OwnTrust) -> None:
    mailbox = FakeMailbox()
    weekly = WeeklyDigests(digests, mailbox)
    told = [await weekly.send(DigestOrder(trust.code, week)) for week in (WEEK, WEEK, "2026-W49")]
    assert told == [True, False, True]
    assert [each.message_id for each in mailbox.posted] == [f"{trust.code}.digest.{w}" for w in (WEEK, "2026-W49")]


async def test_a_mail_server_that_is_away_leaves_the_week_to_be_told(digests: Digests, trust: OwnTrust) -> None:
    mailbox = FakeMailbox(down=True)
    with pytest.raises(OutsideUnavailable):
        await WeeklyDigests(digests, mailbox).send(DigestOrder(trust.code, WEEK))
    mailbox.down = False
    assert await WeeklyDigests(digests, mailbox).send(DigestOrder(trust.code, WEEK))


async def test_a_trust_that_refuses_every_address_is_an_error_for_operations_and_stays_untold(
    digests: Digests, trust: OwnTrust, caplog: pytest.LogCaptureFixture
) -> None:
    refusing = FakeMailbox(refusing={"governance_lead@inbox.invalid"})
    assert not await WeeklyDigests(digests, refusing).send(DigestOrder(trust.code, WEEK))
    assert [each.levelname for each in caplog.records if "nobody in governance" in each.message] == ["ERROR"]
    assert await digests.digest(trust.code, WEEK) is not None


async def test_the_letter_says_counts_and_names_neither_patient_nor_pathway(
    digests: Digests, trust: OwnTrust, anything: asyncpg.Connection
) -> None:
    await a_full_week(anything, trust)
    digest = replace(await week_of(digests, trust), evidence="patency-anchor anchor RXX 1 abc")
    text = "\n\n".join(paragraphs(letter(digest), "http://127.0.0.1:8000"))
    assert "Notices that nobody has acknowledged: 2" in text
    assert "Nobody would be told as: deputy governance lead, medical director." in text
    assert "\npatency-anchor anchor RXX 1 abc\n" in text
    pathway = str(await anything.fetchval("SELECT id FROM pathway WHERE trust = $1", trust.code))
    assert not any(each in text for each in ("Canary", "999", pathway))


async def test_every_trust_is_listed_for_the_worker_alone(pools: dict[str, asyncpg.Pool], digests: Digests) -> None:
    assert {"RXX", "RYY", "SXX"} <= set(await digests.trusts())
    desk = Digests(pools["desk_governance"], load(), CLOCK)
    assert await desk.trusts() == ()
