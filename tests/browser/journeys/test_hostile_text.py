"""Text that would run a script stays text, typed or kept: 200 of them through every free-text field of every record."""

import json

import asyncpg
import pytest_asyncio

from deploy.local.world import World
from shared.pathway.anatomy import Side
from shared.pathway.people import Role
from shared.pathway.referral import Referral
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.forms.layouts import steps
from tests.browser.journeys.hostile import TEXTS, draft_full_of, full_of
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import LEAFLET, SERIALS, review, start
from tests.forms import consent, follow_up, mdt_review, procedure, referral
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, SPECIALISTS, body_of, patient

DRAFT = """
INSERT INTO draft (trust, person, pathway_id, kind, page, raw, version, updated_at)
VALUES ('RXX', $1, $2, $3, '', $4, 1, now())
ON CONFLICT ON CONSTRAINT draft_once DO UPDATE SET raw = excluded.raw
"""
LISTEN = "window.ran = () => { window.wasRun = true }; window.alert = window.ran"
OTHERWISE = """
text => [...document.querySelectorAll("main form :is(input:not([type]), input[type=text], textarea)")]
    .filter(each => each.value.replaceAll("\\n", " ") !== text).map(each => each.name)
"""
ALL = " ".join(TEXTS)
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
    told = [" ".join(words.split()) for pathway in attacked for words in await _every_answer(coordinator, pathway)]
    await coordinator.opens_work()
    await coordinator.opens("/meeting", "mdt_review")
    assert not await _was_run(coordinator)

    assert [text for text in TEXTS if not any(text.strip() in page for page in told)] == []


async def _every_answer(person: Person, pathway: str) -> list[str]:
    """The words of the case, once with the answers of each entry."""
    await person.opens_case(pathway)
    entries = await person.page.locator('main a[href*="?open="]').evaluate_all("found => found.map(each => each.href)")
    told = []
    for each in entries:
        await person.page.goto(each)
        told.append(await person.reads())
        assert not await _was_run(person)
    return told


async def test_no_typed_text_runs_in_any_form(staff: Staff, attacked: tuple[str, ...], world: World) -> None:
    people: dict[str, Person] = {}
    kinds = [kind for kind in KINDS.values() if kind.desk and _writer(kind)]
    connection = await asyncpg.connect(world.superuser_dsn)
    try:
        for kind in kinds:
            who = _writer(kind)
            people[who] = people.get(who) or await _hostile(await staff(who))
            opened = None if kind.record is Referral else attacked[0]
            raw = json.dumps(draft_full_of(kind.record, ALL))
            await connection.execute(DRAFT, who, opened, kind.name, raw)
            await _reads_its_draft(people[who], kind, opened)
    finally:
        await connection.execute("DELETE FROM draft")  # the next journey begins with empty forms
        await connection.close()
    assert len(kinds) > 15


async def _reads_its_draft(person: Person, kind: Kind, pathway: str | None) -> None:
    """Every page of the form: each input holds exactly what was typed, and nothing of it was run."""
    base = f"/pathways/{pathway}/{kind.name}" if pathway else "/referrals/new"
    for page in steps(kind.record):
        await person.page.goto(f"{person.at(kind.desk)}{base}/{page.slug}")
        assert await person.page.evaluate(OTHERWISE, ALL) == [], person.page.url
        assert not await _was_run(person)


def _writer(kind: Kind) -> str:
    """Somebody who wrote on the pathways that were attacked, or whose duty is every pathway; "" for neither."""
    clerks = {Role.REGISTRY_CLERK: "rxx-registry-clerk-1", Role.GOVERNANCE_LEAD: "rxx-governance-lead-1"}
    known = clerks | {Role(name.replace("-", "_")): who for name, who in PEOPLE.items()}
    return next((who for role, who in known.items() if role in kind.roles), "")


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
        ("proceduralist", "2026-03-09T09:30:00Z", full_of(start(Side.LEFT), next(place))),
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
