"""Every free text of every kind of record, each of 200 hostile texts kept in it or typed, looked at where it is shown.

Nothing is run, and the policy has nothing to stop.
"""

import json
from collections.abc import Mapping
from itertools import chain

import asyncpg
import pytest_asyncio

from deploy.local.world import World
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.forms.layouts import steps
from tests.browser.journeys.hostile import LINE, TEXTS, draft_full_of
from tests.browser.journeys.hostile_records import places_of, plant, texts_for, writer
from tests.browser.journeys.person import Person, Staff
from tests.service.permissions.operations import page_operations

DRAFT = """
INSERT INTO draft (trust, person, pathway_id, kind, page, raw, version, updated_at)
VALUES ('RXX', $1, $2, $3, '', $4, 1, now())
ON CONFLICT ON CONSTRAINT draft_once DO UPDATE SET raw = excluded.raw
"""
LISTEN = """
window.wasRun = false; window.blocked = [];
window.ran = () => { window.wasRun = true };
for (const name of ["alert", "confirm", "prompt"]) window[name] = window.ran;
addEventListener("securitypolicyviolation", event => window.blocked.push(event.violatedDirective + event.blockedURI));
"""
WORDS = "document.querySelector('main').textContent"
OTHERWISE = """
text => [...document.querySelectorAll("main form :is(input:not([type]), input[type=text], textarea)")]
    .filter(each => each.value.replaceAll("\\n", " ") !== text).map(each => each.name)
"""
LINKS = "[...document.querySelectorAll('main td a')].map(each => each.href)"
ALL = " ".join(TEXTS)
FORMS = {each.record for each in page_operations() if each.changes and each.path.endswith("{slug}")}
LEAD, COORDINATOR = "rxx-governance-lead-1", "rxx-mdt-coordinator-1"
SURGEON, OFFICER = "rxx-vascular-surgeon-1", "rxx-auditor-1"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def planted(world: World) -> Mapping[str, str]:
    return await plant(world)


async def at_a_browser(staff: Staff, who: str) -> Person:
    """Somebody whose browser notes what was run and what the policy had to stop. axe has seen these pages before."""
    person = await staff(who)
    await person.page.add_init_script(LISTEN)
    return await person.signed_in()


async def harmless(person: Person, address: str) -> str:
    """The words of the page at this address, on which nothing was run and nothing had to be stopped."""
    await person.page.goto(address)
    assert await person.page.evaluate("[window.wasRun, window.blocked]") == [False, []], address
    return " ".join(str(await person.page.evaluate(WORDS)).split())


async def test_no_kept_text_runs_on_the_page_of_its_pathway(staff: Staff, planted: Mapping[str, str]) -> None:
    coordinator = await at_a_browser(staff, COORDINATOR)
    for name, pathway_id in planted.items():
        told = await harmless(coordinator, f"{coordinator.at('front_door')}/pathways/{pathway_id}?open=all")
        due = texts_for(KINDS[name].record) if KINDS[name].desk else {}
        assert [text for text in {*chain(*due.values())} if " ".join(text.split()) not in told] == [], name


async def test_the_lines_of_all_records_together_hold_every_text() -> None:
    held = {
        text
        for kind in KINDS.values()
        for name, texts in texts_for(kind.record).items()
        if places_of(kind.record)[name] == LINE
        for text in texts
    }
    assert held == set(TEXTS)


async def test_no_kept_text_runs_where_pathways_are_listed(staff: Staff, planted: Mapping[str, str]) -> None:
    lists = {
        COORDINATOR: (("/my-work", "front_door"), ("/meeting", "mdt_review")),
        SURGEON: (("/my-work", "front_door"), ("/meeting", "mdt_review")),
        LEAD: (("/my-work", "front_door"), ("/inbox", "governance")),
        OFFICER: (("/access-reviews", "front_door"), (f"/pathways/{planted['consent']}/readers", "front_door")),
    }
    for who, pages in lists.items():
        person = await at_a_browser(staff, who)
        for path, desk in pages:
            assert await harmless(person, f"{person.at(desk)}{path}")
    assert len(planted) == len(KINDS)


async def test_no_kept_text_runs_on_the_meetings_page_of_a_patient(staff: Staff, planted: Mapping[str, str]) -> None:
    surgeon = await at_a_browser(staff, SURGEON)
    await surgeon.page.goto(f"{surgeon.at('mdt_review')}/meeting")
    agenda = await surgeon.page.evaluate(LINKS)
    pages = [each for each in agenda if each.endswith(tuple(planted.values()))]
    assert pages
    for page in pages:
        assert await harmless(surgeon, page)


async def test_no_typed_text_runs_in_any_form(staff: Staff, planted: Mapping[str, str], world: World) -> None:
    people: dict[str, Person] = {}
    connection = await asyncpg.connect(world.superuser_dsn)
    try:
        for kind in KINDS.values():
            if kind.name in FORMS or kind.name == "referral":
                who = writer(kind).person
                people[who] = people.get(who) or await at_a_browser(staff, who)
                opened = None if kind.name == "referral" else planted[kind.name]
                raw = json.dumps(draft_full_of(kind.record, ALL))
                await connection.execute(DRAFT, who, opened, kind.name, raw)
                await _reads_its_draft(people[who], kind, opened)
    finally:
        await connection.execute("DELETE FROM draft")  # the next journey begins with empty forms
        await connection.close()


async def _reads_its_draft(person: Person, kind: Kind, pathway_id: str | None) -> None:
    """Every page of the form: each input holds exactly what was typed."""
    base = f"/pathways/{pathway_id}/{kind.name}" if pathway_id else "/referrals/new"
    for page in steps(kind.record):
        address = f"{person.at(kind.desk)}{base}/{page.slug}"
        await harmless(person, address)
        assert await person.page.evaluate(OTHERWISE, ALL) == [], address
