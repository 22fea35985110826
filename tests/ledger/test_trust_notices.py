"""Governance hears once, for each rung, that its trust's authorisation is ending (T-AUTH)."""

from datetime import date, datetime, timedelta

import asyncpg
import pytest

from activities.ports import Letter, OutsideUnavailable
from activities.warn_governance import warn
from shared.ledger.trust_notices import TrustNotices
from shared.policy import load
from tests.forms.filled import london

LAST_DAY = date(2030, 12, 31)  # of RXX and RYY
TRAINING = {"RXX", "RYY"}


@pytest.fixture(autouse=True)
async def nobody_was_told(anything: asyncpg.Connection) -> None:
    await anything.execute("DELETE FROM trust_notice")


class Standing:
    """A clock that stands still."""

    def __init__(self, wall: str) -> None:
        self.at = london(wall)

    def now(self) -> datetime:
        return self.at


class Postbox:
    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.letters: list[Letter] = []

    async def post(self, letter: Letter) -> int:
        if self.away:
            raise OutsideUnavailable("away")
        if letter.trust in TRAINING:  # other tests have trusts of their own
            self.letters.append(letter)
        return len(letter.addresses)


def at(pools: dict[str, asyncpg.Pool], days_before: int) -> TrustNotices:
    day = LAST_DAY - timedelta(days=days_before)
    return TrustNotices(pools["patency_worker"], load(), Standing(f"{day}T08:00"))


async def test_each_rung_is_told_once_to_every_trust(pools: dict[str, asyncpg.Pool]) -> None:
    postbox = Postbox()
    for days_before in (61, 60, 59, 30, 0):
        await warn(at(pools, days_before), postbox)
    assert [each.trust for each in postbox.letters] == ["RXX", "RYY"] * 3
    assert len({each.message_id for each in postbox.letters}) == 6
    assert {each.pathway_id for each in postbox.letters} == {""}


async def test_a_mail_server_that_is_away_leaves_it_owed(pools: dict[str, asyncpg.Pool]) -> None:
    long_over = at(pools, -400)
    before = await long_over.owed()
    await warn(long_over, Postbox(away=True))
    assert [each.trust for each in before if each.trust in TRAINING] == ["RXX", "RYY"]
    assert await long_over.owed() == before
