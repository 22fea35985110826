"""What comes between: a session that ended, a colleague who was faster, a record that is nobody's of one's own."""

from deploy.local.world import World
from shared.web.pages.shown.banner import reference_words
from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import offered, referred, review
from tests.browser.journeys.sessions import left_alone
from tests.forms import referral
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE

TYPED = "The clot reaches further up than the report says"


async def test_what_was_typed_survives_a_session_that_ended(staff: Staff, clinic: Clinic, world: World) -> None:
    pathway = await referred(clinic)
    triage = await (await staff(PEOPLE["triage-clinician"])).signed_in()
    await triage.takes_up(pathway, "classification")
    await triage.fills_in(referral.classification(referral.agreement(agrees=False, reason=TYPED)))

    await left_alone(world, triage)
    await triage.presses("Continue")
    await triage.is_known_to_the_issuer()

    assert await triage.heading() == "Classify each leg"
    assert await triage.page.locator('[name="limbs.0.reason"]').input_value() == TYPED


async def test_of_two_people_who_write_at_the_same_time_the_second_sees_both_texts(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await offered(clinic)
    coordinator = await (await staff(PEOPLE["mdt-coordinator"])).signed_in()
    surgeon = await (await staff(PEOPLE["vascular-surgeon"])).signed_in()
    await surgeon.opens_form(pathway, "mdt_review")
    await surgeon.answers_all(review(bleeding_risk_summary="HAS-BLED 2, looked at again"))

    await coordinator.opens_form(pathway, "mdt_review")
    await coordinator.hands_in(review(bleeding_risk_summary="HAS-BLED 3 since yesterday"), side="left")
    await surgeon.confirms(side="left")

    assert await surgeon.heading() == "Write down the MDT review Somebody wrote in this pathway meanwhile"
    said = await surgeon.reads()
    assert "HAS-BLED 2, looked at again" in said
    assert "HAS-BLED 3 since yesterday" in said

    await surgeon.presses("Check mine again and go on")
    await surgeon.confirms(side="left")
    seen = await clinic.see(PEOPLE["mdt-coordinator"], pathway)
    assert [entry["kind"] for entry in seen["entries"]].count("mdt_review") == 3


async def test_a_record_without_a_duty_opens_for_a_reason_that_the_privacy_officer_reviews(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await referred(clinic)
    ward = await (await staff(PEOPLE["ward-clinician"])).signed_in()

    await ward.opens_case(pathway)
    assert await ward.heading() == "You have no task on this record"
    await ward.presses("Open this record")
    assert len(await ward.problems()) == 2

    await ward.page.get_by_label("Emergency care of this patient").check()
    await ward.types("words", "The patient is on our ward with a swollen leg")
    await ward.presses("Open this record")
    assert "You opened this record without a duty on it." in await ward.reads()

    officer = await (await staff("rxx-auditor-1")).signed_in("/access-reviews")
    assert "The patient is on our ward with a swollen leg" in await officer.reads()
    review = officer.page.locator("form").filter(has_text=reference_words(pathway))  # others opened records too
    async with officer.turns():
        await review.get_by_role("button", name="Close the review").click()
    assert await officer.problems() == ["Choose what you found"]
    await review.get_by_label("Justified", exact=True).check()
    async with officer.turns():
        await review.get_by_role("button", name="Close the review").click()
    assert "The patient is on our ward with a swollen leg" not in await officer.reads()
