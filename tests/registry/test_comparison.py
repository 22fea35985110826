"""Procedures counted from their own records, entries as recorded, entries as held: each difference by its name."""

from datetime import date
from uuid import UUID

import asyncpg
import pytest

from activities.ports import Letter
from activities.registry_comparison import RegistryComparing
from shared.contracts.registry_lists import Begun, Difference, Held, Recorded
from shared.ledger import Ledger, registry_count
from shared.ledger.registry_comparisons import RegistryComparisons
from shared.pathway import decide
from shared.pathway.anatomy import Side
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Role, Signature
from shared.pathway.procedure import procedures
from shared.pathway.record import Entry, Record
from shared.pathway.registry_compared import RegistryCompared
from shared.pathway.registry_comparison import differences, recorded
from shared.pathway.time_out import TimeOutVoid
from shared.policy import load
from shared.wiring.clock import ServerClock
from tests.contract.shelves import treated
from tests.forms import procedure as form
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, opened
from tests.patients import ended, registered
from tests.registry.trust_of_its_own import copied, new_trust
from tests.workflow.pure_book import FakeRegistry

TODAY = date(2026, 4, 30)
ONE = Begun("p.1", "p", date(2026, 4, 1))
TAKEN = Recorded("p.1", "p", "accepted", 2, "R-2")
THERE = (Held("p.1.v1", "p.1", 1, "accepted", "R-1"), Held("p.1.v2", "p.1", 2, "accepted", "R-2"))


def names(*found: object, begun: Begun | None = ONE, ours: Recorded | None = TAKEN) -> set[str]:
    held = tuple(each for each in found if isinstance(each, Held))
    return {
        each.what.value for each in differences((begun,) if begun else (), (ours,) if ours else (), held, today=TODAY)
    }


def test_three_lists_that_agree_have_no_difference() -> None:
    assert names(*THERE) == set()


@pytest.mark.parametrize("state", ["owed", "draft", "rejected", "corrected"])
def test_a_procedure_that_is_not_entered_is_named(state: str) -> None:
    assert names(ours=Recorded("p.1", "p", state)) == {"not_entered"}


def test_a_procedure_that_the_derivation_forgot_is_named_all_the_same() -> None:
    assert names(ours=None) == {"not_entered"}


def test_an_entry_for_which_nothing_was_started_is_named() -> None:
    assert names(*THERE, begun=None) == {"no_procedure"}


def test_what_the_registry_does_not_have_is_missing_there() -> None:
    assert names() == {"missing_there"}


def test_what_we_know_nothing_of_is_extra_there() -> None:
    assert names(*THERE, begun=None, ours=None) == {"extra_there"}


def test_a_version_that_the_registry_has_only_received_is_no_entry_there() -> None:
    assert names(Held("p.1.v2", "p.1", 2, "received", None)) == {"missing_there"}


def test_an_older_version_there_is_another_version() -> None:
    assert names(THERE[0]) == {"other_version"}


def test_another_receipt_for_the_same_version_is_named() -> None:
    assert names(THERE[0], Held("p.1.v2", "p.1", 2, "accepted", "R-9")) == {"other_receipt"}


def test_one_version_under_two_keys_is_there_twice() -> None:
    assert names(*THERE, Held("p.1.v2-x", "p.1", 2, "accepted", "R-2")) == {"twice_there"}


def test_an_entry_made_by_hand_is_done_though_the_registry_does_not_list_it_by_our_key() -> None:
    assert names(ours=Recorded("p.1", "p", "manual_entry_confirmed")) == set()


@pytest.mark.parametrize(("on", "whose"), [(date(2026, 3, 31), False), (date(2026, 3, 30), True)])
def test_more_than_thirty_days_is_for_the_governance_lead(on: date, whose: bool) -> None:
    (found,) = differences((Begun("p.1", "p", on),), (), (), today=TODAY)
    assert found.for_governance is whose


def test_the_record_of_a_case_says_state_version_and_receipt() -> None:
    assert list(recorded(ended().moment)) == [Recorded("p-1.1", "p-1", "draft")]
    assert list(recorded(registered().moment)) == [Recorded("p-1.1", "p-1", "accepted", 1, "R-1")]


START, END = form.start(), form.end()
OTHER = form.start(side=Side.RIGHT)
BEFORE = TimeOutVoid(what_changed="The leg", before_access=True, second_person="x")
AFTER = TimeOutVoid(what_changed="The device", before_access=False, second_person="x")
COURSES: dict[str, tuple[Record, ...]] = {
    "one": (START, END),
    "under way": (START,),
    "voided before the needle": (START, BEFORE),
    "voided, then done": (START, BEFORE, START, END),
    "stopped and gone on": (START, AFTER, START, END),
    "stopped, gone on, and voided": (START, AFTER, START, BEFORE, START, END),
    "stopped for good": (START, AFTER, END),
    "done twice": (START, END, OTHER, END),
    "the second one voided": (START, END, START, BEFORE),
}


ENTRY = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
VALUES ($1, $2, $3, $4, $5, 'x', 'proceduralist', $6::json, '{}')
"""
AT = london("2026-03-09T23:30")


def by_rules(pathway_id: str, course: tuple[Record, ...]) -> list[Begun]:
    """What the clinical core makes of it."""
    somebody = Signature("x", Role.PROCEDURALIST)
    entries = [Entry(number, AT, somebody, record) for number, record in enumerate(course, start=1)]
    found = procedures(fold(Pathway(pathway_id, "RXX"), entries))
    return [Begun(f"{pathway_id}.{number}", pathway_id, AT.date()) for number, _ in enumerate(found, start=1)]


async def test_counting_from_the_records_agrees_with_the_rules(
    anything: asyncpg.Connection, ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool]
) -> None:
    """The count knows nothing of the rules' own list of procedures: they have to come to the same one by themselves."""
    trust = await new_trust(anything)
    pathways = await copied(anything, await opened(ledger_of), trust, len(COURSES), seed=21)
    for pathway, course in zip(pathways, COURSES.values(), strict=True):
        for seq, record in enumerate(course, start=100):
            await anything.execute(ENTRY, UUID(pathway), seq, trust, record.kind, AT, record.model_dump_json())
    async with pools["patency_worker"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
        counted = await registry_count.begun(connection)
    for pathway, (name, course) in zip(pathways, COURSES.items(), strict=True):
        assert [each for each in counted if each.pathway_id == pathway] == by_rules(pathway, course), name


@pytest.fixture
def comparisons(pools: dict[str, asyncpg.Pool]) -> RegistryComparisons:
    pool = pools["patency_worker"]
    return RegistryComparisons(pool, Ledger(pool, load(), ServerClock()), ServerClock())


async def test_a_comparison_is_kept_and_read_by_the_desk(
    anything: asyncpg.Connection, ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], comparisons: RegistryComparisons
) -> None:
    trust = await new_trust(anything)
    (pathway,) = await copied(anything, await treated(ledger_of), trust, 1, seed=22)
    made = await comparisons.compare(trust, (Held("k", f"{pathway}.9", 1, "accepted", "R-1"),))
    desk = RegistryComparisons(pools["desk_registry"], ledger_of("desk_registry"), ServerClock())
    assert await desk.newest(trust) == made
    assert (made.started, made.held, made.states) == (1, 1, {"draft": 1})
    assert {(each.procedure_id, each.what) for each in made.found} == {
        (f"{pathway}.1", Difference.NOT_ENTERED),
        (f"{pathway}.9", Difference.EXTRA_THERE),
    }
    assert await desk.newest("RYY") != made


async def test_a_difference_is_told_to_its_pathway_once_and_settled_once(
    anything: asyncpg.Connection, ledger_of: LedgerOf, comparisons: RegistryComparisons
) -> None:
    trust = await new_trust(anything)
    (pathway,) = await copied(anything, await treated(ledger_of), trust, 1, seed=29)
    there = (Held(f"{pathway}.1.v1", f"{pathway}.1", 1, "accepted", "R-1"),)
    told, entered = [], []
    for held in (there, there, (), ()):  # the registry has it and we have no receipt; then it has it no more
        await comparisons.compare(trust, held)
        moment = await ledger_of("desk_registry").look(trust, pathway)
        assert moment is not None
        told.append([each.state.value for each in decide.tasks(moment) if each.kind == "registry_difference"])
        entered.append(len(moment.pathway.every(RegistryCompared)))
    assert told == [["open"], ["open"], ["done"], ["done"]]
    assert entered == [1, 1, 2, 2]


async def test_the_worker_lists_every_trust_and_sees_no_trust_but_the_one_it_names(
    anything: asyncpg.Connection, comparisons: RegistryComparisons, pools: dict[str, asyncpg.Pool]
) -> None:
    trust = await new_trust(anything)
    assert {trust, "RXX"} <= set(await comparisons.trusts())
    async with pools["patency_worker"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', '*', true)")
        assert await connection.fetchval("SELECT count(*) FROM entry") == 0
    async with pools["desk_registry"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', '*', true)")
        assert await connection.fetchval("SELECT count(*) FROM trust") == 0


class Letters:
    """A mailbox that keeps what it is given."""

    def __init__(self) -> None:
        self.posted: list[Letter] = []

    async def post(self, letter: Letter) -> int:
        self.posted.append(letter)
        return len(letter.addresses)


async def test_what_is_open_for_more_than_thirty_days_is_written_to_the_governance_lead(
    anything: asyncpg.Connection, ledger_of: LedgerOf, comparisons: RegistryComparisons
) -> None:
    trust, letters = await new_trust(anything), Letters()
    comparing = RegistryComparing(comparisons, FakeRegistry(), letters)
    assert await comparing.compare(trust) == 0
    await copied(anything, await treated(ledger_of), trust, 1, seed=23)
    recipient = "INSERT INTO governance_recipient (trust, role, person, address) VALUES ($1, 'governance_lead', $2, $3)"
    await anything.execute(recipient, trust, "storm-lead-1", "lead@inbox.invalid")
    assert await comparing.compare(trust) == 1
    assert await comparing.compare(trust) == 1
    assert {each.addresses for each in letters.posted} == {("lead@inbox.invalid",)}
    assert len({each.message_id for each in letters.posted}) == 1
    assert {(each.pathway_id, each.about) for each in letters.posted} == {("", "registry_differences")}
