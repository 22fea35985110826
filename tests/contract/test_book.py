"""The book port, asked of the book in memory and of the ledger on PostgreSQL alike."""

import dataclasses

import asyncpg
import pytest

from activities.ports import Receipt, Rejection, Submission
from shared.contracts.looks import Errand, Order, Owed
from tests import patients
from tests.contract.shelves import Prepared, Shelf, errand, in_memory, nowhere, on_postgres, order, treated
from tests.ledger.acting import LedgerOf, signed

FIRST = "n1-first"


@pytest.fixture(params=["in memory", "PostgreSQL"])
def kept_in(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def owing_a_notice(kept_in: str, request: pytest.FixtureRequest) -> Prepared:
    """A pathway whose offer three specialties have just signed."""

    async def prepared() -> Shelf:
        if kept_in == "in memory":
            return in_memory(patients.signed())
        ledger_of, anything = _real(request)
        return on_postgres(ledger_of, await signed(ledger_of), anything)

    return _ready(prepared, kept_in, request)


@pytest.fixture
def owing_an_entry(kept_in: str, request: pytest.FixtureRequest) -> Prepared:
    """A pathway whose procedure has just ended."""

    async def prepared() -> Shelf:
        if kept_in == "in memory":
            return in_memory(patients.ended())
        ledger_of, anything = _real(request)
        return on_postgres(ledger_of, await treated(ledger_of), anything)

    return _ready(prepared, kept_in, request)


def _ready(prepared: Prepared, kept_in: str, request: pytest.FixtureRequest) -> Prepared:
    """Asks for the database now: inside a running test it would be too late for asynchronous fixtures."""
    if kept_in == "PostgreSQL":
        _real(request)
    return prepared


def _real(request: pytest.FixtureRequest) -> tuple[LedgerOf, asyncpg.Connection]:
    return request.getfixturevalue("ledger_of"), request.getfixturevalue("anything")


async def owed(shelf: Shelf, kind: str) -> list[str]:
    """The keys of what is owed to the outside world now."""
    look = await shelf.book.look(order(shelf))
    assert look is not None
    return [each.key for each in look.owed if each.kind == kind]


async def submission(shelf: Shelf) -> Submission:
    (key,) = await owed(shelf, "registry_entry")
    found = await shelf.book.submission(errand(shelf, key))
    assert found is not None
    return found


async def test_a_look_says_how_the_pathway_stands(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    look = await shelf.book.look(order(shelf))
    assert look is not None
    assert look.version == len(await shelf.kinds())
    assert Owed("governance_notice", FIRST) in look.owed
    assert look.wait_s is not None
    assert look.ended is None


async def test_looking_again_changes_nothing(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    first, second = [await shelf.book.look(order(shelf)) for _ in range(2)]
    assert first is not None
    assert second is not None
    assert dataclasses.replace(first, wait_s=None) == dataclasses.replace(second, wait_s=None)


async def test_of_a_missing_pathway_there_is_nothing_to_see_or_to_send(owing_a_notice: Prepared) -> None:
    book = (await owing_a_notice()).book
    assert await book.look(Order(nowhere())) is None
    assert await book.letter(Errand(nowhere(), FIRST)) is None
    assert await book.submission(Errand(nowhere(), "p.1.v1")) is None


async def test_another_trusts_pathway_is_missing(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    elsewhere = dataclasses.replace(shelf.ref, trust="RYY")
    assert await shelf.book.look(Order(elsewhere)) is None
    assert await shelf.book.letter(Errand(elsewhere, FIRST)) is None


async def test_a_letter_owed_names_whom_it_goes_to_and_nobody_else(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    letter = await shelf.book.letter(errand(shelf, FIRST))
    assert letter is not None
    assert (letter.pathway_id, letter.trust, letter.dispatch) == (shelf.ref.pathway_id, shelf.ref.trust, FIRST)
    assert (letter.about, letter.reason) == ("mdt_offer", "first")
    assert letter.addresses
    assert all(address.endswith("@inbox.invalid") for address in letter.addresses)


async def test_the_same_letter_bears_the_same_id_each_time_it_is_written(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    letters = [await shelf.book.letter(errand(shelf, FIRST)) for _ in range(2)]
    assert letters[0] == letters[1]


async def test_a_letter_nobody_owes_is_not_written(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    assert await shelf.book.letter(errand(shelf, "n9-first")) is None


async def test_a_letter_sent_is_noted_once_and_owed_no_more(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    for _ in range(2):
        await shelf.book.note_sent(errand(shelf, FIRST), 1)
    assert (await shelf.kinds()).count("governance_notice_sent") == 1
    assert await shelf.book.letter(errand(shelf, FIRST)) is None
    assert await owed(shelf, "governance_notice") == []


@pytest.mark.parametrize("cause", ["no_recipient", "refused"])
async def test_a_letter_that_cannot_be_sent_is_noted_once_and_the_next_in_line_is_owed_one(
    owing_a_notice: Prepared, cause: str
) -> None:
    shelf = await owing_a_notice()
    for _ in range(2):
        await shelf.book.note_unsendable(errand(shelf, FIRST), cause)
    assert (await shelf.kinds()).count("governance_notice_unsendable") == 1
    assert FIRST not in await owed(shelf, "governance_notice")
    assert await owed(shelf, "governance_notice") != []


async def test_what_was_sent_is_not_noted_when_it_was_not_owed(owing_a_notice: Prepared) -> None:
    shelf = await owing_a_notice()
    await shelf.book.note_sent(errand(shelf, "n9-first"), 1)
    assert "governance_notice_sent" not in await shelf.kinds()


async def test_an_entry_owed_carries_its_key_and_no_identity(owing_an_entry: Prepared) -> None:
    shelf = await owing_an_entry()
    found = await submission(shelf)
    assert found.key == f"{found.procedure_id}.v{found.dataset_version}"
    assert found.body["pathway_ref"] == shelf.ref.pathway_id
    assert not {"name", "nhs_number", "date_of_birth"} & found.body["dataset"].keys()


async def test_an_entry_nobody_owes_is_not_submitted(owing_an_entry: Prepared) -> None:
    shelf = await owing_an_entry()
    found = await submission(shelf)
    assert await shelf.book.submission(errand(shelf, f"{found.procedure_id}.v9")) is None


async def test_a_receipt_is_noted_once_and_closes_what_was_owed(owing_an_entry: Prepared) -> None:
    shelf = await owing_an_entry()
    found = await submission(shelf)
    for _ in range(2):
        await shelf.book.note_accepted(found, errand(shelf, found.key), Receipt("SIM-1"))
    assert (await shelf.kinds()).count("registry_accepted") == 1
    assert await owed(shelf, "registry_entry") == []
    assert await shelf.book.submission(errand(shelf, found.key)) is None


async def test_a_rejection_is_noted_once_and_waits_for_a_person(owing_an_entry: Prepared) -> None:
    shelf = await owing_an_entry()
    found = await submission(shelf)
    for _ in range(2):
        await shelf.book.note_rejected(found, errand(shelf, found.key), Rejection("rejected_by_registry"))
    assert (await shelf.kinds()).count("registry_rejected") == 1
    assert await owed(shelf, "registry_entry") == []
    assert await shelf.book.submission(errand(shelf, found.key)) is None
