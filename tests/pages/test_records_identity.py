"""Who the patient is, corrected on its pages; and two patients made one, from a page and from a program alike."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import asyncpg
import httpx
import pytest

from services.sessions.session import hashed
from shared.ledger.access import Why
from shared.pathway.identity_changes import IdentityCorrected, IdentityPart, PatientMerged
from shared.pathway.people import Role, Signature
from tests.ledger.acting import COORDINATOR, REFERRER, TRUST, LedgerOf, opened, patient, person, synthetic_number
from tests.pages.stories import FRONT, entries
from tests.pages.visitors import House, Visitor, main_of, sent_by
from tests.service.callers import KnownPeople

NUMBER = IdentityCorrected(parts=frozenset({IdentityPart.NUMBER}), why="The wristband and the national record agree")
OWNERS = "SELECT DISTINCT patient_id FROM pathway WHERE id = ANY ($1::uuid[])"


@pytest.fixture
def known_people(house: House) -> None:
    """Programs are let in as well: a token is the directory id of whoever holds it."""
    app = house.apps["referral"]
    app.state.wiring = replace(app.state.wiring, identity=KnownPeople())


async def at_desk(house: House, pathway_id: str, who: Signature = REFERRER) -> Visitor:
    await house.receptions["front_door"].access.grant(TRUST, pathway_id, who, Why.COVERING, "Looks after the records")
    return await house.visitor(who)


async def test_the_form_begins_with_the_identity_on_file(house: House, ledger_of: LedgerOf) -> None:
    known = patient(name="Synthetic Beta")
    pathway_id = await opened(ledger_of, patient=known)
    referrer = await at_desk(house, pathway_id)
    page = await referrer.get(referrer.form(pathway_id, "identity_corrected"))
    assert sent_by(page)["name"] == ["Synthetic Beta"]
    assert sent_by(page)["nhs_number"] == [known.nhs_number]


async def test_both_identities_stand_side_by_side_before_the_new_one_counts(house: House, ledger_of: LedgerOf) -> None:
    wrong, number = patient(), synthetic_number()
    pathway_id = await opened(ledger_of, patient=wrong)
    referrer = await at_desk(house, pathway_id)
    right = wrong.model_copy(update={"nhs_number": number})
    check = await referrer.filled_in(referrer.form(pathway_id, "identity_corrected"), right, NUMBER)
    table = main_of(check).partition("<table")[2].partition("</table>")[0]
    assert f"<td>{wrong.nhs_number}</td><td><strong>{number}</strong></td>" in table


async def test_a_correction_from_the_page_changes_the_patient(house: House, ledger_of: LedgerOf) -> None:
    wrong, number = patient(), synthetic_number()
    pathway_id = await opened(ledger_of, patient=wrong)
    referrer = await at_desk(house, pathway_id)
    right = wrong.model_copy(update={"nhs_number": number})
    check = await referrer.filled_in(referrer.form(pathway_id, "identity_corrected"), right, NUMBER)
    answer = await referrer.confirmed(check)
    assert answer.status_code == 303, answer.text
    assert await ledger_of("desk_referral").patient(TRUST, pathway_id, REFERRER) == right
    assert number not in answer.headers["location"]


async def test_what_differs_has_to_be_what_was_named(house: House, ledger_of: LedgerOf) -> None:
    wrong = patient()
    pathway_id = await opened(ledger_of, patient=wrong)
    referrer = await at_desk(house, pathway_id)
    other = wrong.model_copy(update={"name": "Synthetic Other"})
    check = await referrer.filled_in(referrer.form(pathway_id, "identity_corrected"), other, NUMBER)
    answer = await referrer.confirmed(check)
    assert answer.status_code == 409
    assert "What you give differs from what is on file in other parts than you named" in answer.text
    assert await ledger_of("desk_referral").patient(TRUST, pathway_id, REFERRER) == wrong


async def test_a_correction_needs_somebody_the_issuer_saw_lately(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    wrong = patient()
    pathway_id = await opened(ledger_of, patient=wrong)
    referrer = await at_desk(house, pathway_id)
    right = wrong.model_copy(update={"nhs_number": synthetic_number()})
    check = await referrer.filled_in(referrer.form(pathway_id, "identity_corrected"), right, NUMBER)
    aged = "UPDATE session SET authenticated_at = authenticated_at - interval '6 minutes' WHERE id_hash = $1"
    await anything.execute(aged, hashed(referrer.cookie))
    away = await referrer.confirmed(check)
    assert away.headers["location"].startswith(f"{FRONT}/sign-in?return_to=")
    assert await entries(ledger_of, pathway_id, "identity_corrected") == 0


async def test_who_does_not_identify_patients_has_no_such_form(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, lead = await opened(ledger_of), await house.visitor(person(Role.GOVERNANCE_LEAD))
    page = await lead.get(lead.form(pathway_id, "identity_corrected"))
    assert page.status_code == 403
    assert "Synthetic" not in main_of(page)


async def by_page(house: House, pathway_id: str, record: PatientMerged) -> httpx.Response:
    coordinator = await at_desk(house, pathway_id, COORDINATOR)
    return await coordinator.handed_in(pathway_id, record)


async def by_program(house: House, pathway_id: str, record: PatientMerged) -> httpx.Response:
    through = httpx.ASGITransport(house.apps["referral"])
    headers = {"Authorization": f"Bearer {COORDINATOR.person}", "If-Match": "*", "Idempotency-Key": str(uuid4())}
    headers["Content-Type"] = "application/json"
    async with httpx.AsyncClient(transport=through, base_url=house.urls["referral"], trust_env=False) as http:
        path = f"/api/pathways/{pathway_id}/patient_merged"
        return await http.post(path, headers=headers, content=record.model_dump_json())


@pytest.mark.usefixtures("known_people")
@pytest.mark.parametrize("way", [by_page, by_program])
async def test_two_pathways_of_one_patient_are_merged_whichever_way_it_is_written(
    house: House,
    ledger_of: LedgerOf,
    anything: asyncpg.Connection,
    way: Callable[[House, str, PatientMerged], Awaitable[httpx.Response]],
) -> None:
    first, second = await opened(ledger_of), await opened(ledger_of, patient=patient(name="Synthetic Delta"))
    answer = await way(house, first, PatientMerged(other_pathway=second, compared=True, why="Same address"))
    assert answer.status_code in {200, 303}, answer.text
    assert len(await anything.fetch(OWNERS, [first, second])) == 1


async def test_a_page_does_not_merge_with_a_pathway_of_nobody(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    merged = PatientMerged(other_pathway=str(uuid4()), compared=True, why="Same address")
    answer = await by_page(house, pathway_id, merged)
    assert answer.status_code == 409
    assert await entries(ledger_of, pathway_id, "patient_merged") == 0
