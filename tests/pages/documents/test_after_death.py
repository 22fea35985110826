"""Documents after a death (H-05): nothing that speaks to the patient is offered, printed or given any more."""

from datetime import date

from shared.pathway.endings import PatientDied
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, act, kept
from tests.pages.documents.test_documents import documents_of, giving_at
from tests.pages.stories import OPERATOR, TAKER, WARD, entries, offered, treated
from tests.pages.visitors import House, action_of, main_of, sent_by

DEATH = PatientDied(died_on=date(2026, 3, 6), learned_at=london("2026-03-06T09:30"), source="seen_here")


async def test_after_a_death_no_document_that_speaks_to_the_patient_is_offered_printed_or_given(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, operator = await treated(ledger_of), await house.visitor(OPERATOR)
    drawn = await operator.get(giving_at(house, pathway_id, "patient_letter"))
    kept(await ledger_of("desk_follow_up").enter(act(pathway_id, DEATH, WARD)))

    page = main_of(await operator.get(documents_of(pathway_id)))
    assert "The patient has died" in page
    for document in ("patient_information", "patient_letter"):
        for offered_at in (f"/documents/{document}/pdf", f"/documents/{document}/give"):
            assert offered_at not in page
        for address in (documents_of(pathway_id, f"/{document}/pdf"), giving_at(house, pathway_id, document)):
            answer = await operator.get(address)
            assert (answer.status_code, answer.headers["location"].rpartition("#")[2]) == (303, document)
    assert giving_at(house, pathway_id, "discharge_letter") in page  # the GP still gets theirs
    answer = await operator.post(action_of(drawn), sent_by(drawn) | {"given_to": "patient"})
    assert answer.status_code == 409
    assert "nothing is given to them any more" in main_of(answer)
    assert await entries(ledger_of, pathway_id, "document_issued") == 0


async def test_after_a_death_a_consent_form_goes_to_the_notes_alone(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await treated(ledger_of), await house.visitor(OPERATOR)
    kept(await ledger_of("desk_follow_up").enter(act(pathway_id, DEATH, WARD)))

    page = main_of(await operator.get(giving_at(house, pathway_id, "consent_form")))
    assert 'value="notes"' in page
    assert 'value="patient"' not in page


async def test_after_a_death_no_consent_form_is_printed_to_be_signed(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    kept(await ledger_of("desk_follow_up").enter(act(pathway_id, DEATH, WARD)))

    assert "/documents/consent_form/pdf" not in main_of(await taker.get(documents_of(pathway_id)))
    assert (await taker.get(documents_of(pathway_id, "/consent_form/pdf"))).status_code == 404
