"""The governance inbox: what was sent, what came back, who has read it; and no patient anywhere."""

import re
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from services.pages.inbox.notices import MOST
from shared.ledger.drafts import Whose
from tests.ledger.acting import LedgerOf, signed
from tests.pages.work.conftest import Colleague, ComingIn, House

LEAD, DEPUTY = "rxx-governance-lead-1", "rxx-deputy-governance-lead-1"
GOVERNANCE = "governance"
TYPED = "The device is new to us"
REMINDED = """
INSERT INTO notice (pathway_id, trust, dispatch, number, about, role, reason, owed_at, sent_at, failed_at)
SELECT pathway_id, trust, 'n1-acknowledge-governance_lead', number, about, role, 'reminder', owed_at,
    '2026-03-11T14:00Z', '2026-03-11T14:05Z' FROM notice
"""
REPORT = "UPDATE notice SET {} = now() WHERE pathway_id = $1"


@pytest.fixture
async def noticed(anything: asyncpg.Connection, ledgers: LedgerOf) -> str:
    """A pathway that governance has to be told of, the only one with a notice."""
    await anything.execute("DELETE FROM notice")
    return await signed(ledgers)


def form_of(page: httpx.Response, pathway_id: str) -> dict[str, str]:
    form = page.text.partition(f'action="/inbox/{pathway_id}"')[2].partition("</form>")[0]
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("key", "notice")}


async def inbox(who: Colleague) -> httpx.Response:
    return await who.get("/inbox", desk=GOVERNANCE)


async def test_a_notice_says_which_pathway_which_side_and_that_nobody_has_read_it(
    noticed: str, coming_in: ComingIn
) -> None:
    page = await inbox(await coming_in(LEAD))
    assert f"Pathway {noticed[:4].upper()}-{noticed[4:8].upper()}" in page.text
    assert "LEFT leg" in page.text
    assert "Not acknowledged yet" in page.text
    assert "Synthetic Alpha" not in page.text
    assert not re.search(r"999 ?\d{3} ?\d{4}", page.text)


@pytest.mark.parametrize(("column", "told"), [("failed_at", "Came back"), ("delivered_at", "nhsuk-tag--green")])
async def test_what_became_of_a_sending_is_shown(
    noticed: str, coming_in: ComingIn, anything: asyncpg.Connection, column: str, told: str
) -> None:
    await anything.execute(REPORT.format(column), noticed)
    page = (await inbox(await coming_in(LEAD))).text
    assert told in page
    assert "Not sent yet</span></summary>" not in page


@pytest.mark.usefixtures("noticed")
async def test_sendings_are_one_line_below_the_button_and_a_reminded_notice_is_overdue(
    coming_in: ComingIn, anything: asyncpg.Connection
) -> None:
    await anything.execute("UPDATE notice SET sent_at = '2026-03-05T14:45Z', delivered_at = '2026-03-05T14:46Z'")
    first = (await inbox(await coming_in(LEAD))).text
    assert "Sent on 5 March 2026, 14:45: 1 delivered" in first
    assert "Overdue" not in first
    await anything.execute(REMINDED)
    page = (await inbox(await coming_in(LEAD))).text
    assert "Sent 2 times, last on 11 March 2026, 14:00: 1 delivered, 1 came back" in page
    assert "Overdue: a reminder was sent" in page
    assert page.index("I have read this") < page.index("Sent 2 times")


async def test_an_acknowledgement_is_kept_once_however_often_it_is_sent(
    noticed: str, coming_in: ComingIn, anything: asyncpg.Connection
) -> None:
    lead = await coming_in(LEAD)
    form = form_of(await inbox(lead), noticed)
    for _ in range(2):
        page = await lead.done(f"/inbox/{noticed}", desk=GOVERNANCE, comment="Seen", **form)
        assert "Your acknowledgement is kept." in page.text
        assert "by Training Governance Lead 1</span>" in page.text
        assert LEAD not in page.text
    kept = "SELECT record ->> 'comment' FROM entry WHERE pathway_id = $1 AND kind = 'governance_acknowledgement'"
    assert [row[0] for row in await anything.fetch(kept, noticed)] == ["Seen"]


async def test_who_comes_second_is_told_that_it_was_acknowledged(noticed: str, coming_in: ComingIn) -> None:
    lead, deputy = await coming_in(LEAD), await coming_in(DEPUTY)
    late = form_of(await inbox(deputy), noticed)
    await lead.done(f"/inbox/{noticed}", desk=GOVERNANCE, **form_of(await inbox(lead), noticed))
    page = await deputy.post(f"/inbox/{noticed}", desk=GOVERNANCE, **late)
    assert page.status_code == 422
    assert "acknowledged already" in page.text
    assert "<title>Error: " in page.text


@pytest.mark.parametrize("changes", [{"notice": ""}, {"notice": "x"}, {"key": ""}, {"comment": "\u0007"}])
async def test_what_cannot_be_read_is_not_kept(
    noticed: str, coming_in: ComingIn, anything: asyncpg.Connection, changes: dict[str, str]
) -> None:
    lead = await coming_in(LEAD)
    form = form_of(await inbox(lead), noticed)
    page = await lead.post(f"/inbox/{noticed}", desk=GOVERNANCE, **{**form, **changes})
    assert page.status_code == 422
    count = "SELECT count(*) FROM entry WHERE pathway_id = $1 AND kind = 'governance_acknowledgement'"
    assert await anything.fetchval(count, noticed) == 0


async def test_what_was_typed_stays_when_it_is_refused(noticed: str, coming_in: ComingIn) -> None:
    lead = await coming_in(LEAD)
    form = form_of(await inbox(lead), noticed)
    page = await lead.post(f"/inbox/{noticed}", desk=GOVERNANCE, **{**form, "comment": TYPED, "key": ""})
    assert page.status_code == 422
    assert TYPED in page.text


async def test_what_was_typed_is_there_again_after_signing_in_and_gone_once_it_is_kept(
    noticed: str, coming_in: ComingIn, house: House
) -> None:
    lead = await coming_in(LEAD)
    form = form_of(await inbox(lead), noticed)
    house.clock.pass_by(minutes=20)
    turned_away = await lead.post(f"/inbox/{noticed}", desk=GOVERNANCE, comment=TYPED, **form)
    assert turned_away.headers["location"].endswith(quote(f"/inbox/{noticed}", safe=""))
    again = await coming_in(LEAD)
    page = await again.get(f"/inbox/{noticed}", desk=GOVERNANCE)
    assert page.status_code == 200
    assert TYPED in page.text
    await again.done(f"/inbox/{noticed}", desk=GOVERNANCE, comment=TYPED, **form_of(page, noticed))
    drafts = house.receptions[GOVERNANCE].drafts
    assert await drafts.load(Whose("RXX", LEAD, noticed, "governance_acknowledgement")) is None


async def test_an_empty_inbox_says_so(anything: asyncpg.Connection, coming_in: ComingIn) -> None:
    await anything.execute("DELETE FROM notice")
    assert "Every notice has been acknowledged." in (await inbox(await coming_in(LEAD))).text


async def test_clinicians_and_other_trusts_have_no_part_in_it(noticed: str, coming_in: ComingIn) -> None:
    assert (await inbox(await coming_in("rxx-vascular-surgeon-1"))).status_code == 403
    assert noticed not in (await inbox(await coming_in("ryy-governance-lead-1"))).text


async def test_what_does_not_fit_on_a_page_is_on_the_next_and_a_task_leads_to_its_own_notice(
    noticed: str, coming_in: ComingIn, ledgers: LedgerOf
) -> None:
    everything = {noticed, *[await signed(ledgers) for _ in range(MOST)]}
    lead = await coming_in(LEAD)
    first = named(await inbox(lead))
    assert len(first) == MOST
    onward = named(await lead.get("/inbox?page=2", desk=GOVERNANCE))
    assert first | onward == everything
    assert named(await lead.get(f"/inbox?pathway={min(onward)}", desk=GOVERNANCE)) == onward


def named(page: httpx.Response) -> set[str]:
    return set(re.findall(r'action="/inbox/([0-9a-f-]{36})"', page.text))
