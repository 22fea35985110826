"""Who may open a record on a page: by duty, by what they wrote, by their office, or by break-glass access."""

from uuid import uuid4

import asyncpg
import pytest

from services.sessions.session import hashed
from shared.ledger.access import Door, Finding, Why
from shared.pathway.people import Role, Signature
from tests.ledger.acting import LedgerOf, classifying, kept, opened, person, signed
from tests.sessions.conftest import CONSENT, FRONT, Clinic
from tests.sessions.moving_clock import Browser, token_of

NURSE = person(Role.IR_NURSE)
OFFICER = person(Role.AUDITOR)
BECAUSE = "Emergency cover tonight on the ward"


async def door(clinic: Clinic, pathway_id: str, by: Signature, desk: str = "consent", trust: str = "RXX") -> Door:
    return (await clinic.receptions[desk].access.may_open(trust, pathway_id, by, desk=desk)).door


@pytest.mark.parametrize("role", [Role.TRIAGE_CLINICIAN, Role.MDT_COORDINATOR, Role.AUDITOR], ids=str)
async def test_a_task_of_the_role_or_a_relationship_opens(clinic: Clinic, referred: LedgerOf, role: Role) -> None:
    assert await door(clinic, await opened(referred), person(role)) == Door.OPEN


async def test_whoever_wrote_an_entry_may_open(clinic: Clinic, referred: LedgerOf) -> None:
    wrote = Signature(person(Role.REFERRER).person, Role.IR_NURSE)
    assert await door(clinic, await opened(referred), wrote) == Door.OPEN


async def test_a_relationship_begins_with_what_was_written_down(clinic: Clinic, referred: LedgerOf) -> None:
    pathway_id, surgeon = await opened(referred), Signature("rxx-vascular-surgeon-2", Role.VASCULAR_SURGEON)
    assert await door(clinic, pathway_id, surgeon) == Door.SHUT
    kept(await referred("desk_referral").enter(classifying(pathway_id)))
    assert await door(clinic, pathway_id, surgeon) == Door.OPEN


async def test_an_offer_opens_to_those_who_prepare_it_and_to_governance(clinic: Clinic, referred: LedgerOf) -> None:
    pathway_id, nurse, lead = await signed(referred), NURSE, person(Role.GOVERNANCE_LEAD)
    taker = Signature("rxx-consent-taker-2", Role.CONSENT_TAKER)
    for each in (nurse, lead, taker):
        assert await door(clinic, pathway_id, each) == Door.OPEN
    assert await door(clinic, pathway_id, person(Role.WARD_CLINICIAN)) == Door.SHUT
    assert await door(clinic, pathway_id, person(Role.RESEARCH_LEAD)) == Door.SHUT


async def test_anybody_else_finds_the_door_shut(clinic: Clinic, referred: LedgerOf) -> None:
    assert await door(clinic, await opened(referred), NURSE) == Door.SHUT


async def test_another_trusts_record_and_none_cannot_be_told_apart(clinic: Clinic, referred: LedgerOf) -> None:
    theirs = person(Role.GOVERNANCE_LEAD, "RYY")
    pathway_id = await opened(referred)
    assert await door(clinic, pathway_id, theirs, trust="RYY") == Door.ABSENT
    assert await door(clinic, str(uuid4()), theirs, trust="RYY") == Door.ABSENT
    assert await door(clinic, "x", theirs, trust="RYY") == Door.ABSENT
    access = clinic.receptions["front_door"].access
    assert await access.grant("RYY", pathway_id, theirs, Why.EMERGENCY, BECAUSE) is None


async def test_a_grant_opens_one_record_to_one_person_for_four_hours(clinic: Clinic, referred: LedgerOf) -> None:
    pathway_id, another = await opened(referred), await opened(referred)
    await clinic.receptions["front_door"].access.grant("RXX", pathway_id, NURSE, Why.EMERGENCY, BECAUSE)
    assert await door(clinic, pathway_id, NURSE) == Door.BROKEN
    assert await door(clinic, another, NURSE) == Door.SHUT
    assert await door(clinic, pathway_id, Signature("rxx-ir-nurse-2", Role.IR_NURSE)) == Door.SHUT
    clinic.clock.pass_by(hours=3, minutes=59)
    assert await door(clinic, pathway_id, NURSE) == Door.BROKEN
    clinic.clock.pass_by(minutes=2)
    assert await door(clinic, pathway_id, NURSE) == Door.SHUT


async def test_a_grant_is_audited_and_opens_a_review(
    clinic: Clinic, referred: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, access = await opened(referred), clinic.receptions["front_door"].access
    await access.grant("RXX", pathway_id, NURSE, Why.COVERING, BECAUSE)
    audited = "SELECT action, kind, person FROM audit WHERE pathway_id = $1 AND action LIKE 'access%' ORDER BY id"
    assert [tuple(row) for row in await anything.fetch(audited, pathway_id)] == [
        ("access_granted", "covering", NURSE.person)
    ]
    (review,) = [each for each in await access.reviews("RXX") if each.pathway_id == pathway_id]
    assert (review.why, review.words, review.state) == (Why.COVERING, BECAUSE, "open")
    assert not await access.close_review("RXX", review.grant_id, NURSE, Finding.JUSTIFIED, "")
    assert not await access.close_review("RYY", review.grant_id, OFFICER, Finding.JUSTIFIED, "")
    assert await access.close_review("RXX", review.grant_id, OFFICER, Finding.JUSTIFIED, "on call")
    assert not await access.close_review("RXX", review.grant_id, OFFICER, Finding.NOT_JUSTIFIED, "")
    assert review.grant_id not in {each.grant_id for each in await access.reviews("RXX")}
    assert len(await anything.fetch(audited, pathway_id)) == 2


async def test_only_the_front_door_grants(clinic: Clinic, referred: LedgerOf) -> None:
    pathway_id = await opened(referred)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await clinic.receptions["consent"].access.grant("RXX", pathway_id, NURSE, Why.EMERGENCY, BECAUSE)


async def test_nobody_changes_a_grant(clinic: Clinic, referred: LedgerOf, anything: asyncpg.Connection) -> None:
    pathway_id = await opened(referred)
    await clinic.receptions["front_door"].access.grant("RXX", pathway_id, NURSE, Why.EMERGENCY, BECAUSE)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await anything.execute("UPDATE access_grant SET until_at = until_at + interval '1 day'")


async def test_a_nurse_breaks_the_glass_on_the_page_and_the_officer_reviews_it(
    browser: Browser, clinic: Clinic, referred: LedgerOf
) -> None:
    pathway_id = await opened(referred)
    goal = f"{CONSENT}/toy"
    page = await browser.sign_in(NURSE.person, f"{FRONT}/open-record/{pathway_id}?return_to={goal}")
    assert "You have no task on this record" in page.text
    form = {"csrf": token_of(page), "return_to": goal, "why": "emergency", "words": BECAUSE}
    answer = await browser.post(f"{FRONT}/open-record/{pathway_id}", form)
    assert answer.headers["location"] == goal
    assert await door(clinic, pathway_id, NURSE) == Door.BROKEN

    officer = Browser(clinic.desks, clinic.issuer)
    page = await officer.sign_in(OFFICER.person, f"{FRONT}/access-reviews")
    assert BECAUSE in page.text
    assert f"Training IR Nurse 1 ({NURSE.person})" in page.text
    (review,) = [r for r in await clinic.receptions["front_door"].access.reviews("RXX") if r.pathway_id == pathway_id]
    place = f"{FRONT}/access-reviews/{review.grant_id}"
    assert (await officer.post(place, {"csrf": token_of(page)})).status_code == 422
    form = {"csrf": token_of(page), "finding": "justified", "words": "on call"}
    assert (await officer.post(place, form)).status_code == 303
    assert (await officer.post(place, form)).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"why": "curiosity"}, {"why": ""}, {"words": ""}, {"words": "short"}, {"words": "x" * 501}], ids=str
)
async def test_without_a_reason_the_door_stays_shut(
    browser: Browser, clinic: Clinic, referred: LedgerOf, wrong: dict[str, str]
) -> None:
    pathway_id = await opened(referred)
    page = await browser.sign_in(NURSE.person, f"{FRONT}/open-record/{pathway_id}")
    form = {"csrf": token_of(page), "why": "emergency", "words": BECAUSE} | wrong
    answer = await browser.post(f"{FRONT}/open-record/{pathway_id}", form)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert await door(clinic, pathway_id, NURSE) == Door.SHUT


async def test_breaking_the_glass_needs_somebody_the_issuer_saw_lately(
    browser: Browser, referred: LedgerOf, anything: asyncpg.Connection
) -> None:
    address = f"{FRONT}/open-record/{await opened(referred)}"
    page = await browser.sign_in(NURSE.person, address)
    aged = "UPDATE session SET authenticated_at = authenticated_at - interval '6 minutes' WHERE id_hash = $1"
    await anything.execute(aged, hashed(browser.cookies["patency"]))
    form = {"csrf": token_of(page), "why": "emergency", "words": BECAUSE}
    away = await browser.follow(await browser.post(address, form))
    assert "prompt=login" in away.headers["location"]


async def test_whoever_may_open_it_is_not_asked(browser: Browser, referred: LedgerOf) -> None:
    address = f"{FRONT}/open-record/{await opened(referred)}?return_to={CONSENT}/toy"
    answer = await browser.sign_in(person(Role.TRIAGE_CLINICIAN).person, address)
    assert answer.url == f"{CONSENT}/toy"
