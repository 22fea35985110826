"""The pages of figures on a real PostgreSQL: true to the entries, one click from each case, no small numbers."""

import csv
import io
import json
import re
from typing import Any

import asyncpg
import pytest

from shared.compliance.figures import figures
from shared.ledger.compliance import Period
from shared.pathway.people import Role, Signature
from tests.compliance import by_hand
from tests.compliance.agreement import figures as policy_figures
from tests.forms import the_day
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, act, person
from tests.ledger.acting import kept as accepted
from tests.pages.stories import WARD, offered, prepared, treated
from tests.pages.visitors import House, main_of

LEAD, AUDITOR = person(Role.GOVERNANCE_LEAD), person(Role.AUDITOR)
MONTHS = "from=2025-01&to=2027-12"
PERIOD = Period(london("2025-01-01T00:00").date(), london("2028-01-01T00:00").date())


async def page_of(house: House, who: Signature, path: str, status: int = 200, trust: str = "RXX") -> str:
    page = await (await house.visitor(who, trust)).get(f"{house.urls['governance']}{path}")
    assert page.status_code == status, page.text
    return page.text if path.startswith("/compliance/csv") else " ".join(main_of(page).split())


async def kept(anything: asyncpg.Connection) -> dict[str, list[dict[str, Any]]]:
    """Every entry of the trust as it lies in the database, by pathway; of those that have figures."""
    rows = await anything.fetch(
        "SELECT pathway_id::text AS pathway, seq, at, by_person, by_role, kind, record::text AS record,"
        " facts::text AS facts FROM entry JOIN compliance USING (pathway_id, trust)"
        " WHERE trust = 'RXX' ORDER BY pathway_id, seq"
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        entry = {"seq": row["seq"], "at": row["at"].isoformat(), "person": row["by_person"], "role": row["by_role"]}
        entry |= {"kind": row["kind"], "record": json.loads(row["record"]), "facts": json.loads(row["facts"])}
        found.setdefault(row["pathway"], []).append(entry)
    return found


async def test_the_figures_are_those_worked_out_from_the_entries_that_are_kept(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    await anything.execute("DELETE FROM compliance")  # other tests write entries that no rule has seen
    await treated(ledger_of)
    await offered(ledger_of)
    policy = policy_figures()
    rows = [by_hand.row(entries, pathway, policy) for pathway, entries in (await kept(anything)).items()]
    standings = await house.receptions["governance"].compliance.standings("RXX", LEAD, PERIOD)
    for name, figure in figures(standings).items():
        said = [row["verdicts"].get(name) for row in rows if row and row["considered_on"].startswith("2026")]
        assert (figure.yes, figure.no, figure.open) == tuple(said.count(each) for each in ("yes", "no", "open")), name
    assert figures(standings)["told_before"].yes >= 1
    told = figures(standings)["told_before"]
    assert f"{told.yes} of {told.known}" in await page_of(house, LEAD, f"/compliance?{MONTHS}")


async def test_an_exception_is_one_click_from_its_case_and_names_no_patient(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await treated(ledger_of)
    page = await page_of(house, LEAD, f"/compliance/measures/registered?{MONTHS}&said=open")
    while f"/pathways/{pathway_id}" not in page:  # the newest of this day may be on a later page
        onward = page.split("More cases")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        page = await page_of(house, LEAD, onward)
    assert "Synthetic" not in page


@pytest.mark.parametrize("path", ["/compliance/1.2", "/compliance/1.4", "/compliance/3.3", "/compliance/YR3"])
async def test_each_paragraph_has_its_page(house: House, ledger_of: LedgerOf, path: str) -> None:
    await prepared(ledger_of)
    assert "Which months?" in await page_of(house, AUDITOR, f"{path}?{MONTHS}")


async def test_another_trust_sees_none_of_it(house: House, ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    await anything.execute("DELETE FROM compliance WHERE trust = 'RYY'")
    pathway_id = await treated(ledger_of)
    theirs = Signature(LEAD.person.replace("rxx", "ryy"), LEAD.role)
    page = await page_of(house, theirs, f"/compliance/measures/registered?{MONTHS}&said=open", trust="RYY")
    assert pathway_id not in page
    assert not await house.receptions["governance"].compliance.standings("RYY", theirs, PERIOD)


@pytest.mark.parametrize("asked", ["from=2026-13&to=2026-01", "from=%3Cscript%3E&to=", "from=2026-05&to=2026-04"])
async def test_months_that_cannot_be_are_an_error_and_are_not_echoed(house: House, asked: str) -> None:
    page = await page_of(house, LEAD, f"/compliance?{asked}", status=422)
    assert re.search('href="#(from|to)"', page)
    assert "<script>" not in page
    assert "From considered to followed up" not in page  # figures of other months would be taken for the answer


@pytest.mark.parametrize("path", ["/compliance/1.2", "/compliance/measures/registered", "/compliance/csv/measures"])
async def test_months_in_the_wrong_order_stay_as_typed_beside_their_error_on_every_page(
    house: House, path: str
) -> None:
    page = main_of(await (await house.visitor(LEAD)).get(f"{house.urls['governance']}{path}?from=2026-05&to=2026-04"))
    assert 'id="from-error"' in page
    assert re.search(r'id="from"[^>]*value="2026-05"', page)
    assert re.search(r'id="to"[^>]*value="2026-04"', page)
    assert "app-figures" not in page


async def test_the_month_that_cannot_be_read_is_the_one_that_is_asked_for_again(house: House) -> None:
    page = await page_of(house, LEAD, "/compliance?from=2026-05&to=soon", status=422)
    assert 'href="#to"' in page
    assert 'id="to-error"' in page
    assert 'value="2026-05"' in page


@pytest.mark.parametrize("path", ["/compliance/9.9", "/compliance/measures/nothing", "/compliance/csv/nothing"])
async def test_what_has_no_figures_is_not_there(house: House, path: str) -> None:
    await page_of(house, LEAD, path, status=404)


async def test_a_place_that_no_page_gave_is_not_there(house: House) -> None:
    await page_of(house, LEAD, "/compliance/measures/registered?after=abc", status=404)


async def test_figures_are_for_governance_and_oversight_only(house: House) -> None:
    await page_of(house, person(Role.PROCEDURALIST), "/compliance", status=403)


async def test_a_download_holds_no_small_number_and_every_code_is_in_its_codebook(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    await anything.execute("DELETE FROM compliance")  # as many as other tests left would be no small number
    await treated(ledger_of)
    rows = list(csv.DictReader(io.StringIO(await page_of(house, LEAD, f"/compliance/csv/measures?{MONTHS}"))))
    counts = {row["count"] for row in rows}
    assert "hidden" in counts
    assert not counts & {"1", "2", "3", "4"}
    book = list(csv.DictReader(io.StringIO(await page_of(house, LEAD, "/compliance/csv/codebook"))))
    known = {row["code"] for row in book}
    assert {row["row"] for row in rows if row["table"] == "measure"} <= known
    assert {row["column"] for row in rows} <= known


async def test_a_row_is_as_secret_as_its_pathway(anything: asyncpg.Connection, ledger_of: LedgerOf) -> None:
    pathway_id = await treated(ledger_of)
    question = "SELECT facts::text FROM compliance_facts WHERE pathway_id::text = $1"
    row = await anything.fetchval(question, pathway_id)
    assert "Synthetic" not in row
    assert re.search(r"\b999\d{7}\b|1979-11-20", row) is None


async def test_an_entry_that_changes_no_fact_leaves_the_row_untouched(
    anything: asyncpg.Connection, ledger_of: LedgerOf
) -> None:
    pathway_id = await prepared(ledger_of)
    question = "SELECT xmin::text FROM compliance WHERE pathway_id::text = $1"
    before = await anything.fetchval(question, pathway_id)
    accepted(await ledger_of("desk_referral").enter(act(pathway_id, the_day.bloods(), WARD)))
    assert await anything.fetchval(question, pathway_id) == before


async def test_paragraphs_stand_in_the_order_of_the_guidance_each_with_its_subject(house: House) -> None:
    page = await page_of(house, LEAD, f"/compliance?{MONTHS}")
    found = re.findall(r'<h2 class="nhsuk-heading-m"><a [^>]*>((?:Paragraph|Your responsibility) [^<]*)</a>', page)
    assert found[0] == "Paragraph 1.1: which patients, under which arrangements"
    numbered = [each for each in found if each.startswith("Paragraph")]
    assert numbered == sorted(numbered)
    assert found[-1] == "Your responsibility 4: the environment"


async def test_a_measure_that_nobody_falls_under_says_none_yet(house: House, anything: asyncpg.Connection) -> None:
    await anything.execute("DELETE FROM compliance")
    page = await page_of(house, LEAD, f"/compliance?{MONTHS}")
    assert "None yet" in page
    assert "0 of 0" not in page
