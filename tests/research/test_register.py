"""The research register in a browser: registered by one, approved by another, open between its days; what leaves."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from services.registry.app import create
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.pathway.consent import LineStatus
from shared.pathway.people import Role, Signature
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres, put_in_order
from tests.forms.consent import consent, enrolment, lines, withdrawal
from tests.ledger.acting import opened
from tests.pages.visitors import House, Visitor, main_of, sent_by
from tests.registry.trust_of_its_own import copied, new_trust
from tests.service.callers import DIRECTORY, KnownPeople, well
from tests.service.permissions.opened_house import opened_house

pytestmark = pytest.mark.asyncio(loop_scope="module")
LEAD, RESEARCHER = Signature("storm-lead-1", Role.GOVERNANCE_LEAD), Signature("storm-research-1", Role.RESEARCH_LEAD)
TODAY = date(2026, 3, 1)
STUDY = "study-7"
ASKED = {
    "study_id": STUDY,
    "title": "Synthetic study",
    "ethics_reference": "25/LO/0123",
    **{f"favourable_on.{part}": text for part, text in zip(("day", "month", "year"), ("1", "2", "2025"), strict=True)},
    **{f"opens_on.{part}": text for part, text in zip(("day", "month", "year"), ("1", "3", "2025"), strict=True)},
    **{f"closes_on.{part}": text for part, text in zip(("day", "month", "year"), ("31", "12", "2099"), strict=True)},
}
ENTRY = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
SELECT $1, (SELECT version FROM pathway WHERE id = $1) + $2, $3, $4, now(), 'x', $5, $6::json, facts
FROM entry WHERE pathway_id = $1 AND seq = 1
"""


@dataclass(frozen=True, slots=True)
class Rooms:
    house: House
    anything: asyncpg.Connection
    template: str
    desk: asyncpg.Pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    key = tmp_path_factory.mktemp("research") / "key"
    key.write_text("k" * 43, encoding="ascii")
    async with opened_house(postgres) as house:
        desk = await open_pool(postgres.settings, "desk_registry", size=2)
        _with_a_key(house, desk, key)
        anything = await asyncpg.connect(postgres.superuser_dsn)
        ledger = house.ledgers["referral"]
        yield Rooms(house, anything, await opened(lambda _: ledger), desk)
        await put_in_order(anything)
        await anything.close()
        desk.terminate()


def _with_a_key(house: House, pool: asyncpg.Pool, key: Path) -> None:
    """The registry desk again, with a research key."""
    clock = ServerClock()
    reception = Reception.of(
        "registry", pool, clock, DIRECTORY, issuer="http://127.0.0.1:9", training=True, research_key=key
    )
    wiring = Wiring(Ledger(pool, load(), clock), KnownPeople(), well, DIRECTORY, training=True, reception=reception)
    house.apps["registry"], house.receptions["registry"] = create(wiring), reception


@pytest_asyncio.fixture(loop_scope="module")
async def trust(rooms: Rooms) -> str:
    return await new_trust(rooms.anything)


class Office:
    """One trust's research lead and governance lead at a browser."""

    def __init__(self, rooms: Rooms, trust: str) -> None:
        self.rooms, self.trust = rooms, trust

    def at(self, more: str = "") -> str:
        return f"{self.rooms.house.urls['registry']}/research{more}"

    async def visitor(self, who: Signature) -> Visitor:
        return await self.rooms.house.visitor(who, self.trust)

    async def registered(self, **changes: str) -> Visitor:
        lead = await self.visitor(RESEARCHER)
        answer = await lead.post(self.at("/new"), ASKED | changes)
        assert answer.headers["location"] == "/research?said=registered", answer.text
        return lead

    async def approved(self) -> None:
        await self.registered()
        answer = await (await self.visitor(LEAD)).post(self.at("/approve"), {"study_id": STUDY})
        assert answer.headers["location"] == "/research?said=approved", answer.text

    async def enrolled(self, count: int, *, withdrawn: int = 0) -> list[str]:
        """So many referred patients who are enrolled, of whom so many have withdrawn."""
        seed = int.from_bytes(self.trust.encode())
        found = await copied(self.rooms.anything, self.rooms.template, self.trust, count, seed)
        agreed = consent(lines=lines(research_participation=LineStatus.GIVEN), study_id=STUDY)
        taking_part = enrolment(study_id=STUDY, ethics_reference="25/LO/0123")
        for number, pathway in enumerate(found):
            written = [agreed, taking_part, *([withdrawal()] if number < withdrawn else [])]
            for more, record in enumerate(written, start=1):
                row = (UUID(pathway), more, self.trust, record.kind, "consent_taker", record.model_dump_json())
                await self.rooms.anything.execute(ENTRY, *row)
            grown = "UPDATE pathway SET version = version + $2 WHERE id = $1"
            await self.rooms.anything.execute(grown, UUID(pathway), len(written))
        return found


@pytest_asyncio.fixture(loop_scope="module")
async def office(rooms: Rooms, trust: str) -> Office:
    return Office(rooms, trust)


async def test_an_empty_register_says_so(office: Office) -> None:
    page = main_of(await (await office.visitor(RESEARCHER)).get(office.at()))
    assert "No study is registered here." in page
    assert "No data set has left." in page


async def test_a_study_waits_for_somebody_of_governance(office: Office) -> None:
    lead = await office.registered()
    assert "Waits for approval" in (await lead.get(office.at())).text
    assert "/research/approve" not in (await lead.get(office.at())).text
    assert (await lead.post(office.at("/approve"), {"study_id": STUDY})).status_code == 403
    governor = await office.visitor(LEAD)
    page = await governor.get(office.at())
    answer = await governor.post(office.at("/approve"), sent_by(page) | {"study_id": STUDY})
    assert answer.status_code == 303
    assert "Open" in (await governor.get(office.at())).text


async def test_an_approved_study_is_in_the_register_that_the_gate_reads(office: Office) -> None:
    await office.approved()
    asked = "SELECT ethics_reference, open_on_site FROM study WHERE trust = $1 AND study_id = $2"
    row = await office.rooms.anything.fetchrow(asked, office.trust, STUDY)
    assert tuple(row or ()) == ("25/LO/0123", True)


async def test_whoever_registered_it_cannot_approve_it(office: Office) -> None:
    await office.registered()
    both = Signature(RESEARCHER.person, Role.GOVERNANCE_LEAD)
    staff = "INSERT INTO staff (trust, person, role, from_on) VALUES ($1, $2, 'governance_lead', '2015-01-01')"
    await office.rooms.anything.execute(staff, office.trust, both.person)
    answer = await (await office.visitor(both)).post(office.at("/approve"), {"study_id": STUDY})
    assert answer.status_code == 422
    assert "registered by you" in answer.text
    asked = "SELECT count(*) FROM study WHERE trust = $1"
    assert await office.rooms.anything.fetchval(asked, office.trust) == 0


async def test_a_study_is_open_between_its_days_alone(office: Office) -> None:
    await office.approved()
    (pathway,) = await copied(office.rooms.anything, office.rooms.template, office.trust, 1, seed=7_001)
    told = {}
    for day in (date(2025, 2, 28), date(2025, 3, 1), date(2099, 12, 31), date(2100, 1, 1)):
        async with office.rooms.desk.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", office.trust)
            facts = "SELECT (facts($1, $2, $2, '{}', '{}', now())->'studies'->$3->>'open_on_site')::boolean"
            told[day] = await connection.fetchval(facts, UUID(pathway), day, STUDY)
    assert list(told.values()) == [False, True, True, False]


@pytest.mark.parametrize("reference", ["", "25/LO/123", "25-LO-0123", "2025/LO/0123", "25/lo/0123", "=25/LO/0123"])
async def test_what_is_no_committees_reference_is_refused_at_its_question(office: Office, reference: str) -> None:
    lead = await office.visitor(RESEARCHER)
    answer = await lead.post(office.at("/new"), ASKED | {"ethics_reference": reference})
    assert answer.status_code == 422
    assert 'href="#ethics_reference"' in answer.text


@pytest.mark.parametrize(("field", "year"), [("opens_on", "2024"), ("closes_on", "2025")])
async def test_days_that_cannot_be_are_refused(office: Office, field: str, year: str) -> None:
    lead = await office.visitor(RESEARCHER)
    early = {f"{field}.day": "1", f"{field}.month": "1", f"{field}.year": year}
    answer = await lead.post(office.at("/new"), ASKED | early)
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text


async def test_a_name_is_registered_once(office: Office) -> None:
    lead = await office.registered()
    assert (await lead.post(office.at("/new"), ASKED)).status_code == 409


async def test_the_data_set_has_those_who_take_part_and_leaves_a_record(office: Office) -> None:
    await office.approved()
    pathways = await office.enrolled(7, withdrawn=1)
    answer = await (await office.visitor(RESEARCHER)).post(office.at("/data-set"), {"study_id": STUDY})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.headers["content-type"].startswith("text/csv"), main_of(answer)
    assert len({row["participant"] for row in rows}) == 6
    assert not re.search("|".join([*pathways, "Synthetic", office.trust]), answer.text)
    asked = "SELECT patients, by_person, length(sha256) AS digits FROM research_export WHERE trust = $1"
    assert tuple(await office.rooms.anything.fetchrow(asked, office.trust) or ()) == (6, RESEARCHER.person, 64)
    read = "SELECT count(DISTINCT pathway_id) FROM audit WHERE trust = $1 AND action = 'read' AND person = $2"
    assert await office.rooms.anything.fetchval(read, office.trust, RESEARCHER.person) == 7


async def test_fewer_than_five_do_not_leave(office: Office) -> None:
    await office.approved()
    await office.enrolled(6, withdrawn=2)
    answer = await (await office.visitor(RESEARCHER)).post(office.at("/data-set"), {"study_id": STUDY})
    assert answer.status_code == 422
    assert "Fewer than 5 patients take part" in answer.text


async def test_a_study_that_nobody_approved_gives_no_data_set(office: Office) -> None:
    lead = await office.registered()
    answer = await lead.post(office.at("/data-set"), {"study_id": STUDY})
    assert "There is no approved study of this name" in answer.text


async def test_a_house_without_a_key_gives_no_data_set(office: Office) -> None:
    await office.approved()
    desk = office.rooms.house.receptions["registry"].research
    key, desk._key_file = desk._key_file, None
    try:
        answer = await (await office.visitor(RESEARCHER)).post(office.at("/data-set"), {"study_id": STUDY})
    finally:
        desk._key_file = key
    assert "This house has no research key" in answer.text


async def test_another_trust_sees_nothing_of_it(office: Office) -> None:
    await office.approved()
    other = Office(office.rooms, await new_trust(office.rooms.anything))
    assert "No study is registered here." in (await (await other.visitor(LEAD)).get(other.at())).text
