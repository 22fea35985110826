"""A referral on its pages: who the patient is, then the leg; what makes it an emergency is said before it counts."""

import json
from datetime import date

from shared.ledger import PatientIdentity
from shared.pathway.choices import Answer
from shared.web.pages.shown.instants import grouped
from tests.forms import referral as referral_form
from tests.forms.filled import RIGHT
from tests.ledger.acting import REFERRER, LedgerOf, patient
from tests.pages.stories import FRONT, entries
from tests.pages.visitors import House, Visitor, action_of, links, main_of, sent_by

NEW = "http://127.0.0.1:8001/referrals/new"


async def referrer(house: House) -> Visitor:
    visitor = await house.visitor(REFERRER)
    page = await visitor.get(NEW)
    await visitor.post(action_of(page), sent_by(page) | {"go": "discarded"})
    return visitor


async def test_a_referral_opens_a_pathway_and_leads_to_its_case(house: House, ledger_of: LedgerOf) -> None:
    visitor = await referrer(house)
    check = await visitor.filled_in(NEW, patient(), referral_form.referral())
    assert "Synthetic Alpha" in check.text
    answer = await visitor.confirmed(check)
    assert answer.status_code == 303, answer.text
    address, _, number = answer.headers["location"].partition("?kept=")
    assert number == "1"
    assert await entries(ledger_of, address.rpartition("/")[2], "referral") == 1
    assert "Referral written. It is entry 1" in (await visitor.get(answer.headers["location"])).text


async def test_a_referral_sent_twice_opens_one_pathway(house: House) -> None:
    visitor = await referrer(house)
    check = await visitor.filled_in(NEW, patient(), referral_form.referral())
    first, second = await visitor.confirmed(check), await visitor.confirmed(check)
    assert first.headers["location"] == second.headers["location"]


async def test_signs_of_a_limb_under_threat_make_it_an_emergency_before_it_counts(house: House) -> None:
    visitor = await referrer(house)
    limb = referral_form.limb(phlegmasia_signs=referral_form.signs(pulses_absent=Answer.YES))
    check = await visitor.filled_in(NEW, patient(), referral_form.referral(limb))
    assert "This referral counts as an emergency" in check.text
    assert "LEFT leg: absent pulses" in check.text


async def test_a_number_typed_in_groups_is_read_and_a_wrong_one_is_told(house: House) -> None:
    visitor = await referrer(house)
    page = await visitor.get(NEW)
    answer = await visitor.post(action_of(page), sent_by(page) | {"nhs_number": "999 999 9998"})
    assert answer.status_code == 422
    assert links(answer)["This number cannot be right: compare each digit"] == "#nhs_number"
    answer = await visitor.post(action_of(page), sent_by(page) | {"nhs_number": "12"})
    assert links(answer)["The number must be 10 digits"] == "#nhs_number"


async def test_no_address_of_a_referral_names_the_patient(house: House) -> None:
    visitor = await referrer(house)
    given = patient(name="Unusual Surname", date_of_birth=date(1970, 1, 2))
    check = await visitor.filled_in(NEW, given, referral_form.referral())
    answer = await visitor.confirmed(check)
    for address in (str(check.request.url), answer.headers["location"]):
        assert "Surname" not in address
        assert str(given.nhs_number) not in address


async def test_a_refusal_leads_to_the_page_of_its_question(house: House) -> None:
    visitor = await referrer(house)
    limb = referral_form.limb(imaging=referral_form.imaging(RIGHT))
    check = await visitor.filled_in(NEW, patient(), referral_form.referral(limb))
    answer = await visitor.confirmed(check)
    assert answer.status_code == 409
    (href,) = (href for words, href in links(answer).items() if words.startswith("The report names the other leg"))
    assert href == "/referrals/new/leg#limbs-0-imaging-side_in_report"


async def test_a_real_patient_is_refused_in_the_training_world_at_the_identity(house: House) -> None:
    visitor = await referrer(house)
    check = await visitor.filled_in(NEW, patient(nhs_number="9434765919"), referral_form.referral())
    answer = await visitor.confirmed(check)
    assert answer.status_code == 409
    assert "/referrals/new/identity#nhs_number" in links(answer).values()


async def test_a_draft_of_a_referral_leads_back_to_the_worklist(house: House) -> None:
    visitor = await referrer(house)
    page = await visitor.get(NEW)
    later = await visitor.post(action_of(page), sent_by(page) | {"name": "Half Typed", "go": "later"})
    assert later.headers["location"] == f"{FRONT}/my-work"
    assert "Half Typed" in (await visitor.get(NEW)).text


async def test_a_number_typed_in_groups_is_taken_and_read_back_in_groups(house: House) -> None:
    visitor = await referrer(house)
    await visitor.filled_in(NEW, patient(), referral_form.referral())
    page = await visitor.get(f"{NEW}/identity")
    number = patient().nhs_number or ""
    typed = sent_by(page) | {"nhs_number": grouped(number)}
    await visitor.post(action_of(page), typed)
    check = await visitor.get(f"{NEW}/check")
    assert f">{grouped(number)}" in main_of(check)
    assert f'name="nhs_number" value="{number}"' in check.text


def test_a_number_in_groups_is_the_same_number_to_a_program() -> None:
    number = patient().nhs_number or ""
    told = patient().model_dump(mode="json") | {"nhs_number": grouped(number)}
    assert PatientIdentity.model_validate_json(json.dumps(told)).nhs_number == number
