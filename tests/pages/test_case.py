"""The case page, and what hangs on it: help, the page to print, problems as pages."""

import re

import pytest

from shared.ledger.access import Why
from shared.pathway.people import Role, Signature
from shared.pathway.stages import KINDS
from tests.forms import consent as consent_form
from tests.forms import referral as referral_form
from tests.ledger.acting import COORDINATOR, TRIAGE, LedgerOf, act, kept, moved, opened, person
from tests.pages.stories import FRONT, LEAD, NURSE, OPERATOR, TAKER, classified, offered, prepared, treated
from tests.pages.visitors import House, Visitor, links, main_of

AUDITOR = person(Role.AUDITOR)


def case(pathway_id: str, rest: str = "") -> str:
    return f"{FRONT}/pathways/{pathway_id}{rest}"


async def text(visitor: Visitor, address: str) -> str:
    page = await visitor.get(address)
    assert page.status_code == 200, page.text
    return " ".join(main_of(page).split())


async def test_a_case_says_whose_leg_which_side_which_day_and_who_waits(house: House, ledger_of: LedgerOf) -> None:
    page = await text(await house.visitor(TRIAGE), case(await opened(ledger_of)))
    for words in ("Synthetic Alpha", "LEFT", "Day 1 of 14", "Classify each leg", "Special arrangements"):
        assert words in page
    assert "LEFT leg: clot in" in page
    assert "Conditions to start the procedure" in page


async def test_a_task_of_mine_leads_to_its_form_and_another_does_not(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    mine = links(await (await house.visitor(TRIAGE)).get(case(pathway_id)))
    assert mine["Classify each leg"] == f"{house.urls['referral']}/pathways/{pathway_id}/classification"
    theirs = links(await (await house.visitor(COORDINATOR)).get(case(pathway_id)))
    assert "Classify each leg" not in theirs


async def test_what_was_just_kept_is_confirmed_to_its_writer_alone(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    answer = await triage.handed_in(pathway_id, referral_form.classification())
    address = answer.headers["location"]
    assert "Class of each leg answered. It is entry 2" in await text(triage, address)
    assert "It is entry 2" not in await text(await house.visitor(COORDINATOR), address)


async def test_answers_of_an_entry_are_shown_when_they_are_asked_for(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, reader = await classified(ledger_of), await house.visitor(COORDINATOR)
    assert "ACC-left-1" not in await text(reader, case(pathway_id))
    assert "ACC-left-1" in await text(reader, case(pathway_id, "?open=1"))


async def test_a_case_is_shown_as_it_stood(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, reader = await offered(ledger_of), await house.visitor(COORDINATOR)
    asked = "?at.day=4&at.month=3&at.year=2026&at.hour=12&at.minute=0"
    page = await text(reader, case(pathway_id, asked))
    assert "this is how the pathway stood 4 March 2026, 12:00" in page
    assert "MDT review written down" not in page
    assert f"{house.urls['mdt_review']}/pathways/{pathway_id}" not in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("?at.day=31&at.month=2&at.year=2026&at.hour=1&at.minute=0", "Enter a real date"),
        ("?at.day=1&at.month=1&at.year=2020&at.hour=1&at.minute=0", "This pathway did not exist then"),
        ("?at.day=31&at.month=12&at.year=2090&at.hour=1&at.minute=0", "This lies in the future"),
    ],
)
async def test_a_moment_that_cannot_be_shown_is_an_error(
    house: House, ledger_of: LedgerOf, asked: str, words: str
) -> None:
    answer = await (await house.visitor(COORDINATOR)).get(case(await opened(ledger_of), asked))
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert any(each.startswith(words) and href == "#at-day" for each, href in links(answer).items())


@pytest.mark.parametrize("who", [LEAD, AUDITOR], ids=lambda who: who.role.value)
async def test_who_is_no_clinician_sees_the_pathway_and_not_the_patient(
    house: House, ledger_of: LedgerOf, who: Signature
) -> None:
    pathway_id, visitor = await offered(ledger_of), await house.visitor(who)
    for page in (await text(visitor, case(pathway_id)), await text(visitor, case(pathway_id, "/readers"))):
        assert "Synthetic Alpha" not in page
        assert "Your role does not see who the patient is" in page


async def test_a_stranger_gives_a_reason_and_then_sees_until_when(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, nurse = await opened(ledger_of), await house.visitor(NURSE)
    for rest in ("", "/readers", "/documents"):
        away = await nurse.get(case(pathway_id, rest))
        assert away.status_code == 303
        assert away.headers["location"].startswith(f"{FRONT}/open-record/{pathway_id}?return_to=")
    access = house.receptions["front_door"].access
    await access.grant("RXX", pathway_id, NURSE, Why.EMERGENCY, "Emergency cover tonight")
    assert "You opened this record without a duty on it" in await text(nurse, case(pathway_id))


async def test_another_trusts_case_is_unknown(house: House, ledger_of: LedgerOf) -> None:
    theirs = await house.visitor(person(Role.MDT_COORDINATOR, "RYY"), "RYY")
    answer = await theirs.get(case(await opened(ledger_of)))
    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.text


async def test_operations_never_see_a_case(house: House, ledger_of: LedgerOf) -> None:
    ops = await house.visitor(person(Role.OPS))
    assert (await ops.get(case(await opened(ledger_of)))).status_code == 403


async def test_who_has_looked_is_told(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    await (await house.visitor(TRIAGE)).get(case(pathway_id))
    page = await text(await house.visitor(COORDINATOR), case(pathway_id, "/readers"))
    assert f"Triage clinician, Training Triage Clinician 1 <small>{TRIAGE.person}</small>" in page
    assert "Looked at who the patient is" in page
    assert "Opened the pathway" in page


@pytest.mark.parametrize("who", [TAKER, LEAD], ids=["consent taker", "governance lead"])
async def test_a_withdrawal_is_one_button_away_for_whoever_was_told(
    house: House, ledger_of: LedgerOf, who: Signature
) -> None:
    pathway_id = await prepared(ledger_of)
    found = links(await (await house.visitor(who)).get(case(pathway_id)))
    assert found["The patient withdraws consent"].endswith(f"/pathways/{pathway_id}/consent_withdrawn")


async def test_before_any_offer_there_is_nothing_to_withdraw_from_but_it_can_be_written_down(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await classified(ledger_of)
    coordinator = await house.visitor(COORDINATOR)
    assert "The patient withdraws consent" not in links(await coordinator.get(case(pathway_id)))
    found = links(await coordinator.get(case(pathway_id, "/write")))
    assert found["Withdraw consent"].endswith(f"/pathways/{pathway_id}/consent_withdrawn")


RED = "nhsuk-button--warning"


async def test_the_withdrawal_is_red_only_while_it_can_stop_a_procedure(house: House, ledger_of: LedgerOf) -> None:
    taker = await house.visitor(TAKER)
    before = await taker.get(case(await offered(ledger_of)))
    assert RED not in before.text
    assert links(before)["The patient says no"].endswith("/consent_withdrawn")
    pathway_id = await prepared(ledger_of)
    assert RED in (await taker.get(case(pathway_id))).text
    assert RED not in (await (await house.visitor(LEAD)).get(case(pathway_id))).text
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.withdrawal(), TAKER)))
    withdrawn = await taker.get(case(pathway_id))
    assert RED not in withdrawn.text
    assert "The patient withdraws consent" not in links(withdrawn)
    after = await taker.get(case(await treated(ledger_of)))
    assert RED not in after.text
    assert links(after)["The patient withdraws consent"].endswith("/consent_withdrawn")


DONE = re.compile(r">\s*Consent\s*(?:<[^>]*>\s*)+Done")


async def test_after_a_withdrawal_the_picture_of_the_way_does_not_call_consent_done(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await prepared(ledger_of)
    taker = await house.visitor(TAKER)
    assert DONE.search(await text(taker, case(pathway_id)))
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.withdrawal(), TAKER)))
    after = await text(taker, case(pathway_id))
    assert not DONE.search(after)
    assert re.search(r">\s*Consent\s*(?:<[^>]*>\s*)+Withdrawn", after)
    assert re.search(r">\s*Procedure\s*(?:<[^>]*>\s*)+Later", after)


async def test_a_governance_task_says_which_notice_it_is_about_and_leads_to_it(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await offered(ledger_of)
    page = await (await house.visitor(LEAD)).get(case(pathway_id))
    assert "Notice 1: an MDT offers the procedure" in main_of(page)
    goal = f"{house.urls['governance']}/inbox?pathway={pathway_id}#n-{pathway_id}-1"
    assert links(page)["Acknowledge the governance notice"] == goal


async def test_a_deadline_ahead_is_told_in_the_future_and_one_reached_in_the_past(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, worker = await classified(ledger_of), ledger_of("patency_worker")
    before = await text(await house.visitor(COORDINATOR), case(pathway_id))
    assert "The MDT review is due" in before
    assert "The MDT review was due" not in before
    await moved(ledger_of, pathway_id, "2026-03-20T10:00")
    await worker.fire_due("RXX", pathway_id)
    after = await text(await house.visitor(COORDINATOR), case(pathway_id))
    assert "The MDT review was due" in after
    assert "The MDT review is due" not in after


async def test_after_the_start_the_conditions_to_start_are_gone(house: House, ledger_of: LedgerOf) -> None:
    page = await text(await house.visitor(OPERATOR), case(await treated(ledger_of)))
    assert "Conditions to start the procedure" not in page
    assert "Discharge from the ward" in page


async def test_deadlines_are_told_in_words(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    await moved(ledger_of, pathway_id, "2026-03-10T10:00")
    page = await text(await house.visitor(COORDINATOR), case(pathway_id))
    assert "Day 7 of 14 began: 7 days left" in page
    assert "Day 10 of 14 begins: 4 days left" in page
    assert "Reached" in page


@pytest.mark.parametrize(
    "kind",
    [kind.name for kind in KINDS.values() if kind.desk and kind.roles != KINDS["governance_notice_delivered"].roles],
)
async def test_every_form_has_its_help(house: House, kind: str) -> None:
    answer = await (await house.visitor(TRIAGE)).get(f"{FRONT}/help/{kind}")
    assert answer.status_code == 200
    assert "What is not accepted" in answer.text
    assert "Paragraph 1.1" in answer.text or "Paragraph" in answer.text


async def test_help_is_there_without_signing_in(house: House) -> None:
    nobody = Visitor(house, "", "")
    for page in ("help", "accessibility"):
        assert (await nobody.get(f"{FRONT}/{page}")).status_code == 200
    assert (await nobody.get(f"{FRONT}/help/nothing")).status_code == 404


async def test_new_imaging_is_drawn_on_the_case(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    await moved(ledger_of, pathway_id, "2026-03-05T10:00")
    newer = referral_form.new_imaging(segments=referral_form.FEMOROPOPLITEAL)
    radiologist = person(Role.INTERVENTIONAL_RADIOLOGIST)
    kept(await ledger_of("desk_referral").enter(act(pathway_id, newer, radiologist)))
    page = await text(await house.visitor(COORDINATOR), case(pathway_id))
    assert "LEFT leg: clot in femoral" in page
