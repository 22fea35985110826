"""Text that would run a script stays text: 200 of them through a patient's whole way, handed in at the desks."""

import pytest_asyncio

from shared.pathway.anatomy import Side
from tests.browser.journeys.hostile import TEXTS, full_of
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import LEAFLET, SERIALS, review, start
from tests.forms import consent, follow_up, mdt_review, procedure, referral, the_day
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, SPECIALISTS, body_of, patient

LISTEN = "window.ran = () => { window.wasRun = true }; window.alert = window.ran"
KEPT = len(TEXTS) // 2
HALF = KEPT // 2


async def _hostile(person: Person) -> Person:
    await person.page.add_init_script(LISTEN)
    return await person.signed_in()


async def _was_run(person: Person) -> bool:
    return bool(await person.page.evaluate("window.wasRun === true"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def attacked(clinic: Clinic) -> tuple[str, ...]:
    """Two pathways up to the discharge: together they keep every text, every free-text field several."""
    return tuple([await _kept_full_of(clinic, first) for first in range(0, len(TEXTS), KEPT)])


async def test_no_kept_text_runs_on_any_page_of_its_pathway(staff: Staff, attacked: tuple[str, ...]) -> None:
    coordinator = await _hostile(await staff(PEOPLE["mdt-coordinator"]))
    told = [" ".join((await _every_answer(coordinator, pathway)).split()) for pathway in attacked]
    await coordinator.opens_work()
    await coordinator.opens("/meeting", "mdt_review")
    assert not await _was_run(coordinator)

    assert [text for text in TEXTS if not any(text.strip() in page for page in told)] == []


async def _every_answer(person: Person, pathway: str) -> str:
    """The words of the case with the answers of every entry."""
    await person.opens_case(f"{pathway}?open=all")
    assert not await _was_run(person)
    return await person.reads()


async def _kept_full_of(clinic: Clinic, first: int) -> str:
    """A pathway whose every record is full of hostile text, from the `first` on."""
    place = iter(range(first, first + KEPT))
    referred = full_of(referral.referral(), first)
    named = patient(next(SERIALS), name=TEXTS[first + 1])
    pathway = await clinic.open(
        PEOPLE["referrer"], {"patient": named, **body_of(referred)}, training_now="2026-03-03T09:00:00Z"
    )
    steps_taken = (
        ("triage-clinician", "", full_of(referral.classification(), next(place))),
        ("mdt-coordinator", "2026-03-05T14:00:00Z", full_of(review(), first)),
        *((role, "", full_of(mdt_review.sign_off(3), next(place))) for role in SPECIALISTS),
        ("consent-taker", "2026-03-06T12:00:00Z", full_of(consent.consent(written_information=LEAFLET), first + HALF)),
        ("ward-clinician", "2026-03-09T09:30:00Z", the_day.bloods()),
        ("proceduralist", "", consent.confirmation()),
        ("proceduralist", "", full_of(start(Side.LEFT), next(place))),
        ("proceduralist", "2026-03-09T11:30:00Z", full_of(procedure.end(), next(place))),
        ("ward-clinician", "2026-03-11T12:00:00Z", full_of(follow_up.discharge(), first)),
    )
    for role, at, record in steps_taken:
        if at:
            await clinic.advance(PEOPLE[role], pathway, at)
        if record.kind == "consent":
            await clinic.see_until(PEOPLE[role], pathway, "delivery", lambda seen: seen["notices"][0]["delivered_at"])
        await clinic.write(PEOPLE[role], pathway, record.kind, body_of(record))
    return pathway
