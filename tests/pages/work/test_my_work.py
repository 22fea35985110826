"""The worklist: whose leg, which side, which day, what is asked, until when; filters, order, pages, who sees whom."""

import re

import asyncpg
import httpx
import pytest

from shared.ledger import Opening
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from tests.forms import referral as referral_form
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, kept, opening, patient, signed
from tests.pages.work.conftest import ComingIn, rows_of

TRIAGE = "rxx-triage-clinician-1"
LEAD = "rxx-governance-lead-1"
MANY = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, due_at, escalated_to, why)
SELECT $1, 'RXX', 'classification', n::text, 'triage_clinician', 'open', now(), '2026-01-01', '{}', ''
FROM generate_series(1, $2::int) AS n
"""


async def refer(ledgers: LedgerOf, **changes: object) -> tuple[str, Opening]:
    asked = opening(**changes)
    return kept(await ledgers("desk_referral").open_pathway(asked)).pathway_id, asked


async def test_a_line_says_whose_leg_which_side_which_day_what_is_asked_and_until_when(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    pathway_id, asked = await refer(ledgers, patient=patient(name="Walker, Synthetic"))
    (row,) = rows_of(await (await coming_in(TRIAGE)).get("/my-work"))
    number = asked.patient.number
    assert f"WALKER, Synthetic</a> <small>{number[:3]} {number[3:6]} {number[6:]}" in row
    assert "LEFT leg" in row
    assert "Day 1 of 14" in row
    assert "Usual pathway" in row
    assert f'href="http://127.0.0.1:8001/pathways/{pathway_id}/classification">Classify each leg' in row
    assert f'href="/pathways/{pathway_id}"' in row
    assert "Due" in row


async def test_a_governance_lead_sees_pathways_and_no_patient(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    pathway_id = await signed(ledgers)
    page = await (await coming_in(LEAD)).get("/my-work")
    (row,) = rows_of(page)
    assert pathway_id[:4].upper() in row
    assert "Synthetic Alpha" not in page.text
    assert not re.search(r"999 \d{3} \d{4}|999\d{7}", page.text)


async def test_another_trust_sees_nothing(empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn) -> None:
    del empty
    await refer(ledgers)
    page = await (await coming_in("ryy-triage-clinician-1")).get("/my-work")
    assert rows_of(page) == []
    assert "There is no open task here." in page.text


async def test_a_filter_that_nothing_fits_says_how_much_is_open_without_it(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    reader = await coming_in(TRIAGE)
    assert "No task fits this filter, and none is open." in (await reader.get("/my-work?side=right")).text
    assert "There is no open task here." in (await reader.get("/my-work?sort=day")).text
    await refer(ledgers)
    last = await empty.fetchval("SELECT max(id) FROM audit")
    page = await reader.get("/my-work?side=right")
    assert 'No task fits this filter. 1 task is open. <a href="/my-work">Show all</a>' in page.text
    assert await empty.fetchval("SELECT count(*) FROM audit WHERE id > $1 AND action = 'read'", last) == 0


async def test_in_training_each_line_has_the_date_of_its_own_clock(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    await refer(ledgers)
    page = await (await coming_in(TRIAGE)).get("/my-work")
    assert "each pathway has a clock of its own" in page.text
    (row,) = rows_of(page)
    assert re.search(r"<small>Now \d+ \w+ \d{4}</small>", row)


async def test_one_search_and_each_identity_shown_are_audited(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    first, second = (await refer(ledgers))[0], (await refer(ledgers))[0]
    reader = await coming_in(TRIAGE)
    last = await empty.fetchval("SELECT max(id) FROM audit")
    await reader.get("/my-work")
    told = await empty.fetch("SELECT action, pathway_id::text, kind FROM audit WHERE id > $1", last)
    assert sorted((each["action"], each["pathway_id"] or "", each["kind"]) for each in told) == sorted(
        [("read", first, "patient"), ("read", second, "patient"), ("searched", "", "triage_clinician")]
    )


async def test_filters_leave_what_fits(empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn) -> None:
    del empty
    right, _ = await refer(
        ledgers,
        referral=referral_form.referral(referral_form.limb(Side.RIGHT), urgency=Urgency.URGENT_24H),
    )
    left, _ = await refer(ledgers)
    reader = await coming_in(TRIAGE)

    async def seen(query: str) -> set[str]:
        rows = rows_of(await reader.get(f"/my-work?{query}"))
        return {each for each in (right, left) if any(each in row for row in rows)}

    assert await seen("side=right") == {right}
    assert await seen("urgency=urgent_24h") == {right}
    assert await seen("urgency=routine_urgent") == {left}
    assert await seen("whose=nobody") == {left, right}
    assert await seen("whose=mine") == set()
    assert await seen("overdue=1") == set()
    assert await seen("side=upwards&urgency=<script>&sort=name") == {left, right}


@pytest.mark.parametrize(
    ("sort", "first"), [("due", "right"), ("urgency", "right"), ("day", "left")], ids=["due", "urgency", "day"]
)
async def test_the_order_is_what_was_asked_for(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn, sort: str, first: str
) -> None:
    del empty
    urgent = referral_form.referral(referral_form.limb(Side.RIGHT), urgency=Urgency.URGENT_24H)
    older = referral_form.referral(presentation_at=london("2026-03-01T10:15"))
    found = {"right": (await refer(ledgers, referral=urgent))[0], "left": (await refer(ledgers, referral=older))[0]}
    rows = rows_of(await (await coming_in(TRIAGE)).get(f"/my-work?sort={sort}"))
    assert len(rows) == 2
    assert found[first] in rows[0]


async def test_a_number_is_searched_for_without_standing_in_an_address(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    pathway_id, asked = await refer(ledgers)
    other, _ = await refer(ledgers)
    reader = await coming_in(TRIAGE)
    number = asked.patient.number
    page = await reader.post("/my-work/find", find=f"{number[:3]} {number[3:6]} {number[6:]}")
    assert page.status_code == 200
    (row,) = rows_of(page)
    assert pathway_id in row
    assert other not in page.text
    assert not any(number in each for each in re.findall(r'(?:href|action|connect)="([^"]*)"', page.text))


async def test_a_reference_leads_to_its_tasks(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    pathway_id, _ = await refer(ledgers)
    await refer(ledgers)
    page = await (await coming_in(TRIAGE)).done("/my-work/find", find=f" {pathway_id[:4].upper()}-{pathway_id[4:8]}")
    (row,) = rows_of(page)
    assert pathway_id in row


@pytest.mark.parametrize("typed", ["", "999 651 001", "9996510019", "<b>", "3f2a9c1"])
async def test_what_is_no_number_and_no_reference_is_told_at_the_field(coming_in: ComingIn, typed: str) -> None:
    page = await (await coming_in(TRIAGE)).post("/my-work/find", find=typed)
    assert page.status_code == 422
    assert "<title>Error: My work" in page.text
    assert 'href="#find"' in page.text
    assert "<b>" not in page.text.partition('id="find"')[2].partition(">")[0]


async def test_a_governance_lead_does_not_search_by_number(ledgers: LedgerOf, coming_in: ComingIn) -> None:
    _, asked = await refer(ledgers)
    page = await (await coming_in(LEAD)).post("/my-work/find", find=asked.patient.number)
    assert page.status_code == 422
    assert "Enter a pathway reference such as" in page.text


async def pages_of(reader_get: object, first: httpx.Response) -> list[list[str]]:
    found, page = [rows_of(first)], first
    while onward := re.search(r'<a href="([^"]*)" rel="next"', page.text):
        page = await reader_get(onward[1].replace("&amp;", "&"))  # type: ignore[operator]  # a bound method
        found.append(rows_of(page))
    return found


@pytest.mark.parametrize("sort", ["due", "day", "urgency"])
async def test_pages_follow_one_another_without_gap_or_repetition(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn, sort: str
) -> None:
    pathway_id, _ = await refer(ledgers)
    await empty.execute(MANY, pathway_id, 119)
    reader = await coming_in(TRIAGE)
    pages = await pages_of(reader.get, await reader.get(f"/my-work?sort={sort}"))
    assert [len(each) for each in pages] == [40, 40, 40]
    named = [re.findall(r'name="listed" value="([^"]*)"', page[0])[0] for page in pages]
    assert len(set(" ".join(named).split(" "))) == 120


async def test_a_place_that_no_page_gave_leads_to_the_first_page(coming_in: ComingIn) -> None:
    answer = await (await coming_in(TRIAGE)).get("/my-work?sort=day&after=bm90aGluZw==")
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-work?sort=day")


async def test_forty_lines_are_less_than_50_kilobytes(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    pathway_id, _ = await refer(ledgers, patient=patient(name="Walker-Thompson, Synthetic Bartholomew"))
    await empty.execute(MANY, pathway_id, 60)
    page = await (await coming_in(TRIAGE)).get("/my-work")
    assert len(rows_of(page)) == 40
    assert len(page.content) < 50_000


async def test_who_is_signed_out_comes_back_after_signing_in(coming_in: ComingIn) -> None:
    nobody = await coming_in(TRIAGE)
    nobody.browser.cookies.clear()
    answer = await nobody.get("/my-work?sort=day")
    assert answer.status_code == 303
    assert "return_to=http%3A%2F%2F127.0.0.1%3A8000%2Fmy-work%3Fsort%3Dday" in answer.headers["location"]


async def test_ops_has_no_worklist(coming_in: ComingIn) -> None:
    assert (await (await coming_in("rxx-ops-1")).get("/my-work")).status_code == 403


async def test_the_front_page_leads_to_work(coming_in: ComingIn) -> None:
    assert (await (await coming_in(TRIAGE)).get("/")).headers["location"] == "/my-work"


async def test_text_in_a_task_is_text(empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn) -> None:
    pathway_id, _ = await refer(ledgers)
    await empty.execute("UPDATE task SET why = '<img src=x onerror=alert(1)>' WHERE pathway_id = $1", pathway_id)
    page = await (await coming_in(TRIAGE)).get("/my-work")
    assert "<img src=x" not in page.text
    assert "&lt;img" in page.text
