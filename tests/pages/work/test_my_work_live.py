"""A list that is left open changes by itself, says nothing to who is signed out, and keeps nobody signed in."""

import asyncio

import asyncpg
import pytest

from tests.ledger.acting import LedgerOf, opened
from tests.pages.work.conftest import ADDRESS, ComingIn, House, listed
from tests.pages.work.listening import PATIENCE_S, address_of, lines, listening, still_here

TRIAGE = "rxx-triage-clinician-1"


async def test_a_new_task_appears_on_a_list_that_is_open(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    del empty
    reader = await coming_in(TRIAGE)
    async with listening(house, reader, await address_of(reader)) as stream:
        await stream.until(still_here)
        pathway_id = await opened(ledgers)
        told = await stream.until(lines)
    assert f"{pathway_id}/classification" in told
    assert "Synthetic Alpha" in told
    assert all(line.startswith("data: ") for line in told.strip().splitlines())


async def test_a_claim_appears_on_the_lists_of_colleagues(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    del empty
    await opened(ledgers)
    reader, claimer = await coming_in(TRIAGE), await coming_in(TRIAGE)
    async with listening(house, reader, await address_of(reader)) as stream:
        await stream.until(still_here)
        await claimer.done("/my-work", claim="0", listed=listed(await claimer.get("/my-work")))
        assert "<b>You</b>" in await stream.until(lines)


async def test_what_a_filter_leaves_out_is_no_news(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    reader = await coming_in(TRIAGE)
    async with listening(house, reader, await address_of(reader, "/my-work?side=right")) as stream:
        await stream.until(still_here)
        last = await empty.fetchval("SELECT max(id) FROM audit")
        await opened(ledgers)
        await stream.until(still_here)
    assert await empty.fetchval("SELECT count(*) FROM audit WHERE id > $1 AND action = 'searched'", last) == 0


async def test_what_changed_between_drawing_and_listening_is_told_at_once(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    del empty
    reader = await coming_in(TRIAGE)
    address = await address_of(reader)
    pathway_id = await opened(ledgers)
    async with listening(house, reader, address) as stream:
        assert pathway_id in await stream.until(lines)


async def test_another_trusts_work_wakes_nobody(house: House, coming_in: ComingIn) -> None:
    await coming_in(TRIAGE)
    app = house.desks[ADDRESS["front_door"]]
    reader = await coming_in(TRIAGE)
    async with listening(house, reader, await address_of(reader)) as stream:
        await stream.until(still_here)
        bell = app.state.bell
        with bell.waiting("RYY") as theirs, bell.waiting("RXX") as ours:
            bell._heard(None, 0, "work", "RXX")
            assert ours.is_set()
            assert not theirs.is_set()


async def test_a_session_that_is_over_ends_the_stream(
    empty: asyncpg.Connection, ledgers: LedgerOf, house: House, coming_in: ComingIn
) -> None:
    del empty
    reader = await coming_in(TRIAGE)
    async with listening(house, reader, await address_of(reader)) as stream:
        await stream.until(still_here)
        house.clock.pass_by(minutes=20)
        await opened(ledgers)
        assert await stream.until(lambda part: not still_here(part)) == "event: ended\ndata:\n\n"
        await asyncio.wait_for(stream.over.wait(), PATIENCE_S)


@pytest.mark.parametrize("cookie", ["", "x" * 43])
async def test_who_is_signed_out_is_told_that_it_has_ended(house: House, coming_in: ComingIn, cookie: str) -> None:
    nobody = await coming_in(TRIAGE)
    nobody.browser.cookies = {"patency": cookie} if cookie else {}
    answer = await nobody.get("/my-work/live", Accept="text/event-stream")
    assert (answer.status_code, answer.text) == (200, "event: ended\ndata:\n\n")
    assert answer.headers["content-type"].startswith("text/event-stream")
    del house


async def test_listening_does_not_keep_a_session_alive(house: House, coming_in: ComingIn) -> None:
    reader = await coming_in(TRIAGE)
    address = await address_of(reader)
    house.clock.pass_by(minutes=10)
    async with listening(house, reader, address) as stream:
        await stream.until(still_here)
    house.clock.pass_by(minutes=6)
    assert (await reader.get("/my-work")).status_code == 303
