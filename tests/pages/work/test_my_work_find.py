"""Finding a pathway by its reference or its patient's number: leads there, names nobody, is audited."""

import asyncpg
import pytest

from shared.pathway.anatomy import Side
from tests.forms import referral as referral_form
from tests.ledger.acting import LedgerOf, kept, opening
from tests.pages.work.conftest import ComingIn

TRIAGE, LEAD = "rxx-triage-clinician-1", "rxx-governance-lead-1"


async def test_a_reference_or_a_number_leads_to_the_pathway(
    ledgers: LedgerOf, coming_in: ComingIn, anything: asyncpg.Connection
) -> None:
    asked = opening()
    pathway_id = kept(await ledgers("desk_referral").open_pathway(asked)).pathway_id
    reader = await coming_in(TRIAGE)
    last = await anything.fetchval("SELECT max(id) FROM audit")
    for typed in (f"{pathway_id[:4].upper()}-{pathway_id[4:8]}", f" {asked.patient.number} "):
        answer = await reader.post("/find", find=typed)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/pathways/{pathway_id}")
    searched = "SELECT count(*) FROM audit WHERE id > $1 AND action = 'searched'"
    assert await anything.fetchval(searched, last) == 2


async def test_several_pathways_of_one_patient_are_listed_without_a_name(
    ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    first = opening()
    right = opening(patient=first.patient, referral=referral_form.referral(referral_form.limb(Side.RIGHT)))
    ids = [kept(await ledgers("desk_referral").open_pathway(each)).pathway_id for each in (first, right)]
    page = await (await coming_in(TRIAGE)).post("/find", find=first.patient.number)
    assert all(f'href="/pathways/{each}"' in page.text for each in ids)
    assert "RIGHT leg" in page.text
    assert "Synthetic Alpha" not in page.text


@pytest.mark.parametrize(("person", "typed"), [(TRIAGE, "12"), (TRIAGE, "9996510019"), (LEAD, "9996510018")])
async def test_what_cannot_be_searched_for_is_told_at_the_field(coming_in: ComingIn, person: str, typed: str) -> None:
    page = await (await coming_in(person)).post("/find", find=typed)
    assert page.status_code == 422
    assert "<title>Error: Find a pathway" in page.text


async def test_another_trusts_pathway_and_none_are_told_alike(ledgers: LedgerOf, coming_in: ComingIn) -> None:
    pathway_id = kept(await ledgers("desk_referral").open_pathway(opening())).pathway_id
    stranger = await coming_in("ryy-triage-clinician-1")
    for reference in (pathway_id[:8], "00000000"):
        assert "Your trust has no such pathway." in (await stranger.post("/find", find=reference)).text
