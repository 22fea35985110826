"""The ward and the clinic: home with a plan, and reviewed after three months."""

from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import consented, treat
from tests.forms import follow_up
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE


async def test_a_ward_discharges_and_the_clinic_reviews_and_closes(staff: Staff, clinic: Clinic) -> None:
    pathway = await consented(clinic)
    await treat(clinic, pathway)
    await clinic.advance(PEOPLE["ward-clinician"], pathway, "2026-03-11T12:00:00Z")
    ward = await (await staff(PEOPLE["ward-clinician"])).signed_in()

    await ward.takes_up(pathway, "discharge")
    await ward.hands_in(follow_up.discharge())
    assert "Discharged from the ward" in await ward.reads()

    await clinic.advance(PEOPLE["anticoag-clinic"], pathway, "2026-06-01T10:00:00Z")
    reviewer = await (await staff(PEOPLE["anticoag-clinic"])).signed_in()
    await reviewer.takes_up(pathway, "anticoagulation_review")
    await reviewer.hands_in(follow_up.clinic_review(decision_maker=PEOPLE["anticoag-clinic"]))
    assert "Anticoagulation reviewed" in await reviewer.reads()

    await reviewer.opens_form(pathway, "closure")
    await reviewer.hands_in(follow_up.closure())
    assert "Closed: Completed" in await reviewer.reads()
