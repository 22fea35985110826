"""The MDT and clinical governance: a review is written down, three specialties sign, the lead has read the notice."""

from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import classified, offered, review
from tests.forms import mdt_review
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, SPECIALISTS


async def test_a_coordinator_writes_the_review_down_and_three_specialties_sign_it(staff: Staff, clinic: Clinic) -> None:
    pathway = await classified(clinic)
    coordinator = await (await staff(PEOPLE["mdt-coordinator"])).signed_in()

    await coordinator.takes_up(pathway, "mdt_review")
    await coordinator.hands_in(review(), side="left")
    assert "MDT review written down" in await coordinator.reads()

    for role in SPECIALISTS:
        specialist = await (await staff(PEOPLE[role])).signed_in()
        await specialist.follows("MDT meeting")
        await specialist.follows_to(f"/meeting/{pathway}")
        assert "LEFT leg: Offer thrombectomy under special arrangements" in await specialist.reads()
        await specialist.presses("Sign")
        assert await specialist.problems() == ["Choose whether you agree or object"]
        await specialist.page.get_by_label("I agree, and sign for my specialty").check()
        await specialist.presses("Sign")

    seen = await clinic.see(PEOPLE["mdt-coordinator"], pathway)
    assert [entry["kind"] for entry in seen["entries"]].count("mdt_sign_off") == 3


async def test_a_review_of_fewer_than_three_specialties_is_refused_beside_its_question(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await classified(clinic)
    coordinator = await (await staff(PEOPLE["mdt-coordinator"])).signed_in()

    await coordinator.opens_form(pathway, "mdt_review")
    await coordinator.answers_all(review(attendees=mdt_review.attendees(PEOPLE["haematologist"])))
    await coordinator.confirms(side="left")

    assert any("Paragraph 3.8" in line for line in await coordinator.problems())


async def test_a_governance_lead_acknowledges_a_notice_without_seeing_who_the_patient_is(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await offered(clinic)
    lead = await (await staff("rxx-governance-lead-1")).signed_in()
    assert "Synthetic" not in await lead.reads()

    await lead.follows("Governance inbox")
    assert "Synthetic" not in await lead.reads()
    await lead.opens(f"/inbox?pathway={pathway}", "governance")  # as the task on My work leads there
    await lead.presses("I have read this", of=f'form[action="/inbox/{pathway}"]')

    seen = await clinic.see(PEOPLE["mdt-coordinator"], pathway)
    assert seen["notices"][0]["acknowledged_by"] == "rxx-governance-lead-1"
