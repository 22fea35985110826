"""News of the trust's registers on its pages: what it touches is told before, how many were told afterwards."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.ledger.registers import Registers
from shared.ledger.spreading import Spreading
from shared.pathway.people import Role
from shared.pathway.record import Part
from shared.web.forms.writing import to_raw
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.forms.endings import new_guidance, recall, study_closure, suspension
from tests.ledger.acting import LedgerOf, opened, person
from tests.pages.stories import FRONT, LEAD, TAKER, entries
from tests.pages.visitors import House, Visitor, action_of, main_of, sent_by

OFFICER = person(Role.DEVICE_SAFETY_OFFICER)


@pytest.fixture
async def worker(postgres: Postgres, ledger_of: LedgerOf) -> AsyncIterator[Spreading]:
    """Who tells the pathways; everything that other tests announced has been told."""
    pool = await open_pool(postgres.settings, "patency_worker", size=2)
    found = Spreading(pool, ledger_of("patency_worker"), ServerClock())
    await spread(found)
    yield found
    pool.terminate()


@pytest.fixture
async def lifted(anything: asyncpg.Connection) -> AsyncIterator[None]:
    """Whatever a test suspends goes on after it."""
    yield
    await anything.execute("UPDATE suspension SET lifted_at = now() WHERE lifted_at IS NULL")


async def spread(worker: Spreading) -> None:
    while await worker.once():
        pass


def at(house: House, register: str = "") -> str:
    return f"{house.urls['governance']}/registers{register}"


async def checked(visitor: Visitor, register: str, record: Part) -> httpx.Response:
    """The form filled in with this record, and what comes before it counts."""
    page = await visitor.get(at(visitor.house, register))
    assert page.status_code == 200, page.text
    texts = {name: list(found) for name, found in to_raw(record).texts.items()}
    hidden = {name: value for name, value in sent_by(page).items() if name == "key"}
    return await visitor.post(action_of(page), texts | hidden)


async def announced(visitor: Visitor, register: str, record: Part) -> httpx.Response:
    check = await checked(visitor, register, record)
    return await visitor.post(action_of(check), sent_by(check) | {"go": "announce"})


async def test_before_it_counts_the_page_tells_how_many_pathways_it_touches(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    await opened(ledger_of)
    lead = await house.visitor(LEAD)
    page = main_of(await checked(lead, "/guidance", new_guidance()))
    count = await anything.fetchval("SELECT count(*) FROM pathway WHERE closed_at IS NULL AND trust = 'RXX'")
    assert re.search(rf"written into {count} open pathways?\.", page)


async def test_the_last_look_announces_nothing(house: House, worker: Spreading, ledger_of: LedgerOf) -> None:
    pathway_id, lead = await opened(ledger_of), await house.visitor(LEAD)
    await checked(lead, "/guidance", new_guidance())
    await spread(worker)
    assert await entries(ledger_of, pathway_id, "guidance_superseded") == 0


async def test_news_is_announced_and_the_page_tells_how_far_it_has_come(
    house: House, worker: Spreading, ledger_of: LedgerOf
) -> None:
    pathway_id, lead = await opened(ledger_of), await house.visitor(LEAD)
    answer = await announced(lead, "/guidance", new_guidance())
    assert answer.headers["location"] == "/registers?said=announced"
    assert "Looking for the pathways it concerns" in (await lead.get(at(house))).text
    await spread(worker)
    assert re.search(r"Pathways told: [1-9]", (await lead.get(at(house))).text)
    assert await entries(ledger_of, pathway_id, "guidance_superseded") == 1


async def test_half_told_news_says_how_many_wait(
    house: House, worker: Spreading, ledger_of: LedgerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await opened(ledger_of)
    lead = await house.visitor(LEAD)
    await announced(lead, "/guidance", new_guidance())
    monkeypatch.setattr("shared.ledger.spreading.AT_ONCE", 1)
    await worker.once()
    assert re.search(r"Told 1 of \d+ pathways", (await lead.get(at(house))).text)


async def test_the_same_page_sent_twice_announces_once(house: House, anything: asyncpg.Connection) -> None:
    lead, study = await house.visitor(LEAD), f"study-{uuid4()}"
    check = await checked(lead, "/study_closures", study_closure(study_id=study))
    for _ in range(2):
        answer = await lead.post(action_of(check), sent_by(check) | {"go": "announce"})
        assert answer.status_code == 303
    assert await anything.fetchval("SELECT count(*) FROM announcement WHERE needle = $1", study) == 1


async def test_the_key_of_a_form_does_not_stand_for_other_answers(house: House) -> None:
    lead = await house.visitor(LEAD)
    check = await checked(lead, "/study_closures", study_closure(study_id=f"study-{uuid4()}"))
    await lead.post(action_of(check), sent_by(check) | {"go": "announce"})
    other = await lead.post(action_of(check), sent_by(check) | {"go": "announce", "study_id": "another"})
    assert other.status_code == 422
    assert "This form was sent before with other answers" in other.text
    assert sent_by(other)["key"] != sent_by(check)["key"]


async def test_an_unanswered_question_is_told_beside_it(house: House) -> None:
    officer = await house.visitor(OFFICER)
    page = await officer.get(at(house, "/device_recalls"))
    answer = await officer.post(action_of(page), sent_by(page) | {"reference": "FSN-1"})
    assert answer.status_code == 422
    assert 'href="#udi_di"' in answer.text
    assert "<title>Error: " in answer.text


async def test_another_lot_is_added_without_javascript(house: House) -> None:
    officer = await house.visitor(OFFICER)
    page = await officer.get(at(house, "/device_recalls"))
    more = await officer.post(action_of(page), sent_by(page) | {"udi_di": "0501", "rows": "add lots"})
    assert 'name="lots.0"' in more.text
    assert 'value="0501"' in more.text


async def test_answers_can_be_changed_after_the_last_look(house: House) -> None:
    officer = await house.visitor(OFFICER)
    check = await checked(officer, "/device_recalls", recall(udi_di="05099999999998", lots=("L-1", "L-2")))
    again = await officer.post(action_of(check), sent_by(check) | {"go": "change"})
    assert sent_by(again)["lots.1"] == ["L-2"]


async def test_a_recall_is_not_held_back_when_it_cannot_be_counted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: object) -> int:
        raise TimeoutError

    monkeypatch.setattr(Registers, "touches", slow)
    officer = await house.visitor(OFFICER)
    check = await checked(officer, "/device_recalls", recall(udi_di="05099999999998"))
    assert "could not be counted in time" in check.text
    answer = await officer.post(action_of(check), sent_by(check) | {"go": "announce"})
    assert answer.status_code == 303


@pytest.mark.usefixtures("lifted")
async def test_a_suspension_stands_on_the_page_until_governance_lifts_it(house: House) -> None:
    lead, reference = await house.visitor(LEAD), f"SUS-{uuid4()}"
    await announced(lead, "/suspensions", suspension(reference=reference))
    assert f"Reference {reference}" in (await lead.get(at(house))).text
    lifting = {"reference": reference}
    answer = await lead.post(at(house, "/suspensions_lifted"), lifting)
    assert answer.headers["location"] == "/registers?said=lifted"
    assert f"Reference {reference}" not in (await lead.get(at(house))).text
    late = await lead.post(at(house, "/suspensions_lifted"), lifting)
    assert late.headers["location"] == "/registers?said=lifted"
    unheard_of = await lead.post(at(house, "/suspensions_lifted"), {"reference": "SUS-NEVER"})
    assert unheard_of.status_code == 422
    assert "No suspension of this trust has that reference" in unheard_of.text


@pytest.mark.usefixtures("lifted")
async def test_a_suspension_that_names_nothing_is_refused_at_its_question(house: House) -> None:
    lead = await house.visitor(LEAD)
    answer = await announced(lead, "/suspensions", suspension(reference=f"SUS-{uuid4()}", scope="device"))
    assert answer.status_code == 409
    assert "Name the device model or the operator" in answer.text


@pytest.mark.usefixtures("lifted")
async def test_only_governance_is_offered_to_lift(house: House) -> None:
    lead, officer = await house.visitor(LEAD), await house.visitor(OFFICER)
    await announced(lead, "/suspensions", suspension(reference=f"SUS-{uuid4()}"))
    assert "Lift this suspension" not in (await officer.get(at(house))).text


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.DEVICE_SAFETY_OFFICER, {"device_recalls"}),
        (Role.RESEARCH_LEAD, {"study_closures"}),
        (Role.MDT_COORDINATOR, {"staff_left"}),
        (Role.GOVERNANCE_LEAD, {"device_recalls", "study_closures", "suspensions", "staff_left", "guidance"}),
    ],
)
async def test_everybody_is_offered_what_they_may_announce(house: House, role: Role, offered: set[str]) -> None:
    page = await (await house.visitor(person(role))).get(at(house))
    own = {"recipients", "authorisation"} if role is Role.GOVERNANCE_LEAD else set()
    assert set(re.findall(r'href="/registers/([a-z_]+)"', page.text)) == offered | own


async def test_who_announces_nothing_is_told_so(house: House) -> None:
    taker = await house.visitor(TAKER)
    assert (await taker.get(at(house))).status_code == 403
    assert (await taker.get(at(house, "/device_recalls"))).status_code == 403
    assert "/registers" not in (await taker.get(f"{FRONT}/my-work")).text


async def test_my_work_leads_whoever_announces_to_the_registers(house: House) -> None:
    officer = await house.visitor(OFFICER)
    assert f'href="{at(house)}"' in (await officer.get(f"{FRONT}/my-work")).text


async def test_no_patient_and_no_pathway_stands_on_the_page(
    house: House, worker: Spreading, ledger_of: LedgerOf
) -> None:
    pathway_id, lead = await opened(ledger_of), await house.visitor(LEAD)
    await announced(lead, "/guidance", new_guidance())
    await spread(worker)
    page = await lead.get(at(house))
    assert pathway_id not in page.text
    assert "Synthetic Alpha" not in page.text
