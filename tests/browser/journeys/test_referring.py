"""The referral desk: a patient is referred, and each leg gets its class."""

from shared.pathway.choices import Answer
from shared.pathway.referral import Rutherford
from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import identity, moved, referred, since_yesterday
from tests.forms import referral
from tests.journey.clinic import Clinic


async def test_a_referrer_refers_a_patient(staff: Staff) -> None:
    referrer = await (await staff("rxx-referrer-1")).signed_in()

    await referrer.follows("Refer a patient")
    await referrer.presses("Continue")
    assert "Enter the patient's name" in await referrer.problems()

    await referrer.answers_all(identity(), moved(referral.referral(), since_yesterday()))
    assert await referrer.heading() == "Refer a patient Check your answers"
    await referrer.confirms()

    assert "Saved" in await referrer.reads()
    assert "LEFT leg" in await referrer.reads()
    assert not await referrer.has_to(referrer.pathway_open(), "classification")


async def test_signs_of_a_leg_in_danger_make_a_referral_an_emergency(staff: Staff) -> None:
    referrer = await (await staff("ryy-referrer-1")).signed_in()
    signs = referral.signs(cyanosis=Answer.YES)
    in_danger = referral.limb(phlegmasia_signs=signs, rutherford_limb_status=Rutherford.IIA)

    await referrer.opens("/referrals/new", "referral")
    await referrer.answers_all(identity(), moved(referral.referral(in_danger), since_yesterday()))

    assert "This referral counts as an emergency, whatever was chosen" in await referrer.reads()


async def test_a_triage_clinician_classifies_a_leg(staff: Staff, clinic: Clinic) -> None:
    pathway = await referred(clinic)
    triage = await (await staff("rxx-triage-clinician-1")).signed_in()

    await triage.takes_up(pathway, "classification")
    assert "Special arrangements" in await triage.reads()
    await triage.hands_in(referral.classification())

    assert "Class of each leg answered" in await triage.reads()
    assert not await triage.has_to(pathway, "classification")
