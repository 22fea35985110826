"""What people rarely see: a stop for a caution, a form that counted before, an outage; and all of it on 320 pixels."""

import pytest

from deploy.local.world import World
from tests.browser.axe import violations
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import classified, offered, referred, review
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE

NARROW = 320
SENT_BEFORE = """async () => {
    const form = document.querySelector("main form");
    await fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual"});
    form.elements.bleeding_risk_summary.value = "HAS-BLED 4 after all";
}"""
TOO_WIDE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > wide + 0.5)
        .map((each) => each.tagName + "." + each.className);
}"""


@pytest.mark.parametrize("width", [1280, NARROW])
async def test_a_review_after_the_fourteen_days_stops_to_say_so(staff: Staff, clinic: Clinic, width: int) -> None:
    pathway = await classified(clinic)
    await clinic.advance(PEOPLE["mdt-coordinator"], pathway, "2026-03-20T14:00:00Z")
    surgeon = await (await staff(PEOPLE["vascular-surgeon"], width=width)).signed_in()
    await surgeon.opens_form(pathway, "mdt_review")
    await surgeon.answers_all(review())
    await surgeon.confirms(side="left")
    assert await surgeon.heading() == "Write down the MDT review Stop: this is unusual"
    assert "after presentation. IPG651 3.9" in await surgeon.reads()
    await fits(surgeon)


@pytest.mark.parametrize("width", [1280, NARROW])
async def test_a_form_that_counted_before_is_told_and_its_new_answers_can_be_kept(
    staff: Staff, clinic: Clinic, width: int
) -> None:
    pathway = await classified(clinic)
    surgeon = await (await staff(PEOPLE["vascular-surgeon"], width=width)).signed_in()
    await surgeon.opens_form(pathway, "mdt_review")
    await surgeon.answers_all(review())
    await surgeon.page.locator('[name=side_again][value="left"]').check()
    await surgeon.page.evaluate(SENT_BEFORE)
    await surgeon.confirms()
    assert "This form was saved before, with other answers" in await surgeon.heading()
    await fits(surgeon)
    await surgeon.presses("Keep these answers as a draft")
    await surgeon.opens_form(pathway, "mdt_review")
    assert "This is your draft" in await surgeon.reads()


async def test_every_kind_of_page_is_read_on_the_narrowest_screen(staff: Staff, clinic: Clinic) -> None:
    pathway = await classified(clinic)
    surgeon = await (await staff(PEOPLE["vascular-surgeon"], width=NARROW)).signed_in()
    too_wide: list[str] = []
    for path, desk in (
        ("/my-work", "front_door"),
        ("/my-work/away", "front_door"),
        (f"/pathways/{pathway}", "front_door"),
        (f"/pathways/{pathway}?open=all", "front_door"),
        (f"/pathways/{pathway}/readers", "front_door"),
        (f"/pathways/{pathway}/mdt_review", "mdt_review"),
        (f"/pathways/{pathway}/new_imaging", "referral"),
        ("/meeting", "mdt_review"),
        (f"/meeting/{pathway}", "mdt_review"),
        ("/help", "front_door"),
        ("/help/mdt_review", "front_door"),
        ("/accessibility", "front_door"),
        ("/nowhere", "front_door"),
    ):
        await surgeon.opens(path, desk)
        too_wide += [f"{path}: {each}" for each in await surgeon.page.evaluate(TOO_WIDE)]
    assert too_wide == []


async def test_governance_and_the_privacy_officer_read_theirs_on_the_narrowest_screen(
    staff: Staff, clinic: Clinic
) -> None:
    await offered(clinic)
    lead = await (await staff("rxx-governance-lead-1", width=NARROW)).signed_in()
    await lead.opens("/inbox", "governance")
    await fits(lead)
    stranger = await (await staff(PEOPLE["ward-clinician"], width=NARROW)).signed_in()
    await stranger.opens_case(await referred(clinic))
    assert await stranger.heading() == "You have no task on this record"
    await fits(stranger)
    officer = await (await staff("rxx-auditor-1", width=NARROW)).signed_in("/access-reviews")
    await fits(officer)


async def test_an_outage_is_told_in_words_on_a_page_like_every_other(
    staff: Staff, clinic: Clinic, world: World
) -> None:
    pathway = await classified(clinic)
    surgeon = await (await staff(PEOPLE["vascular-surgeon"])).signed_in()
    await world.kill("postgres")
    try:
        answer = await surgeon.page.goto(f"{surgeon.at('front_door')}/pathways/{pathway}")
        assert answer is not None
        assert answer.status == 503
        assert await surgeon.heading() == "The service does not answer at the moment"
        assert await violations(surgeon.page) == []
    finally:
        await world.restart("postgres")
    # The browser's own lines about the answer that this test is about.
    staff.notes.wrong[:] = [each for each in staff.notes.wrong if "503" not in each]


async def fits(person: Person) -> None:
    """Nothing has to be moved sideways to be read (WCAG 2.2, 1.4.10)."""
    assert await person.page.evaluate(TOO_WIDE) == [], person.page.url
