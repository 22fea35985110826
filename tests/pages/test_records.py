"""The forms of records: what a page does with what is typed into it."""

import pytest

from services.pages.records.advice import Advice
from shared.pathway.people import Role
from shared.pathway.procedure_parts import Identifier
from shared.web.forms.writing import to_raw
from shared.web.pages.shown.conditions import conditions
from shared.web.shapes import ShownGate
from tests.forms import consent as consent_form
from tests.forms import follow_up as follow_up_form
from tests.forms import mdt_review as mdt_form
from tests.forms import referral as referral_form
from tests.forms.filled import london
from tests.ledger.acting import COORDINATOR, SPECIALISTS, TRIAGE, WARD, LedgerOf, act, kept, moved, opened, person
from tests.pages.stories import (
    CONSENT,
    FRONT,
    OPERATOR,
    START,
    TAKER,
    came_late,
    classified,
    entries,
    offered,
    prepared,
    treated,
)
from tests.pages.visitors import House, action_of, links, main_of, of_form, sent_by

ANTICOAG = person(Role.ANTICOAG_CLINIC)
RADIOLOGIST = person(Role.INTERVENTIONAL_RADIOLOGIST)
TWO_IDENTIFIERS = "Choose at least two identifiers that you checked with the patient"
MARKED = "Choose which leg is marked on the skin"
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def review(**changes: object):  # type: ignore[no-untyped-def]  # noqa: ANN201 -- an MdtReview
    return mdt_form.mdt_review(attendees=mdt_form.attendees(*(each.person for each in SPECIALISTS)), **changes)


async def test_an_answer_left_out_is_told_on_the_same_page_first_and_beside_its_question(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    page = await taker.get(taker.form(pathway_id, "consent"))
    answer = await taker.post(action_of(page), {"key": "k", "version": "6", "device_class": "rheolytic"})
    assert answer.status_code == 422
    assert "<title>Error: Take consent" in answer.text
    assert links(answer)["Choose which leg"] == "#sides"
    assert answer.text.index("There is a problem") < answer.text.index('id="sides"')
    assert 'value="rheolytic" checked' in answer.text


async def test_pages_lead_one_by_one_to_the_check_of_all_answers(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    first = await taker.get(taker.form(pathway_id, "consent"))
    assert "Page 1 of 8" in first.text
    check = await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT)
    assert "Check your answers" in check.text
    assert "Walking the dog again" in check.text
    assert f'href="/pathways/{pathway_id}/consent/patient#what_matters"' in check.text
    assert await entries(ledger_of, pathway_id, "consent") == 0


async def test_a_refusal_says_its_reason_and_paragraph_and_leads_to_its_question(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    signed_tomorrow = CONSENT.model_copy(update={"signed_at": london("2026-03-07T10:00")})
    answer = await taker.handed_in(pathway_id, signed_tomorrow)
    assert answer.status_code == 409
    assert "This lies in the future (Paragraph 1.2)" in answer.text
    assert f'href="/pathways/{pathway_id}/consent/signature#signed_at-day"' in answer.text
    assert main_of(answer).count("This lies in the future") == 2  # above, and beside the answer
    assert "Change the answers" in answer.text
    assert "Confirm and save" not in answer.text
    assert await entries(ledger_of, pathway_id, "consent") == 0


async def test_a_refusal_of_a_form_of_one_page_stands_beside_its_question(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    silent = referral_form.classification(referral_form.agreement(agrees=False))
    answer = await triage.handed_in(pathway_id, silent)
    assert answer.status_code == 409
    (href,) = (href for words, href in links(answer).items() if words.startswith("Write down why you disagree"))
    assert href == "#limbs-0-reason"


async def test_the_other_leg_said_again_is_an_error(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await prepared(ledger_of), await house.visitor(OPERATOR)
    for side, words in (("right", "You chose RIGHT, but the answers say LEFT"), ("", "Choose which leg this is about")):
        answer = await operator.handed_in(pathway_id, START, side=side)
        assert answer.status_code == 422
        assert words in answer.text
    assert await entries(ledger_of, pathway_id, "procedure_start") == 0


async def test_a_sign_in_with_one_identifier_is_sent_back_on_its_own_page(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await prepared(ledger_of), await house.visitor(OPERATOR)
    name_alone = START.sign_in.model_copy(update={"identifiers_checked": frozenset({Identifier.NAME})})
    answer = await operator.handed_in(pathway_id, START.model_copy(update={"sign_in": name_alone}))
    assert answer.status_code == 422
    assert links(answer)[TWO_IDENTIFIERS] == "#sign_in-identifiers_checked"


async def test_an_empty_start_names_the_identifiers_among_what_is_missing_in_page_order(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, operator = await prepared(ledger_of), await house.visitor(OPERATOR)
    page = await operator.get(operator.form(pathway_id, "procedure_start"))
    answer = await operator.post(action_of(page), {"key": "k", "version": "1"})
    said = list(links(answer))
    assert said.index("Choose the anaesthesia") < said.index(TWO_IDENTIFIERS) < said.index(MARKED)


async def test_a_long_term_visit_begins_with_the_leg_that_was_treated(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, clinic = await treated(ledger_of), await house.visitor(ANTICOAG)
    page = await clinic.get(f"{clinic.form(pathway_id, 'long_term_visit')}/measures")
    assert "LEFT leg" in main_of(page)[main_of(page).index("<form") :]
    assert "Leg 1" not in page.text


async def test_a_form_sent_twice_is_kept_once(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    check = await triage.filled_in(triage.form(pathway_id, "classification"), referral_form.classification())
    first = await triage.confirmed(check)
    second = await triage.confirmed(check)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert await entries(ledger_of, pathway_id, "classification") == 1


async def test_a_key_that_was_used_for_other_answers_is_explained(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    check = await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT)
    await taker.confirmed(check)
    changed = sent_by(check) | {"what_matters": "Something else", "side_again": "left"}
    answer = await taker.post(action_of(check), changed)
    assert answer.status_code == 422
    assert "This form was saved before, with other answers" in answer.text
    assert await entries(ledger_of, pathway_id, "consent") == 1


async def test_what_somebody_else_wrote_meanwhile_is_shown_with_both_texts(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    check = await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT)
    theirs = CONSENT.model_copy(update={"what_matters": "Sleeping without pain"})
    kept(await ledger_of("desk_consent").enter(act(pathway_id, theirs, OPERATOR)))
    conflict = await taker.confirmed(check)
    assert conflict.status_code == 409
    assert "Sleeping without pain" in conflict.text
    assert "Walking the dog again" in conflict.text
    assert "Consent conversation written down" in conflict.text
    mine = await taker.follow(await taker.post(action_of(conflict), sent_by(conflict) | {"go": "mine"}))
    assert mine.status_code == 200
    assert "Walking the dog again" in mine.text
    assert (await taker.confirmed(mine)).status_code == 303
    assert await entries(ledger_of, pathway_id, "consent") == 2


async def test_a_draft_is_there_again_and_can_be_discarded(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    address = triage.form(pathway_id, "classification")
    page = await triage.get(address)
    typed = {"limbs.0.reason": "Ask the radiologist", "go": "later"}
    later = await triage.post(action_of(page), sent_by(page) | typed)
    assert later.headers["location"] == f"{FRONT}/pathways/{pathway_id}"
    again = await triage.get(address)
    assert "Ask the radiologist" in again.text
    assert "This is your draft" in again.text
    twice = await triage.post(action_of(again), sent_by(again) | {"go": "discard"})
    assert "Throw away what you typed?" in twice.text
    assert "Ask the radiologist" in (await triage.get(address)).text
    await triage.post(action_of(twice), sent_by(twice) | {"go": "discarded"})
    assert "Ask the radiologist" not in (await triage.get(address)).text


async def test_whoever_does_not_throw_it_away_after_all_goes_on_where_they_were(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    page = await triage.get(triage.form(pathway_id, "classification"))
    typed = sent_by(page) | {"limbs.0.reason": "Ask the radiologist", "go": "discard"}
    twice = await triage.post(action_of(page), typed)
    kept = await triage.post(action_of(twice), sent_by(twice) | {"go": "keep"})
    assert kept.status_code == 200
    assert ("limbs.0.reason", "Ask the radiologist") in of_form(kept)


async def test_a_draft_is_gone_once_its_record_is_kept(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    await triage.handed_in(pathway_id, referral_form.classification())
    assert "This is your draft" not in (await triage.get(triage.form(pathway_id, "classification"))).text
    answer = await triage.get(f"{triage.form(pathway_id, 'classification')}/check")
    assert answer.headers["location"] == f"/pathways/{pathway_id}/classification"


async def test_rows_are_added_and_removed_without_losing_what_was_typed(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    page = await coordinator.get(coordinator.form(pathway_id, "mdt_review"))
    typed = {"bleeding_risk_summary": "HAS-BLED 1", "rows": "add attendees"}
    more = await coordinator.post(action_of(page), sent_by(page) | typed)
    assert more.status_code == 200
    assert 'name="attendees.1.person"' in more.text
    assert "HAS-BLED 1" in more.text


async def test_what_is_known_already_is_filled_in(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    page = await coordinator.get(coordinator.form(pathway_id, "mdt_review"))
    assert 'value="ACC-left-1"' in page.text


async def test_the_leg_to_be_treated_is_never_filled_in(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await prepared(ledger_of), await house.visitor(OPERATOR)
    page = await operator.get(operator.form(pathway_id, "procedure_start"))
    assert not [each for each in sent_by(page) if each in {"side", "sign_in.side_marked"}]


async def test_past_the_14_days_and_with_old_clot_an_offer_stops_once_and_may_go_on(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, coordinator = await came_late(ledger_of), await house.visitor(COORDINATOR)
    check = await coordinator.filled_in(coordinator.form(pathway_id, "mdt_review"), review())
    stop = await coordinator.post(action_of(check), sent_by(check) | {"side_again": "left"})
    assert stop.status_code == 200
    assert "Today is day 15 after presentation" in stop.text
    assert "LEFT leg: the clot is subacute" in stop.text
    assert await entries(ledger_of, pathway_id, "mdt_review") == 0
    assert (await coordinator.post(action_of(stop), sent_by(stop))).status_code == 303


async def test_a_supply_that_ends_too_early_stops_a_discharge_once(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, ward = await treated(ledger_of), await house.visitor(WARD)
    await moved(ledger_of, pathway_id, "2026-03-11T10:00")
    plan = follow_up_form.treatment(supply_until=london("2026-04-01T12:00").date())
    check = await ward.filled_in(ward.form(pathway_id, "discharge"), follow_up_form.discharge(anticoagulant=plan))
    stop = await ward.post(action_of(check), sent_by(check))
    assert "The anticoagulant&#39;s supply ends 1 April 2026, before the minimum" in stop.text
    assert (await ward.post(action_of(stop), sent_by(stop))).status_code == 303


async def test_a_withdrawal_is_one_action(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    page = await taker.get(taker.form(pathway_id, "consent_withdrawn"))
    texts = {name: list(found) for name, found in to_raw(consent_form.withdrawal()).texts.items()}
    answer = await taker.post(action_of(page), sent_by(page) | texts)
    assert answer.status_code == 303
    assert await entries(ledger_of, pathway_id, "consent_withdrawn") == 1


async def test_a_withdrawal_asks_nobody_why_they_are_there_and_shows_a_stranger_no_patient(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, stranger = await prepared(ledger_of), await house.visitor(WARD)
    page = await stranger.get(stranger.form(pathway_id, "consent_withdrawn"))
    assert page.status_code == 200
    assert "Synthetic Alpha" not in page.text
    answer = await stranger.handed_in(pathway_id, consent_form.withdrawal())
    assert answer.status_code == 303


@pytest.mark.parametrize("kind", ["mdt_review", "procedure_start"])
async def test_the_legs_are_drawn_beside_the_questions_about_them(house: House, ledger_of: LedgerOf, kind: str) -> None:
    surgeon = await house.visitor(person(Role.VASCULAR_SURGEON))
    page = await surgeon.get(surgeon.form(await prepared(ledger_of), kind))
    beside = page.text[page.text.index("app-alongside__drawing") :]
    assert beside.index('class="app-legs__picture"') < beside.index('<form method="post"')
    assert "LEFT leg: clot in" in beside[: beside.index('<form method="post"')]
    assert "LEFT leg: clot in" not in page.text[: page.text.index("app-alongside__drawing")]
    assert len(page.content) < 50_000


async def test_on_later_pages_the_legs_are_said_in_words_and_the_drawing_is_folded(
    house: House, ledger_of: LedgerOf
) -> None:
    surgeon = await house.visitor(person(Role.VASCULAR_SURGEON))
    page = await surgeon.get(f"{surgeon.form(await prepared(ledger_of), 'procedure_start')}/plan")
    assert "LEFT leg: clot in" in page.text[: page.text.index("app-alongside__drawing")]
    assert 'app-alongside__drawing" open' not in page.text


@pytest.mark.parametrize(
    ("state", "unfolded"), [("open", False), ("at_sign_in", False), ("shut", True), ("after", True)]
)
def test_conditions_are_folded_until_one_is_not_met(state: str, unfolded: bool) -> None:
    found = conditions([ShownGate(id="G1", state=state, reason="", paragraph="D")])
    assert Advice(None, (), (), found, (), alongside=True, one_pathway=False, unfolded=True).stopped is unfolded
