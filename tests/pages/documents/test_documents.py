"""Documents on the case: read, printed, given, and had back to the byte; and who may not."""

import hashlib
import re

import asyncpg
import pytest

from services.pages.documents import downtime, making, reading
from shared.documents.pdf import PrintingUnavailableError
from shared.pathway.documents import DOCUMENTS, DocumentIssued
from shared.pathway.people import Role
from tests.ledger.acting import LedgerOf, act, kept, person
from tests.pages.stories import CONSENT, FRONT, LEAD, OPERATOR, TAKER, entries, offered, prepared, treated
from tests.pages.visitors import House, Visitor, action_of, links, main_of, sent_by

FOLLOW_UP = "follow_up"
AUDITOR = person(Role.AUDITOR)


def documents_of(pathway_id: str, rest: str = "") -> str:
    return f"{FRONT}/pathways/{pathway_id}/documents{rest}"


def giving_at(house: House, pathway_id: str, document: str) -> str:
    return f"{house.urls[FOLLOW_UP]}/pathways/{pathway_id}/documents/{document}/give"


async def given(house: House, who: Visitor, pathway_id: str, document: str, to: str) -> str:
    """The document given by its page; the address of the case that confirms it."""
    page = await who.get(giving_at(house, pathway_id, document))
    assert page.status_code == 200, page.text
    answer = await who.post(action_of(page), sent_by(page) | {"given_to": to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_the_case_leads_to_its_documents_and_to_paper_sheets(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)

    found = links(await taker.get(f"{FRONT}/pathways/{pathway_id}"))
    assert found["Documents to print and give"] == f"/pathways/{pathway_id}/documents"
    assert found["Write up a paper sheet"] == f"/pathways/{pathway_id}/paper"


async def test_what_cannot_be_given_yet_says_why(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)

    page = main_of(await taker.get(documents_of(pathway_id)))
    assert "No consent is written down" in page
    assert "No finished procedure is written down" in page
    assert f"/pathways/{pathway_id}/documents/consent_form/pdf" in page  # to sign
    assert f"/pathways/{pathway_id}/documents/discharge_letter/pdf" not in page
    assert giving_at(house, pathway_id, "consent_form") not in page
    assert giving_at(house, pathway_id, "patient_information") in page


async def test_every_document_is_read_and_printed(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await treated(ledger_of), await house.visitor(OPERATOR)

    for document in set(DOCUMENTS) - {"filter_letter"}:  # this patient has none
        page = await operator.get(documents_of(pathway_id, f"/{document}"))
        assert page.status_code == 200
        assert "LEFT" in main_of(page)
        answer = await operator.get(documents_of(pathway_id, f"/{document}/pdf"))
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/pdf"
        assert re.fullmatch(r'attachment; filename="pmt-[a-z-]+-1\.0\.pdf"', answer.headers["content-disposition"])


async def test_what_was_given_comes_back_with_the_same_hash(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    printed = (await taker.get(documents_of(pathway_id, "/consent_form/pdf"))).content

    confirmed = await given(house, taker, pathway_id, "consent_form", "patient")

    assert "Document given. It is entry" in main_of(await taker.get(confirmed))
    moment = await ledger_of("desk_front_door").look("RXX", pathway_id)
    assert moment is not None
    record = moment.pathway.record(DocumentIssued)
    assert record is not None
    assert (record.document, record.given_to, record.template_version) == ("consent_form", "patient", "1.0")
    assert record.made_from == moment.pathway.version - 1
    assert record.sha256 == hashlib.sha256(printed).hexdigest()
    back = await taker.get(documents_of(pathway_id, f"/given/{moment.pathway.version}"))
    assert back.content == printed
    assert back.headers["cache-control"] == "no-store"


async def test_what_was_given_is_listed_with_its_receiver(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    assert "Nothing has been given yet" in main_of(await taker.get(documents_of(pathway_id)))

    await given(house, taker, pathway_id, "patient_information", "notes")

    page = main_of(await taker.get(documents_of(pathway_id)))
    assert "The paper notes" in page
    assert f"Consent taker, {TAKER.person}" in page


async def test_a_form_sent_twice_gives_once(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    page = await taker.get(giving_at(house, pathway_id, "consent_form"))
    sent = sent_by(page) | {"given_to": "patient"}

    answers = [await taker.post(action_of(page), sent) for _ in range(2)]

    assert [each.headers["location"] for each in answers] == [answers[0].headers["location"]] * 2
    assert await entries(ledger_of, pathway_id, "document_issued") == 1


async def test_nobody_chosen_is_asked_again(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    page = await taker.get(giving_at(house, pathway_id, "consent_form"))

    for nobody in ({}, {"given_to": "gp"}):
        answer = await taker.post(action_of(page), sent_by(page) | nobody)
        assert answer.status_code == 422
        assert links(answer)["Choose who it was given to"] == "#given_to"
    assert await entries(ledger_of, pathway_id, "document_issued") == 0


async def test_a_document_that_is_not_the_one_shown_is_not_given(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    page = await taker.get(giving_at(house, pathway_id, "consent_form"))

    answer = await taker.post(action_of(page), sent_by(page) | {"given_to": "patient", "sha256": "0" * 64})

    assert answer.status_code == 409
    assert "Print it again, then give it" in main_of(answer)
    assert await entries(ledger_of, pathway_id, "document_issued") == 0


async def test_a_paper_that_is_out_of_date_is_refused_and_not_kept(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    page = await taker.get(giving_at(house, pathway_id, "consent_form"))
    newer = CONSENT.model_copy(update={"what_matters": "Something else now"})
    kept(await ledger_of("desk_consent").enter(act(pathway_id, newer, TAKER)))

    answer = await taker.post(action_of(page), sent_by(page) | {"given_to": "patient"})

    assert answer.status_code == 409
    assert "make the document again" in main_of(answer)
    assert await anything.fetchval("SELECT count(*) FROM document WHERE pathway_id = $1", pathway_id) == 0


@pytest.mark.parametrize("rest", ["", "/patient_information", "/patient_information/pdf", "/given/3"])
async def test_who_is_no_clinician_gets_no_document(house: House, ledger_of: LedgerOf, rest: str) -> None:
    pathway_id = await offered(ledger_of)
    for who in (LEAD, AUDITOR, person(Role.OPS)):
        assert (await (await house.visitor(who)).get(documents_of(pathway_id, rest))).status_code == 403


async def test_a_stranger_is_asked_why_first(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, nurse = await offered(ledger_of), await house.visitor(person(Role.WARD_CLINICIAN))
    for rest in ("", "/patient_information/pdf", "/given/3"):
        answer = await nurse.get(documents_of(pathway_id, rest))
        assert answer.status_code == 303
        assert "/open-record/" in answer.headers["location"]


async def test_another_trusts_documents_are_unknown(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    await given(house, taker, pathway_id, "consent_form", "patient")
    theirs = await house.visitor(person(Role.CONSENT_TAKER, "RYY"), "RYY")

    moment = await ledger_of("desk_front_door").look("RXX", pathway_id)
    assert moment is not None
    for rest in ("", "/consent_form", "/consent_form/pdf", f"/given/{moment.pathway.version}"):
        assert (await theirs.get(documents_of(pathway_id, rest))).status_code == 404
    receptions = house.receptions["front_door"]
    record = moment.pathway.record(DocumentIssued)
    assert record is not None
    sha256 = record.sha256
    assert await receptions.documents.had_back("RYY", pathway_id, sha256, TAKER) is None
    assert await receptions.documents.had_back("RXX", pathway_id, sha256, TAKER) is not None


@pytest.mark.parametrize(
    "rest",
    ["/nothing", "/nothing/pdf", "/discharge_letter", "/filter_letter/pdf", "/consent_form?entry=0", "/given/1"]
    + [f"/consent_form/pdf?entry={wrong}" for wrong in ("99", "-1", "x", "1e1")],
)
async def test_what_is_not_there_is_not_found(house: House, ledger_of: LedgerOf, rest: str) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    assert (await taker.get(documents_of(pathway_id, rest))).status_code == 404


async def test_having_a_document_back_is_audited(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    confirmed = await given(house, taker, pathway_id, "consent_form", "patient")
    looks = "SELECT count(*) FROM audit WHERE pathway_id = $1 AND kind = 'document' AND action = 'read' AND person = $2"

    assert await anything.fetchval(looks, pathway_id, TAKER.person) == 0
    await taker.get(documents_of(pathway_id, f"/given/{confirmed.rpartition('=')[2]}"))
    assert await anything.fetchval(looks, pathway_id, TAKER.person) == 1


async def test_a_machine_that_cannot_print_says_what_to_install(
    house: House, ledger_of: LedgerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)

    def no_pango(_: object) -> bytes:
        raise PrintingUnavailableError

    for place in (reading, downtime):
        monkeypatch.setattr(place, "can_print", lambda: False)
    monkeypatch.setattr(making, "printed", no_pango)

    for address in (documents_of(pathway_id), documents_of(pathway_id, "/patient_information"), f"{FRONT}/downtime"):
        page = await taker.get(address)
        assert page.status_code == 200
        assert "libpango-1.0-0" in main_of(page)
    assert (await taker.get(documents_of(pathway_id, "/patient_information/pdf"))).status_code == 503


async def test_bytes_that_are_not_their_hash_are_refused_by_the_database(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    del house
    pathway_id = await offered(ledger_of)
    plant = "INSERT INTO document (trust, pathway_id, sha256, kind, content) VALUES ('RXX', $1, $2, 'x', $3)"

    with pytest.raises(asyncpg.CheckViolationError):
        await anything.execute(plant, pathway_id, "0" * 64, b"%PDF-")


@pytest.mark.parametrize("change", ["UPDATE document SET kind = 'x'", "DELETE FROM document", "TRUNCATE document"])
async def test_what_was_given_cannot_be_changed(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection, change: str
) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    await given(house, taker, pathway_id, "patient_information", "patient")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await anything.execute(change)


async def test_the_front_door_may_keep_no_document(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await offered(ledger_of)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await house.receptions["front_door"].documents.keep("RXX", pathway_id, "patient_information", b"%PDF-")


async def test_the_bytes_are_kept_before_the_entry_that_names_them(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway_id, taker = await prepared(ledger_of), await house.visitor(TAKER)
    page = await taker.get(giving_at(house, pathway_id, "consent_form"))

    async def away(_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(house.ledgers[FOLLOW_UP], "enter", away)
    answer = await taker.post(action_of(page), sent_by(page) | {"given_to": "patient"})

    assert answer.status_code == 503
    assert await anything.fetchval("SELECT count(*) FROM document WHERE pathway_id = $1", pathway_id) == 1
    assert await entries(ledger_of, pathway_id, "document_issued") == 0
