"""The registry clerk's page: what is not finished, what differs, receipts; the sheet for typing; what is taken out."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import asyncpg
import pytest
import pytest_asyncio

from activities.adapters.ledger_book import LedgerBook
from activities.registry_entry import RegistryEntries
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand
from shared.contracts.registry_lists import Held
from shared.ledger import Ledger
from shared.ledger.registry_comparisons import RegistryComparisons
from shared.ledger.registry_sendings import RegistrySendings
from shared.pathway.people import Role, Signature
from shared.pathway.registry_by_hand import RegistryManualConfirmation, RegistryManualEntry, RegistryManualWithdrawal
from shared.pathway.registry_columns import COLUMNS
from shared.pathway.registry_dataset import DATASET
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.contract.shelves import treated
from tests.database import Postgres
from tests.forms.filled import london
from tests.ledger.acting import act, kept
from tests.pages.visitors import House, Visitor, main_of
from tests.registry.trust_of_its_own import CLERK, SECOND, copied, new_trust
from tests.service.permissions.opened_house import opened_house
from tests.workflow.pure_book import FakeRegistry

pytestmark = pytest.mark.asyncio(loop_scope="module")
LEAD = Signature("storm-lead-1", Role.GOVERNANCE_LEAD)
FIRST_CLERK, SECOND_CLERK = Signature(CLERK, Role.REGISTRY_CLERK), Signature(SECOND, Role.REGISTRY_CLERK)


class Office:
    """A trust of its own with one treated patient, and its registry clerk at a browser."""

    def __init__(self, house: House, trust: str, pathway: str, pools: dict[str, asyncpg.Pool]) -> None:
        self.house, self.trust, self.pathway = house, trust, pathway
        worker, clock = pools["patency_worker"], ServerClock()
        self.ledger = Ledger(worker, load(), clock)
        self.desk = Ledger(pools["desk_registry"], load(), clock)
        self.registry = FakeRegistry()
        self.entries = RegistryEntries(LedgerBook(self.ledger), self.registry, RegistrySendings(worker, clock))
        self.comparisons = RegistryComparisons(worker, self.ledger, clock)

    async def clerk(self, who: Signature = FIRST_CLERK) -> Visitor:
        return await self.house.visitor(who, self.trust)

    def at(self, more: str = "") -> str:
        return f"{self.house.urls['registry']}/registry{more}"

    async def page(self, who: Signature = FIRST_CLERK) -> str:
        answer = await (await self.clerk(who)).get(self.at())
        assert answer.status_code == 200, answer.text
        assert len(answer.content) < 50_000
        return re.sub(r"\s+", " ", main_of(answer))

    async def submitted(self) -> None:
        await self.entries.enter(Errand(PathwayRef(self.pathway, self.trust), f"{self.pathway}.1.v1"))

    async def writes(
        self, record: RegistryManualEntry | RegistryManualConfirmation | RegistryManualWithdrawal, by: Signature
    ) -> None:
        kept(await self.desk.enter(act(self.pathway, record, by, trust=self.trust)))


@dataclass(frozen=True, slots=True)
class Rooms:
    """What takes long to open, opened once: the desks, the database roles, one treated patient to be copied."""

    house: House
    pools: dict[str, asyncpg.Pool]
    anything: asyncpg.Connection
    template: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(postgres: Postgres) -> AsyncIterator[Rooms]:
    async with opened_house(postgres) as house:
        roles = ("patency_worker", "desk_registry")
        pools = {role: await open_pool(postgres.settings, role, size=2) for role in roles}
        ledgers = {f"desk_{name}": each for name, each in house.ledgers.items()}
        ledgers["patency_worker"] = Ledger(pools["patency_worker"], load(), ServerClock())
        anything = await asyncpg.connect(postgres.superuser_dsn)
        yield Rooms(house, pools, anything, await treated(ledgers.__getitem__))
        await anything.close()
        for pool in pools.values():
            pool.terminate()


@pytest_asyncio.fixture(loop_scope="module")
async def office(rooms: Rooms) -> Office:
    """A trust of its own with one copy of the treated patient, whose registry entry is owed."""
    trust = await new_trust(rooms.anything)
    (pathway,) = await copied(rooms.anything, rooms.template, trust, 1, seed=next(SEEDS))
    await rooms.anything.execute(TASK, pathway, trust, f"{pathway}.1")
    return Office(rooms.house, trust, pathway, rooms.pools)


SEEDS = count(3000)
TASK = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, escalated_to, why)
VALUES ($1, $2, 'registry_entry', $3, 'registry_clerk', 'open', now(), '{}', '')
"""


async def test_an_empty_trust_is_told_so(rooms: Rooms) -> None:
    trust = await new_trust(rooms.anything)
    answer = await (await rooms.house.visitor(FIRST_CLERK, trust)).get(f"{rooms.house.urls['registry']}/registry")
    assert "Every entry that is owed has its receipt" in answer.text
    assert "Nothing has been compared yet" in answer.text
    assert "The registry has given no receipt yet" in answer.text


async def test_a_draft_stands_there_with_its_sheet_and_one_click_from_its_pathway(office: Office) -> None:
    page = await office.page()
    assert "Draft" in page
    assert f'href="http://127.0.0.1:8000/pathways/{office.pathway}"' in page
    assert f'href="/registry/{office.pathway}/sheet/1"' in page
    assert f'href="/pathways/{office.pathway}/registry_manual_entry"' in page
    assert "simulated" in page


async def test_what_the_registry_has_not_decided_is_submitted(office: Office) -> None:
    office.registry.undecided = 5
    with pytest.raises(Exception, match="has not decided"):
        await office.submitted()
    page = await office.page()
    assert "Submitted" in page
    assert "Times handed over: 1" in page


async def test_an_entry_that_came_back_says_why_in_words_and_by_the_registrys_code(office: Office) -> None:
    office.registry.rejecting = True
    await office.submitted()
    page = await office.page()
    assert "Came back" in page
    assert "The registry&#39;s reason: the registry refused it and says no more (rejected_by_registry)." in page


async def test_a_receipt_ends_it_and_is_listed(office: Office) -> None:
    await office.submitted()
    page = await office.page()
    assert "Every entry that is owed has its receipt" in page
    assert "SIM-1" in page


async def test_an_entry_made_by_hand_waits_for_another_person(office: Office) -> None:
    typed = RegistryManualEntry(procedure_id=f"{office.pathway}.1", external_reference="V-17", entered_at=AT)
    await office.writes(typed, FIRST_CLERK)
    assert "a second person has to see it" in await office.page()
    seen = RegistryManualConfirmation(procedure_id=f"{office.pathway}.1", seen_in_registry=True)
    answer = await office.desk.enter(act(office.pathway, seen, FIRST_CLERK, trust=office.trust))
    assert type(answer).__name__ == "Refused"
    await office.writes(seen, SECOND_CLERK)
    assert "Every entry that is owed has its receipt" in await office.page()


async def test_an_entry_made_by_hand_can_be_withdrawn_and_is_submitted_then(office: Office) -> None:
    typed = RegistryManualEntry(procedure_id=f"{office.pathway}.1", external_reference="V-17", entered_at=AT)
    await office.writes(typed, FIRST_CLERK)
    assert f'href="/pathways/{office.pathway}/registry_manual_withdrawal"' in await office.page()
    back = RegistryManualWithdrawal(
        procedure_id=f"{office.pathway}.1", reason="Wrong centre, deleted there", not_in_registry=True
    )
    await office.writes(back, FIRST_CLERK)
    page = await office.page()
    assert "Draft" in page
    assert f'href="/pathways/{office.pathway}/registry_manual_withdrawal"' not in page
    await office.submitted()
    assert "SIM-1" in await office.page()


async def test_what_was_typed_in_by_hand_is_not_submitted_as_well(office: Office) -> None:
    typed = RegistryManualEntry(procedure_id=f"{office.pathway}.1", external_reference="V-17", entered_at=AT)
    await office.writes(typed, FIRST_CLERK)
    await office.submitted()
    assert office.registry.entries == {}


AT = london("2026-03-09T11:30")


async def test_differences_are_named_and_old_ones_are_the_governance_leads(office: Office) -> None:
    await office.comparisons.compare(office.trust, (Held("k", "elsewhere.1", 1, "accepted", "R-1"),))
    for who in (FIRST_CLERK, LEAD):
        page = await office.page(who)
        assert "2 differences, 1 of them older than 30 days" in page
        assert "Started, and not entered" in page
        assert "for the governance lead" in page
        assert "The registry has it; we have no receipt" in page
    assert "/sheet/" not in await office.page(LEAD)


async def test_three_lists_that_agree_are_said_to_agree(office: Office) -> None:
    await office.submitted()
    await office.comparisons.compare(office.trust, await office.registry.held(office.trust))
    assert "All three lists agree." in await office.page()


async def test_the_sheet_has_exactly_the_fields_of_the_dataset_and_is_audited(office: Office, rooms: Rooms) -> None:
    answer = await (await office.clerk()).get(office.at(f"/{office.pathway}/sheet/1"))
    typed, _, empty = main_of(answer).partition("fields are left empty")
    listed = [
        re.findall(r"<td role=\"cell\">(\d+)</td>.*?<strong>([a-z0-9_]+)</strong>", each) for each in (typed, empty)
    ]
    numbered = {(str(place), each.name) for place, each in enumerate(COLUMNS, start=1)}
    assert set(listed[0]) | set(listed[1]) == numbered
    assert len(listed[0]) + len(listed[1]) == len(COLUMNS)
    assert "leave empty" not in typed.partition("</table>")[0]
    assert empty.count("(leave empty)") == len(listed[1])
    assert "Share of clot removed: vena cava" in empty
    told = "SELECT detail::text FROM audit WHERE trust = $1 AND kind = 'registry_sheet'"
    assert [row["detail"] for row in await rooms.anything.fetch(told, office.trust)] == [
        f'["{office.pathway}.1", "{DATASET} v1"]'
    ]


@pytest.mark.parametrize("number", ["0", "2", "999"])
async def test_a_procedure_that_is_not_there_has_no_sheet(office: Office, number: str) -> None:
    assert (await (await office.clerk()).get(office.at(f"/{office.pathway}/sheet/{number}"))).status_code == 404


async def test_the_export_names_its_edition_and_no_patient_and_is_audited(office: Office, rooms: Rooms) -> None:
    answer = await (await office.clerk()).get(office.at("/entries.csv"))
    assert f'filename="registry-{office.trust}-{DATASET}.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["procedure_id"] for row in rows] == [f"{office.pathway}.1"]
    assert "Synthetic" not in answer.text
    told = "SELECT count(*) FROM audit WHERE trust = $1 AND kind = 'registry_export'"
    assert await rooms.anything.fetchval(told, office.trust) == 1


async def test_the_codebook_explains_the_columns_of_the_export(office: Office) -> None:
    clerk = await office.clerk()
    entries, book = [await clerk.get(office.at(f"/{name}.csv")) for name in ("entries", "codebook")]
    header = next(csv.reader(io.StringIO(entries.text.removeprefix("\ufeff"))))
    told = csv.DictReader(io.StringIO(book.text.removeprefix("\ufeff")))
    assert [row["column"] for row in told] == header


async def test_my_work_leads_the_clerk_to_the_page(office: Office) -> None:
    page = await (await office.clerk()).get("http://127.0.0.1:8000/my-work")
    assert f'href="{office.at()}"' in page.text
