"""Orders and filters when clocks differ, and tasks of kinds that nobody has put into words."""

import asyncpg

from tests.forms import referral as referral_form
from tests.forms.filled import london
from tests.ledger.acting import OPS, TRUST, LedgerOf, kept, opened
from tests.pages.work.conftest import ComingIn, rows_of

TRIAGE = "rxx-triage-clinician-1"
UNKNOWN = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, escalated_to, why)
VALUES ($1, 'RXX', 'never_heard_of', '', 'triage_clinician', 'open', now(), '{}', '')
"""


async def test_who_is_furthest_in_the_fourteen_days_by_their_own_clock_comes_first(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    early = await opened(ledgers, referral=referral_form.referral(presentation_at=london("2026-03-01T10:15")))
    late = await opened(ledgers)
    by_day = await coming_in(TRIAGE)
    assert early in rows_of(await by_day.get("/my-work?sort=day"))[0]
    kept(await ledgers("desk_front_door").advance_clock(TRUST, late, london("2026-03-14T12:00"), OPS))
    assert late in rows_of(await by_day.get("/my-work?sort=day"))[0]


async def test_overdue_is_what_is_late_by_the_pathways_own_clock(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    late = await opened(ledgers)
    await opened(ledgers)
    kept(await ledgers("desk_front_door").advance_clock(TRUST, late, london("2026-03-14T12:00"), OPS))
    (row,) = rows_of(await (await coming_in(TRIAGE)).get("/my-work?overdue=1"))
    assert late in row


async def test_the_filters_in_force_stand_in_one_line_above_the_folded_form(coming_in: ComingIn) -> None:
    page = (await (await coming_in(TRIAGE)).get("/my-work?sort=day&side=left&overdue=1")).text
    summary = page.partition('<details class="nhsuk-details work-narrow">')[2].partition("</summary>")[0]
    assert "Sort by: Day of 14. Leg: LEFT. Overdue only" in summary
    assert '<select class="nhsuk-select" id="sort"' in page.partition("</summary>")[2].partition("</details>")[0]


async def test_a_task_of_an_unknown_kind_is_a_line_that_leads_to_its_case(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    pathway_id = await opened(ledgers)
    await empty.execute(UNKNOWN, pathway_id)
    row = rows_of(await (await coming_in(TRIAGE)).get("/my-work"))[-1]
    assert f'/pathways/{pathway_id}">A further task: open the case</a>' in row
