"""The whole pathway by people whose browsers run no script at all."""

from datetime import timedelta

from shared.pathway.anatomy import Side
from shared.pathway.record import Part
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import LEAFLET, identity, moved, review, since_yesterday, start
from tests.forms import consent, follow_up, mdt_review, procedure, referral, the_day
from tests.forms.filled import london
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, SPECIALISTS


class House:
    """The people of one pathway, each in a browser without scripts, and the clock on the wall."""

    def __init__(self, staff: Staff, clinic: Clinic, by: timedelta) -> None:
        self._staff, self._clinic, self._by = staff, clinic, by
        self._here: dict[str, Person] = {}
        self.pathway = ""

    async def person(self, role: str) -> Person:
        if role not in self._here:
            self._here[role] = await (await self._staff(PEOPLE[role], scripts=False)).signed_in()
        return self._here[role]

    async def writes(self, role: str, kind: str, record: Part, *, side: str = "") -> None:
        """The record, moved to the days on which this happens, through the pages of its form."""
        person = await self.person(role)
        await person.opens_form(self.pathway, kind)
        await person.hands_in(moved(record, self._by), side=side)

    async def it_is(self, wall: str) -> None:
        """Moves the pathway's clock on to a time of March or June 2026, moved as the records are."""
        to = (london(wall) + self._by).isoformat()
        await self._clinic.advance(PEOPLE["mdt-coordinator"], self.pathway, to)

    async def until(self, what: str, kind: str) -> None:
        """The outside world does its part."""

        def told(seen: dict[str, list[dict[str, str]]]) -> bool:
            return kind in {entry["kind"] for entry in seen["entries"]}

        await self._clinic.see_until(PEOPLE["mdt-coordinator"], self.pathway, what, told)


async def test_a_patient_is_brought_from_referral_to_closure_without_javascript(staff: Staff, clinic: Clinic) -> None:
    house = House(staff, clinic, since_yesterday())
    await _refer(house)
    await _decide(house)
    await _treat(house)
    await _follow(house)

    assert "Closed: Completed" in await (await house.person("anticoag-clinic")).reads()


async def _refer(house: House) -> None:
    referrer = await house.person("referrer")
    await referrer.opens("/referrals/new", "referral")
    await referrer.hands_in(identity(), moved(referral.referral(), since_yesterday()))
    house.pathway = referrer.pathway_open()
    await house.writes("triage-clinician", "classification", referral.classification())


async def _decide(house: House) -> None:
    await house.it_is("2026-03-05T14:00")
    await house.writes("mdt-coordinator", "mdt_review", review(), side="left")
    newest = 3  # referral, classification, review
    for role in SPECIALISTS:
        await house.writes(role, "mdt_sign_off", mdt_review.sign_off(newest))
    await house.until("delivery", "governance_notice_delivered")
    await house.it_is("2026-03-06T12:00")
    await house.writes("consent-taker", "consent", consent.consent(written_information=LEAFLET), side="left")


async def _treat(house: House) -> None:
    await house.it_is("2026-03-09T09:30")
    await house.writes("proceduralist", "bloods", the_day.bloods())
    await house.writes("proceduralist", "consent_confirmed", consent.confirmation())
    await house.writes("proceduralist", "procedure_start", start(Side.LEFT), side="left")
    await house.it_is("2026-03-09T11:30")
    await house.writes("proceduralist", "procedure_end", procedure.end())
    await house.until("receipt", "registry_accepted")


async def _follow(house: House) -> None:
    await house.it_is("2026-03-11T12:00")
    await house.writes("ward-clinician", "discharge", follow_up.discharge())
    await house.it_is("2026-06-01T11:00")
    reviewed = follow_up.clinic_review(decision_maker=PEOPLE["anticoag-clinic"])
    await house.writes("anticoag-clinic", "anticoagulation_review", reviewed)
    await house.writes("anticoag-clinic", "closure", follow_up.closure())
