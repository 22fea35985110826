"""A governance lead, from the mail to the acknowledgement: its link, signing in, the case, the inbox (IPG651 1.2)."""

import re
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import httpx

from deploy.local.world import World
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import offered
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE

LEAD = "rxx-governance-lead-1"
LINK = re.compile(r"https?://\S+")


async def mail_about(world: World, pathway: str) -> str:
    """The text of the one notice to the lead."""
    async with httpx.AsyncClient(base_url=world.ports.url("inbox"), trust_env=False) as http:
        (message,) = (await http.get("/messages", params={"pathway_ref": pathway})).json()
        raw = (await http.get(f"/messages/{message['key']}")).content
    assert message["to"] == [f"{LEAD}@inbox.invalid"]
    return str(message_from_bytes(raw, policy=default).get_content())


async def comes_by_the_mail(staff: Staff, link: str) -> Person:
    """Somebody who follows the link of a mail: through the issuer, and there."""
    lead = await staff(LEAD)
    await lead.page.goto(link)
    await lead.is_known_to_the_issuer()
    assert lead.page.url == link
    return lead


async def acknowledges(lead: Person, pathway: str) -> None:
    """From the case by the task of one's own work to the inbox, and the button there."""
    await lead.opens_work()
    async with lead.turns():
        await lead.page.locator(f'td a[href*="/inbox?pathway={pathway}"]').first.click()
    await lead.presses("I have read this", of=f'form[action="/inbox/{pathway}"]')


async def test_a_lead_comes_from_the_mail_to_the_notice_and_acknowledges_it(
    staff: Staff, clinic: Clinic, world: World
) -> None:
    pathway = await offered(clinic)
    text = await mail_about(world, pathway)
    (link,) = LINK.findall(text)
    assert urlsplit(link).path == f"/pathways/{pathway}"
    assert "Synthetic" not in text
    assert "999" not in text

    lead = await comes_by_the_mail(staff, link)
    assert "Synthetic" not in await lead.reads()
    await acknowledges(lead, pathway)
    assert "Your acknowledgement is kept." in await lead.reads()

    seen = await clinic.see(PEOPLE["mdt-coordinator"], pathway)
    assert seen["notices"][0]["acknowledged_by"] == LEAD


async def test_the_registers_of_governance_are_there_for_the_lead(staff: Staff) -> None:
    lead = await (await staff(LEAD)).signed_in()
    await lead.opens("/registers", "governance")
    await lead.follows("Who is told for governance")
    assert f"{LEAD}@inbox.invalid" in await lead.reads()
    await lead.follows("Name who is told")
    await lead.presses("Keep")
    assert "Enter who is told" in await lead.problems()

    await lead.opens("/registers/authorisation", "governance")
    assert "The procedure is permitted" in await lead.reads()
    await lead.follows("Approve the procedure, a device or an operator")
    await lead.presses("Keep")
    assert "Enter who approved it" in await lead.problems()
