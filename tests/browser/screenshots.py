"""`make screenshots`: a picture of every page with the training patients, on a wide and on the narrowest screen."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from playwright.async_api import Browser, async_playwright

from deploy.local.world import EVERY_PART, World
from shared.pathway.anatomy import Side
from shared.pathway.mdt_review import Outcome
from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from shared.web.forms.layouts import steps
from tests.browser import rare
from tests.browser.album import FOLDER, Album, forms_served, opened
from tests.browser.conftest import FLAGS
from tests.browser.journeys.person import Notes, Person, Staff
from tests.browser.journeys.prepared import LEAFLET, identity, moved, review, since_yesterday, start
from tests.chaos.looking import rows
from tests.forms import consent, mdt_review, referral
from tests.journey.clinic import Clinic

# The training patients' surnames, by their stories (deploy/seed/patients).
CALLED = [
    "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec",
    "Romeo", "Sierra",
]  # fmt: skip
CASES = {f"T{number}": name for number, name in enumerate(CALLED, 1)}
WORKERS = (
    "referrer", "triage-clinician", "mdt-coordinator", "haematologist", "governance-lead", "consent-taker",
    "proceduralist", "ward-clinician", "anticoag-clinic", "registry-clerk",
)  # fmt: skip
# A moment that has not come: there is nothing to show, and the page says so.
END_OF_2027 = "at.day=31&at.month=12&at.year=2027&at.hour=12&at.minute=0"
REGISTERS = ("device_recalls", "study_closures", "suspensions", "staff_left", "guidance")
# Roles with a relationship to somebody who was treated.
KNOWN_THERE = (
    Role.PROCEDURALIST, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON, Role.MDT_COORDINATOR,
    Role.WARD_CLINICIAN, Role.ANTICOAG_CLINIC, Role.GOVERNANCE_LEAD, Role.REGISTRY_CLERK,
)  # fmt: skip
# Whose form is pictured with which patient.
FORMS = (
    ("T1", "triage-clinician", "classification"),
    ("T2", "referrer", "new_imaging"),
    ("T3", "mdt-coordinator", "mdt_review"),
    ("T4", "haematologist", "mdt_sign_off"),
    ("T5", "consent-taker", "consent"),
    ("T5", "governance-lead", "governance_acknowledgement"),
    ("T6", "proceduralist", "procedure_start"),
    ("T6", "consent-taker", "consent_withdrawn"),
    ("T9", "proceduralist", "procedure_end"),
    ("T9", "registry-clerk", "registry_correction"),
    ("T9", "registry-clerk", "registry_manual_entry"),
    ("T9", "ward-clinician", "discharge"),
    ("T7", "anticoag-clinic", "anticoagulation_review"),
    ("T3", "mdt-coordinator", "standard_care_handoff"),
    ("T3", "mdt-coordinator", "closure"),
    ("T1", "referrer", "identity_corrected"),
    ("T3", "interventional-radiologist", "break_glass"),
    ("T13", "medical-director", "break_glass_review"),
    ("T11", "interventional-radiologist", "filter_retrieval"),
    ("T10", "interventional-radiologist", "filter_review"),
    ("T11", "device-safety-officer", "yellow_card"),
    ("T14", "anticoag-clinic", "long_term_visit"),
)


async def _work(album: Album) -> None:
    for role in WORKERS:
        await album.at(f"work-{role}", role, "/my-work")
    await album.at("work-away", "haematologist", "/my-work/away")
    await album.at("work-find", "haematologist", "/find")
    await album.at("meeting", "mdt-coordinator", "/meeting", "mdt_review")
    await album.at("meeting-sign", "haematologist", f"/meeting/{album.pathways['T4']}", "mdt_review")
    await album.at("governance-inbox", "governance-lead", "/inbox", "governance")
    await album.at("governance-inbox-pathway", "governance-lead", f"/inbox/{album.pathways['T4']}", "governance")


async def _cases(album: Album) -> None:
    for story, pathway in album.pathways.items():
        person = await album.at(f"case-{story}", "mdt-coordinator", f"/pathways/{pathway}")
        await person.page.emulate_media(media="print")
        await album.picture(f"case-{story}-print", person) if story == "T6" else None
        await person.page.emulate_media(media="screen")
    pathway = album.pathways["T6"]
    await album.at("case-opened-entry", "mdt-coordinator", f"/pathways/{pathway}?open=3")
    await album.at("case-readers", "mdt-coordinator", f"/pathways/{pathway}/readers")
    await album.at("case-file", "governance-lead", f"/pathways/{pathway}/case-file")
    await album.at("case-governance", "governance-lead", f"/pathways/{pathway}")
    await album.at("case-as-it-will-stand", "mdt-coordinator", f"/pathways/{pathway}?{END_OF_2027}")
    coordinator = await album.person("mdt-coordinator")
    await coordinator.opens(f"/pathways/{pathway}")
    past = await _past_moment(coordinator)
    await album.at("case-as-it-stood", "mdt-coordinator", f"/pathways/{pathway}?{past}")
    documents = f"/pathways/{pathway}/documents"
    await album.at("documents", "consent-taker", documents)
    await album.at("document", "consent-taker", f"{documents}/patient_information")
    await album.at("document-give", "consent-taker", f"{documents}/patient_information/give", "follow_up")
    await album.at("paper", "consent-taker", f"/pathways/{pathway}/paper")
    await album.at("downtime", "consent-taker", "/downtime")


async def _tracks(album: Album) -> None:
    """What goes on beside the steps: filters, adverse events, broken gates, devices, registers, ways to write."""
    case = f"/pathways/{album.pathways['T11']}"
    for role in ("device-safety-officer", "interventional-radiologist"):
        person = await album.at(f"case-T11-{role}", role, case)
        await person.follows_to(await _event(person))
        await album.picture(f"adverse-event-{role}", person)
    await album.at("write", "interventional-radiologist", f"{case}/write")
    await album.at("write-closed", "anticoag-clinic", f"/pathways/{album.pathways['T8']}/write")
    await album.at("figures", "governance-lead", "/compliance", "governance")
    await album.at("figures-safety", "governance-lead", "/compliance/3.3", "governance")
    await album.at("figures-cases", "governance-lead", "/compliance/measures/registered?said=open", "governance")
    await album.at("filters", "interventional-radiologist", "/filters")
    await album.at("broken-gates", "medical-director", "/broken-gates")
    await album.at("devices", "device-safety-officer", "/devices?udi=05012345678948")
    await album.at("registers", "governance-lead", "/registers", "governance")
    for news in (*REGISTERS, "recipients/new", "authorisation/approve", "authorisation/end"):
        await album.at(f"registers-{news.replace('/', '-')}", "governance-lead", f"/registers/{news}", "governance")
    await album.at("registers-recipients", "governance-lead", "/registers/recipients", "governance")
    await album.at("registers-authorisation", "governance-lead", "/registers/authorisation", "governance")
    await album.at("registry", "registry-clerk", "/registry", "registry")
    await album.at("registry-sheet", "registry-clerk", f"/registry/{album.pathways['T9']}/sheet/1", "registry")
    await album.at("research", "governance-lead", "/research", "registry")
    await album.at("research-new", "research-lead", "/research/new", "registry")
    await album.at("safety-hazard", "governance-lead", "/safety/H-01")
    await album.at("documents-closed", "ward-clinician", f"/pathways/{album.pathways['T12']}/documents")
    await album.at("safety", "governance-lead", "/safety")


async def _past_moment(person: Person) -> str:
    """When something was written down on the case that is open, as an address asks for it."""
    told = await person.page.locator(".app-moment__time").nth(2).get_attribute("datetime")
    assert told is not None, "nothing is written down on this case"
    at = datetime.fromisoformat(told)
    parts = ("day", "month", "year", "hour", "minute")
    return "&".join(f"at.{part}={getattr(at, part)}" for part in parts)


async def _event(person: Person) -> str:
    """The end of the address of the first adverse event of the case that is open."""
    link = await person.page.locator('main a[href*="/adverse-events/"]').first.get_attribute("href")
    assert link is not None, "no adverse event on this case"
    return link


async def _forms(album: Album) -> None:
    for story, role, kind in FORMS:
        for slug in _slugs(kind):
            path = f"/pathways/{album.pathways[story]}/{kind}/{slug}"
            await album.at(f"form-{kind}-{slug}", role, path, KINDS[kind].desk)
    for slug in ("identity", *_slugs("referral")):
        await album.at(f"form-referral-{slug}", "referrer", f"/referrals/new/{slug}", "referral")


def _slugs(kind: str) -> list[str]:
    return [page.slug for page in steps(KINDS[kind].record)]


async def _other_forms(album: Album) -> None:
    """Every other form, of the patient who has been through everything, as the first role sees it that writes it."""
    pictured = {kind for _story, _role, kind in FORMS}
    for name in sorted(forms_served() - pictured - {"referral"}):
        may = KINDS[name].roles
        role = next((each for each in KNOWN_THERE if each in may), min(may)).value.replace("_", "-")
        for slug in _slugs(name):
            path = f"/pathways/{album.pathways['T11']}/{name}/{slug}"
            person = await album.at(f"form-{name}-{slug}", role, path, KINDS[name].desk)
            if not person.page.url.endswith(path):  # nobody of this role has a duty there
                await opened(person)
                await album.at(f"form-{name}-{slug}", role, path, KINDS[name].desk)


async def _states(album: Album) -> None:
    """Errors, the checks before something counts, and a refusal."""
    operator = await album.at(
        "start", "proceduralist", f"/pathways/{album.pathways['T6']}/procedure_start", "procedure"
    )
    await operator.presses("Continue")
    await album.picture("state-errors", operator)
    await operator.answers_all(start(Side.RIGHT))
    await album.picture("state-check-start", operator)
    await operator.confirms(side="left")
    await album.picture("state-wrong-leg", operator)
    await operator.confirms(side="right")
    await album.picture("state-refused", operator)

    taker = await album.at("consent", "consent-taker", f"/pathways/{album.pathways['T5']}/consent", "consent")
    await taker.answers_all(consent.consent(sides=frozenset({Side.RIGHT}), written_information=LEAFLET))
    await album.picture("state-check-consent", taker)

    referrer = await album.at("refer", "referrer", "/referrals/new", "referral")
    await referrer.answers_all(identity(), moved(referral.referral(), since_yesterday()))
    await album.picture("state-check-referral", referrer)
    await referrer.confirms()
    await album.picture("state-saved", referrer)

    coordinator = await album.at("mdt", "mdt-coordinator", f"/pathways/{album.pathways['T3']}/mdt_review", "mdt_review")
    await coordinator.answers_all(review(mdt_review.offer(), mdt_review.decided(Outcome.DECLINE, Side.RIGHT)))
    await album.picture("state-check-review", coordinator)


async def _doors(album: Album) -> None:
    """Signing in and out, opening without a duty, help, and what is shown when something is not there."""
    stranger = await album.at("open-record", "ward-clinician", f"/pathways/{album.pathways['T1']}")
    await stranger.presses("Open this record")
    await album.picture("open-record-errors", stranger)
    await opened(stranger)
    await album.picture("case-broken-glass", stranger)
    await album.at("access-reviews", "auditor", "/access-reviews")
    await album.at("choose-role", "dual-vs-ir", "/choose-role")
    await album.at("help", "referrer", "/help")
    await album.at("help-consent", "referrer", "/help/consent")
    await album.at("accessibility", "referrer", "/accessibility")
    await album.at("not-there", "referrer", "/pathways/00000000-0000-4000-8000-000000000000")
    await album.at("other-role", "referrer", f"/pathways/{album.pathways['T6']}/procedure_start", "procedure")
    await album.at("not-signed-in", "referrer", "/signed-in")
    last = await album.person("auditor")
    await last.page.get_by_role("button", name="Sign out").click()
    await last.page.wait_for_url(re.compile("signed-out|end_session|logout"))
    await last.opens("/signed-out")
    await album.picture("signed-out", last)


async def _operations(album: Album) -> None:
    """The operations desk: health, traces of a pathway, one trace, the map. The front door leads ops there."""
    operator = await album.at("operations", "ops", "/operations", "operations")
    await album.at("operations-traces", "ops", "/operations/traces?pathways=yes", "operations")
    await album.at("operations-pathway", "ops", f"/operations/pathways/{album.pathways['T6']}", "operations")
    await operator.page.locator('main a[href^="/operations/traces/"]').first.click()
    await album.picture("operations-trace", operator)
    await album.at("operations-services", "ops", "/operations/services", "operations")
    await album.at("operations-find", "ops", "/operations/pathways", "operations")


async def _left(album: Album) -> None:
    """What no picture shows, for whoever adds a page."""
    for path in album.not_pictured():
        print(f"not pictured: {path}")  # noqa: T201 -- this is a command


PARTS: tuple[Callable[[Album], Awaitable[None]], ...] = (
    _work,
    _cases,
    _tracks,
    _forms,
    _other_forms,
    _states,
    _operations,
    rare.states,
    rare.lists,
    _doors,
    _left,
)


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


async def _pathways(world: World) -> dict[str, str]:
    found = await rows(world, "SELECT name, pathway.id::text FROM pathway JOIN patient ON patient.id = patient_id")
    ids = {row["name"].rpartition(" ")[2]: str(row["id"]) for row in found}
    return {story: ids[name] for story, name in CASES.items()}


async def main() -> None:
    """Starts a world with its patients, takes the pictures, and ends it."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    async with World.scratch() as world, _chromium() as browser:
        await world.start(EVERY_PART)
        notes = Notes(set(), looking=False)
        clinic = Clinic(world.ports)
        album = Album(Staff(browser, world.ports, notes), await _pathways(world), clinic)
        for part in PARTS:
            await part(album)
            print(f"{album.count} pictures in {FOLDER.name}/", flush=True)  # noqa: T201 -- this is a command
        await clinic.close()
        for line in notes.wrong:
            print(line)  # noqa: T201 -- the same


if __name__ == "__main__":
    asyncio.run(main())
