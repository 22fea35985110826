"""The paper sheets in advance, and writing one up afterwards: the ordinary form, then that it was on paper first."""

import re
from datetime import timedelta

import pytest

from shared.documents.sheets import kinds_on_paper
from shared.pathway.back_entry import BackEntered
from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from tests.ledger.acting import LedgerOf, person
from tests.pages.stories import FRONT, LEAD, TAKER, entries, prepared
from tests.pages.visitors import House, Visitor, links, main_of


async def test_sheets_are_printed_in_advance_without_a_patient(house: House) -> None:
    reader = await house.visitor(LEAD)

    page = await reader.get(f"{FRONT}/downtime")
    assert "/downtime/all/pdf" in links(page).values()
    assert links(page)["Take consent"] == "/downtime/consent/pdf"
    text = main_of(page)
    headings = [text.index(f">{each}<") for each in ("In an emergency", "Before the procedure", "Afterwards")]
    assert headings == sorted(headings)
    assert text.index("/downtime/break_glass/pdf") < text.index("/downtime/consent/pdf")
    listed = re.findall(r'href="/downtime/([a-z_]+)/pdf"', text.partition("In an emergency")[2])
    assert sorted(listed) == sorted(each.name for each in kinds_on_paper(KINDS.values()))
    answer = await reader.get(f"{FRONT}/downtime/consent_withdrawn/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"] == 'attachment; filename="pmt-paper-sheet-consent-withdrawn.pdf"'


@pytest.mark.parametrize("kind", ["nothing", "timer_fired", "document_issued"])
async def test_there_is_no_sheet_for_what_no_clinician_writes(house: House, kind: str) -> None:
    assert (await (await house.visitor(LEAD)).get(f"{FRONT}/downtime/{kind}/pdf")).status_code == 404


async def test_nobody_prints_sheets_without_signing_in(house: House) -> None:
    for rest in ("", "/all/pdf"):
        answer = await Visitor(house, "", "").get(f"{FRONT}/downtime{rest}")
        assert answer.status_code == 303
        assert "/sign-in?" in answer.headers["location"]


async def test_a_paper_sheet_is_written_up_in_two_steps(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    moment = await ledger_of("desk_front_door").look("RXX", pathway_id)
    assert moment is not None
    mine = next(each for each in moment.pathway.entries if each.by == TAKER)

    page = await taker.get(f"{FRONT}/pathways/{pathway_id}/paper")
    found = links(page)
    assert found["Take consent"] == f"{house.urls['consent']}/pathways/{pathway_id}/consent"
    assert "Classify each leg" not in found
    assert f"Entry {mine.seq}: Consent conversation written down" in main_of(page)
    sheet = BackEntered(entry=mine.seq, written_at=mine.at - timedelta(hours=2), written_by=TAKER.person, sheet="7F-12")
    answer = await taker.handed_in(pathway_id, sheet)
    assert answer.status_code == 303, answer.text
    assert f"Entry {mine.seq}: sheet 7F-12" in main_of(await taker.get(f"{FRONT}/pathways/{pathway_id}/paper"))


async def test_a_sheet_by_somebody_the_directory_does_not_know_is_refused(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    moment = await ledger_of("desk_front_door").look("RXX", pathway_id)
    assert moment is not None
    mine = next(each for each in moment.pathway.entries if each.by == TAKER)
    sheet = BackEntered(entry=mine.seq, written_at=mine.at, written_by="rxx-nobody-9", sheet="7F-12")

    answer = await taker.handed_in(pathway_id, sheet)

    assert answer.status_code == 409
    assert "does not know this id" in answer.text
    assert await entries(ledger_of, pathway_id, "back_entered") == 0


async def test_another_trusts_sheets_are_unknown(house: House, ledger_of: LedgerOf) -> None:
    theirs = await house.visitor(person(Role.CONSENT_TAKER, "RYY"), "RYY")
    assert (await theirs.get(f"{FRONT}/pathways/{await prepared(ledger_of)}/paper")).status_code == 404
