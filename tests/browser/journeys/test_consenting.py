"""The consent desk: consent is signed by somebody whom the issuer has just seen, and withdrawn in one action."""

from deploy.local.world import World
from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import LEAFLET, consented, offered
from tests.browser.journeys.sessions import proven_long_ago
from tests.forms import consent
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE


async def test_a_consent_taker_proves_again_who_they_are_before_consent_counts(
    staff: Staff, clinic: Clinic, world: World
) -> None:
    pathway = await offered(clinic)
    taker = await (await staff(PEOPLE["consent-taker"])).signed_in()

    await taker.takes_up(pathway, "consent")
    await taker.answers_all(consent.consent(written_information=LEAFLET))
    await proven_long_ago(world, taker)
    await taker.confirms(side="left")
    await taker.is_known_to_the_issuer()
    assert await taker.heading() == "Take consent Check your answers"
    await taker.confirms(side="left")

    assert "Consent conversation written down" in await taker.reads()


async def test_consent_is_withdrawn_in_one_action(staff: Staff, clinic: Clinic) -> None:
    pathway = await consented(clinic)
    ward = await (await staff(PEOPLE["consent-taker"])).signed_in(f"/pathways/{pathway}")

    await ward.presses("The patient withdraws consent")
    await ward.fills_in(consent.withdrawal())
    await ward.presses("Save")

    assert "Consent withdrawn" in await ward.reads()
    gates = {gate["id"]: gate["state"] for gate in (await clinic.see(PEOPLE["consent-taker"], pathway))["gates"]}
    assert gates["G7"] == "shut"
