"""F7: a double click, a retry and a second tab are one act. One effect, and the same answer to all of them.

No rule of the pathway refuses here: what is asked is what becomes of a record that is kept, sent many times at once.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from shared.pathway import decide
from tests.ledger.acting import REFERRED_AT
from tests.pages.visitors import House
from tests.service.permissions.operations import Operation
from tests.storms.at_once import HUNDRED, Sent, by, many, said, storm
from tests.storms.writes import RECORDS, another, writing

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("registers_put_back")]

WRITTEN = """
SELECT (SELECT count(*) FROM entry WHERE pathway_id = $1 AND seq > 1) AS entries,
    (SELECT count(*) FROM audit WHERE pathway_id = $1 AND action = 'entered') AS audits,
    (SELECT count(*) FROM audit WHERE pathway_id = $1 AND action NOT IN ('entered', 'opened')) AS others,
    (SELECT count(*) FROM idempotency WHERE pathway_id = $1 AND key = $2) AS keys,
    (SELECT count(*) FROM outbox WHERE pathway_id = $1 AND version <= 2) AS outgoing,
    (SELECT version FROM pathway WHERE id = $1) AS version
"""
ONCE = {"entries": 1, "audits": 1, "others": 0, "keys": 1, "outgoing": 1, "version": 2}


@pytest.fixture(autouse=True)
def nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    silent: Callable[..., tuple[Any, ...]] = lambda *_: ()  # noqa: E731 -- a function in the place of a function
    monkeypatch.setattr(decide, "refusals", silent)


async def effects(anything: asyncpg.Connection, pathway_id: str, sent: Sent) -> dict[str, int]:
    row = await anything.fetchrow(WRITTEN, pathway_id, sent.headers["Idempotency-Key"])
    assert row is not None
    return dict(row)


async def once(house: House, anything: asyncpg.Connection, asked: Operation, count: int) -> None:
    pathway_id, sent = await writing(house, asked)
    desk = house.apps[asked.desk]
    found = said(await storm(desk, *[sent] * count))
    assert [status for status, _body in found] == [200], found
    other = sent.with_body(another(asked, sent.body))
    assert {status for status, _body in said(await storm(desk, other, other))} == {422}
    assert said(await storm(desk, sent)).keys() == found.keys()
    assert await effects(anything, pathway_id, sent) == ONCE


@pytest.mark.parametrize("asked", RECORDS, ids=str)
async def test_every_kind_of_record_sent_many_times_at_once_is_written_once(
    house: House, anything: asyncpg.Connection, asked: Operation
) -> None:
    await once(house, anything, asked, many())


async def test_a_hundred_at_once_are_one(house: House, anything: asyncpg.Connection) -> None:
    await once(house, anything, next(each for each in RECORDS if each.record == "consent"), HUNDRED)


async def test_a_month_later_the_same_key_gets_the_same_answer_and_writes_nothing(
    house: House, anything: asyncpg.Connection
) -> None:
    asked = next(each for each in RECORDS if each.record == "bloods")
    pathway_id, sent = await writing(house, asked)
    desk = house.apps[asked.desk]
    first = said(await storm(desk, sent))
    until = json.dumps({"to": (REFERRED_AT + timedelta(days=31)).isoformat()}).encode()
    moving = by("rxx-referrer-1", f"/api/training/pathways/{pathway_id}/clock", until)
    assert [status for status, _body in said(await storm(house.apps["front_door"], moving))] == [200]
    again = said(await storm(desk, *[sent] * many()))
    assert again.keys() == first.keys()
    assert {status for status, _body in said(await storm(desk, sent.with_body(another(asked, sent.body))))} == {422}
    written = await effects(anything, pathway_id, sent)
    assert (written["entries"], written["keys"], written["audits"]) == (1, 1, 1)
