"""Claiming, releasing, taking over, giving to a colleague, standing in: plain forms, and everybody is told."""

import re

import asyncpg
import pytest

from deploy.local.people import people
from tests.ledger.acting import LedgerOf, opened
from tests.pages.work.conftest import ADDRESS, Colleague, ComingIn, House, listed, rows_of

ONE, TWO = "rxx-vascular-surgeon-1", "rxx-vascular-surgeon-2"
CALLED = {each.id: each.name for each in people()}
TOY = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, escalated_to, why)
SELECT $1, 'RXX', 'mdt_sign_off', n::text, 'vascular_surgeon', 'open', now(), '{}', '' FROM generate_series(1, $2::int) AS n
"""  # noqa: E501 -- one statement


@pytest.fixture
async def work(empty: asyncpg.Connection, ledgers: LedgerOf) -> str:
    """Two signatures that either surgeon of the trust could give."""
    pathway_id = await opened(ledgers)
    await empty.execute(TOY, pathway_id, 2)
    return pathway_id


async def drawn(who: Colleague) -> str:
    """The tasks as the page names them."""
    return listed(await who.get("/my-work"))


async def test_a_claimed_task_is_ones_own_and_can_be_released(work: str, coming_in: ComingIn) -> None:
    del work
    one = await coming_in(ONE)
    page = await one.done("/my-work", claim="0", listed=await drawn(one))
    assert "Yours now: 1." in page.text
    mine = next(row for row in rows_of(page) if "<b>You</b>" in row)
    page = await one.done(
        "/my-work", release=re.findall(r'name="release" value="([^"]*)"', mine)[0], listed=listed(page)
    )
    assert "Released for everyone: 1." in page.text
    assert not any("<b>You</b>" in row for row in rows_of(page))


async def test_who_claims_second_is_told_that_a_colleague_has_it_and_who(work: str, coming_in: ComingIn) -> None:
    del work
    one, two = await coming_in(ONE), await coming_in(TWO)
    late = await drawn(two)
    await one.done("/my-work", claim="0", listed=await drawn(one))
    page = await two.done("/my-work", claim="0", listed=late)
    assert "Not changed, a colleague has it: 1." in page.text
    assert ONE in rows_of(page)[0] + rows_of(page)[1]


async def test_a_task_is_taken_over_from_whom_the_page_named_and_nobody_else(
    work: str, coming_in: ComingIn, empty: asyncpg.Connection
) -> None:
    one, two = await coming_in(ONE), await coming_in(TWO)
    await one.done("/my-work", claim="0", listed=await drawn(one))
    held = next(each for each in (await drawn(two)).split(" ") if each.endswith(ONE))
    other = held.replace(ONE, "somebody-else")
    assert "a colleague has it: 1." in (await two.done("/my-work", take="0", listed=other)).text
    assert "Yours now: 1." in (await two.done("/my-work", take="0", listed=held)).text
    assert await empty.fetchval("SELECT person FROM assignment WHERE pathway_id = $1", work) == TWO


async def test_all_ticked_tasks_are_given_to_a_colleague_at_once(work: str, coming_in: ComingIn) -> None:
    del work
    one = await coming_in(ONE)
    page = await one.done("/my-work", task=["0", "1"], listed=await drawn(one), bulk="assign", to=TWO)
    assert "Given to your colleague: 2." in page.text
    assert len(rows_of(await (await coming_in(TWO)).get("/my-work?whose=mine"))) == 2


async def test_nobody_without_the_role_is_given_a_task(work: str, coming_in: ComingIn) -> None:
    del work
    one = await coming_in(ONE)
    page = await one.done("/my-work", task=["0", "1"], listed=await drawn(one), bulk="assign", to="rxx-ops-1")
    assert "that person does not hold the role today: 2." in page.text


async def test_ticking_nothing_and_choosing_nobody_are_told(work: str, coming_in: ComingIn) -> None:
    del work
    one = await coming_in(ONE)
    assert "Tick the tasks first." in (await one.done("/my-work", bulk="claim")).text
    page = await one.done("/my-work", task=["0", "1"], listed=await drawn(one), bulk="assign", to="")
    assert "Choose a colleague first." in page.text


async def test_the_list_comes_back_as_it_was_asked_for(work: str, coming_in: ComingIn) -> None:
    del work
    one = await coming_in(ONE)
    answer = await one.post("/my-work", claim="0", listed=await drawn(one), back="/my-work?sort=day&whose=nobody")
    assert answer.headers["location"] == "/my-work?sort=day&whose=nobody&said=claimed-1"
    answer = await one.post("/my-work", claim="x", back="https://elsewhere.invalid/?sort=day")
    assert answer.headers["location"] == "/my-work?sort=day&said=gone-1"


@pytest.mark.parametrize("value", ["", "x", "a~b~c~d", "a~b~c~d~e~f", "\u0000~b~c~~", "x~b~c~no-such-role~"])
async def test_what_no_page_wrote_names_no_task(work: str, coming_in: ComingIn, value: str) -> None:
    del work
    page = await (await coming_in(ONE)).done("/my-work", task=["0"], listed=value, bulk="claim")
    assert "Not open any more: 1." in page.text


async def test_a_form_without_the_sessions_own_token_changes_nothing(
    work: str, coming_in: ComingIn, empty: asyncpg.Connection
) -> None:
    one = await coming_in(ONE)
    value = await drawn(one)
    assert (
        await one.browser.post(ADDRESS["front_door"] + "/my-work", {"claim": "0", "listed": value})
    ).status_code == 403
    assert await empty.fetchval("SELECT count(*) FROM assignment WHERE pathway_id = $1", work) == 0


def absence(house: House, **changes: str) -> dict[str, str]:
    today = house.clock.now().date()
    return {
        "to": TWO,
        **{
            f"{which}_{part}": str(getattr(today, part))
            for which in ("first", "last")
            for part in ("day", "month", "year")
        },
        **changes,
    }


async def test_who_stands_in_sees_what_is_assigned_to_whoever_is_away(
    work: str, coming_in: ComingIn, house: House
) -> None:
    del work
    one, two = await coming_in(ONE), await coming_in(TWO)
    await one.done("/my-work", claim="0", listed=await drawn(one))
    assert rows_of(await two.get("/my-work?whose=mine")) == []
    page = await one.done("/my-work/away", **absence(house))
    assert f"{CALLED[TWO]} ({TWO}) stands in for you from" in page.text
    page = await two.get("/my-work?whose=mine")
    assert f"Today you stand in for: {CALLED[ONE]}" in page.text
    (row,) = rows_of(page)
    assert f"<b>for {CALLED[ONE]} (away)</b> <small>{ONE}</small>" in row
    assert f"{CALLED[ONE]} ({ONE}), Vascular surgeon, from" in (await two.get("/my-work/away")).text
    from_on = house.clock.now().date().isoformat()
    page = await one.done("/my-work/away/stop", from_on=from_on)
    assert "stands in for you from" not in page.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to": ""}, "Choose who stands in for you"),
        ({"first_day": "31", "first_month": "2"}, "Enter the first day away"),
        ({"first_day": "", "last_year": "x"}, "Enter the last day away"),
        ({"last_year": "2020"}, "The last day must be today or later"),
        ({"last_year": "2090"}, "An absence lasts at most a year"),
        ({"to": "rxx-ops-1"}, "Both of you need the role"),
    ],
)
async def test_an_absence_that_cannot_be_is_told_at_its_fields(
    coming_in: ComingIn, house: House, changes: dict[str, str], told: str
) -> None:
    page = await (await coming_in(ONE)).post("/my-work/away", **absence(house, **changes))
    assert page.status_code == 422
    assert told in page.text
    assert "<title>Error: " in page.text
