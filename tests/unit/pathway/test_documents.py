"""What may be written down as given, made from which entry, to whom (IPG651 1.2, 2.5, 2.6)."""

from typing import Any

import pytest

from shared.pathway import documents
from shared.pathway.choices import Answer
from shared.pathway.documents import DOCUMENTS, RECEIVERS, TO_THE_PATIENT, Document, DocumentIssued, receivers
from shared.pathway.question import Question
from tests.forms import endings
from tests.patients import WARD, Case, consented, discharged, ended, offered, told

HASH = "0f" * 32


def issued(document: Document, case: Case, **changes: Any) -> DocumentIssued:
    given = {
        "document": document,
        "template_version": "1.0",
        "sha256": HASH,
        "made_from": case.pathway.version,
        "given_to": RECEIVERS[document][0],
    }
    return DocumentIssued(**(given | changes))


def refused(document: Document, case: Case, **changes: Any) -> list[tuple[str, str]]:
    asked = Question(case.moment, issued(document, case, **changes), WARD)
    return [(each.rule, each.field) for each in documents.refusals(asked)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_of_a_finished_pathway_can_be_given(document: Document) -> None:
    assert refused(document, discharged()) == []


@pytest.mark.parametrize("sha256", ["0f" * 31, "0F" * 32, "sha256:0f"])
def test_what_is_no_hash_is_refused(sha256: str) -> None:
    assert refused("patient_information", offered(), sha256=sha256) == [("R-CON-1", "sha256")]


def test_an_entry_that_does_not_exist_is_refused() -> None:
    assert refused("patient_information", offered(), made_from=99) == [("R-CON-1", "made_from")]


def test_a_consent_form_without_a_consent_is_refused() -> None:
    assert refused("consent_form", told()) == [("R-CON-1", "document")]
    assert refused("consent_form", consented()) == []


def test_a_consent_form_of_a_time_before_the_consent_is_refused() -> None:
    case = consented()
    found = refused("consent_form", case, made_from=case.pathway.version - 1)
    assert found == [("R-CON-1", "document"), ("R-CON-1", "made_from")]


@pytest.mark.parametrize("document", ["discharge_letter", "patient_letter"])
def test_a_letter_without_a_finished_procedure_is_refused(document: Document) -> None:
    assert refused(document, consented()) == [("R-DIS-1", "document")]
    assert refused(document, ended()) == []


def test_a_filter_letter_without_a_filter_is_refused() -> None:
    assert refused("filter_letter", discharged(filter_in_situ=Answer.NO)) == [("R-FIL-1", "document")]


def test_a_letter_that_is_out_of_date_is_refused() -> None:
    case = discharged()
    before = case.pathway.version - 1
    assert refused("discharge_letter", case, made_from=before) == [("R-CON-1", "made_from")]
    assert refused("patient_information", case, made_from=before) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_is_given_to_those_it_is_written_for(document: Document) -> None:
    for receiver in ("patient", "gp", "notes"):
        wanted = [] if receiver in RECEIVERS[document] else [("R-CON-1", "given_to")]
        assert refused(document, discharged(), given_to=receiver) == wanted


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("to", ["patient", "gp", "notes"])
def test_after_a_death_nothing_is_given_to_the_patient_and_nothing_that_speaks_to_them(
    document: Document, to: str
) -> None:
    case = discharged().writes(endings.death(), WARD)
    refused_for_death = ("H-05", "given_to") in refused(document, case, given_to=to)
    assert refused_for_death == (to in RECEIVERS[document] and (to == "patient" or document in TO_THE_PATIENT))


def test_news_of_a_death_that_was_about_somebody_else_opens_the_documents_again() -> None:
    case = discharged().writes(endings.death(), WARD).writes(endings.no_death(), WARD)
    assert [receivers(each, case.moment) for each in DOCUMENTS] == [RECEIVERS[each] for each in DOCUMENTS]
