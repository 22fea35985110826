"""Pictures of what people rarely see: an interruption, a conflict, a withdrawal, an empty list, a session that ends."""

import asyncio
import socket

import uvicorn

from tests.browser.album import Album
from tests.browser.gallery import gallery
from tests.browser.journeys.person import Person
from tests.browser.journeys.prepared import classified, consented, offered, review
from tests.browser.journeys.test_unusual import SENT_BEFORE
from tests.forms import consent
from tests.journey.walk import PEOPLE


async def states(album: Album) -> None:
    """Each on a patient of its own."""
    await album.clinic.sign_in(*PEOPLE.values(), "rxx-governance-lead-1")
    await _interruption(album)
    await _conflict(album)
    await _sent_before(album)
    await _withdrawal(album)
    await _sessions(album)


async def _reviewing(album: Album, pathway: str, **changes: str) -> Person:
    surgeon = await album.person("vascular-surgeon")
    await surgeon.opens_form(pathway, "mdt_review")
    await surgeon.answers_all(review(**changes))
    return surgeon


async def _interruption(album: Album) -> None:
    pathway = await classified(album.clinic)
    await album.clinic.advance(PEOPLE["mdt-coordinator"], pathway, "2026-03-20T14:00:00Z")
    surgeon = await _reviewing(album, pathway)
    await surgeon.confirms(side="left")
    await album.picture("state-interruption", surgeon)


async def _conflict(album: Album) -> None:
    pathway = await offered(album.clinic)
    surgeon = await _reviewing(album, pathway, bleeding_risk_summary="HAS-BLED 2, looked at again")
    coordinator = await album.person("mdt-coordinator")
    await coordinator.opens_form(pathway, "mdt_review")
    await coordinator.hands_in(review(bleeding_risk_summary="HAS-BLED 3 since yesterday"), side="left")
    await surgeon.confirms(side="left")
    await album.picture("state-conflict", surgeon)


async def _sent_before(album: Album) -> None:
    surgeon = await _reviewing(album, await classified(album.clinic))
    await surgeon.page.locator('[name=side_again][value="left"]').check()
    await surgeon.page.evaluate(SENT_BEFORE)
    await surgeon.confirms()
    await album.picture("state-sent-before", surgeon)


async def _withdrawal(album: Album) -> None:
    pathway = await consented(album.clinic)
    ward = await album.at("case-consented", "consent-taker", f"/pathways/{pathway}")
    await ward.presses("The patient withdraws consent")
    await ward.fills_in(consent.withdrawal())
    await ward.presses("Save")
    await album.picture("case-withdrawn", ward)


async def _sessions(album: Album) -> None:
    """A session that ends soon, and one that has ended while the page was open."""
    listening = socket.create_server(("127.0.0.1", 0))
    quiet = uvicorn.Config(gallery(), lifespan="off", access_log=False, log_config=None, ws="none")
    server = uvicorn.Server(quiet)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    person = await album.staff("rxx-vascular-surgeon-1")
    for name in ("late", "over", "limited"):
        await person.page.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/{name}")
        await album.picture(f"session-{name}", person)
    server.should_exit = True
    await serving


async def lists(album: Album) -> None:
    """Lists with nothing in them, and what a search says."""
    await album.at("work-nothing-left", "triage-clinician", "/my-work?side=right&overdue=1")
    await album.at("work-filtered", "ward-clinician", "/my-work?sort=urgency&side=left&overdue=1")
    reader = await album.at("finding", "mdt-coordinator", "/find")
    await reader.types("find", "12345")
    await reader.presses("Find")
    await album.picture("find-wrong", reader)
    await reader.types("find", "FFFF-FFFF")
    await reader.presses("Find")
    await album.picture("find-nothing", reader)
    lead = await album.at("figures-wrong", "governance-lead", "/compliance?from=2026-05&to=2026-03", "governance")
    await lead.opens("/devices?udi=00000000000000")
    await album.picture("devices-nothing", lead)
    elsewhere = await (await album.staff("ryy-governance-lead-1")).signed_in()
    await album.picture("work-empty", elsewhere)
    for name, path, desk in (("inbox", "/inbox", "governance"), ("registry", "/registry", "registry")):
        await elsewhere.opens(path, desk)
        await album.picture(f"{name}-empty", elsewhere)
