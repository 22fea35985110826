"""Whom a form asks for: chosen by name, kept by directory id, and shown by name wherever the answer is read."""

from deploy.local.people import people
from shared.pathway.choices import ClosingReason
from shared.pathway.closure import StandardCareHandoff
from shared.pathway.people import Role
from tests.forms import mdt_review as mdt_form
from tests.ledger.acting import SPECIALISTS, LedgerOf, moved, opened, person
from tests.pages.stories import FRONT, classified, offered
from tests.pages.visitors import House, main_of

NAMES = {each.id: each.name for each in people()}
CLINIC = person(Role.ANTICOAG_CLINIC).person
SURGEON = person(Role.VASCULAR_SURGEON).person
COORDINATOR = person(Role.MDT_COORDINATOR)


async def test_whoever_has_to_be_in_the_directory_is_chosen_by_name_and_role(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    page = main_of(await coordinator.get(coordinator.form(pathway_id, "standard_care_handoff")))
    assert '<select class="nhsuk-select" id="to_person"' in page
    assert f'<option value="{CLINIC}">{NAMES[CLINIC]}, Anticoagulation clinic' in page
    assert "directory id" not in page
    assert "rxx-mail" not in page, "a machine is nobody to hand a patient to"
    assert "ryy-" not in page, "another trust's staff"


async def test_whoever_may_be_of_another_trust_is_suggested_by_name_and_can_be_typed(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    page = main_of(await coordinator.get(coordinator.form(pathway_id, "mdt_review")))
    assert page.count('list="staff-directory"') == 1
    assert page.count('<datalist id="staff-directory">') == 1
    assert f'<option value="{SURGEON}">{NAMES[SURGEON]}, Vascular surgeon' in page


async def test_answers_that_name_somebody_are_checked_and_read_by_name(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    await moved(ledger_of, pathway_id, "2026-03-05T14:30")
    attended = mdt_form.attendees(*(each.person for each in SPECIALISTS))
    check = await coordinator.filled_in(
        coordinator.form(pathway_id, "mdt_review"), mdt_form.mdt_review(attendees=attended)
    )
    kept = await coordinator.confirmed(check)
    entry = kept.headers["location"].partition("kept=")[2]
    case = await coordinator.get(f"{FRONT}/pathways/{pathway_id}?open={entry}")
    surgeon = await house.visitor(person(Role.VASCULAR_SURGEON))
    signed = await surgeon.get(surgeon.form(pathway_id, "mdt_sign_off"))
    for page in (check, case, signed):
        for each in SPECIALISTS:
            assert f"{NAMES[each.person]} ({each.person})" in page.text


async def test_whom_the_directory_does_not_know_is_read_by_the_id(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await offered(ledger_of)
    coordinator = await house.visitor(COORDINATOR)
    record = StandardCareHandoff(
        reason=ClosingReason.MDT_DECLINED, to_person="who-is-this", to_team="Clinic", plan="Anticoagulation goes on"
    )
    check = await coordinator.filled_in(coordinator.form(pathway_id, "standard_care_handoff"), record)
    assert "who-is-this" in check.text
    again = await coordinator.get(f"{coordinator.form(pathway_id, 'standard_care_handoff')}/form")
    assert '<option value="who-is-this" selected>' in again.text


async def test_the_names_of_a_new_referral_are_suggested_too(house: House, ledger_of: LedgerOf) -> None:
    await opened(ledger_of)
    referrer = await house.visitor(person(Role.REFERRER))
    page = await referrer.get(f"{house.urls['referral']}/referrals/new/leg")
    assert '<datalist id="staff-directory">' in page.text
