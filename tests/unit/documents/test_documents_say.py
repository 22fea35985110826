"""What the printed documents say (IPG651 1.1, 1.2, 2.5, 2.6, 3.7; R-DIS-2; hazards H-01, H-02, H-03)."""

import re
from datetime import date
from typing import Any

import pytest
import segno

from shared.documents.drawing import body, whole
from shared.documents.patient_information import FOR_THE_PUBLIC
from shared.pathway.choices import Answer
from shared.pathway.consent import Consent, LineStatus
from shared.pathway.documents import DOCUMENTS, Document, at_entry, filter_inside
from shared.pathway.mdt_review import Outcome
from tests.forms.consent import consent, lines, withdrawal
from tests.forms.filled import RIGHT
from tests.forms.filters import inserted, made_permanent, plan, retrieval
from tests.forms.mdt_review import mdt_review, offer
from tests.forms.procedure import sign_out
from tests.patients import (
    OPEN_STUDY,
    OPERATOR,
    Case,
    both_legs,
    classified,
    consented,
    discharged,
    ended,
    femoropopliteal_right,
    offered,
    reviewed,
    signed,
    told,
)
from tests.patients_again import prepared_again
from tests.unit.documents.papers import PATIENT, paper, text_of, words


def filtered(**changes: Any) -> Case:
    """The procedure ended with a filter inside."""
    return ended(filter=inserted(**changes), sign_out=sign_out(filter_present=Answer.YES))


EVERY = pytest.mark.parametrize("document", DOCUMENTS)
LETTERS = pytest.mark.parametrize("document", ["discharge_letter", "patient_letter"])
STOP_DATE = re.compile(
    r"\b(?:until|stop(?:s|ped)?|end(?:s|ed)?|last(?:s)?|finish(?:es)?)(?: \w+){0,2} \d", re.IGNORECASE
)


@EVERY
def test_every_document_says_whose_it_is_and_which_version_it_has(document: Document) -> None:
    case = discharged()
    found = words(document, case)

    for told_in_it in ("ALPHA, Synthetic", "20-Nov-1979", "999 651 0018", "version 1.0", "Not for care"):
        assert told_in_it in found
    assert f"by entry {case.pathway.version}, 11 March 2026" in found


@EVERY
def test_every_document_spells_the_side_out(document: Document) -> None:
    found = text_of(body(paper(document, discharged())))

    assert "LEFT" in found
    assert "RIGHT" not in found
    assert re.search(r"\b[LR]\b", found) is None


@EVERY
def test_the_same_entry_says_the_same_whatever_was_written_later(document: Document) -> None:
    case = discharged()
    entry = case.pathway.version
    later = case.until("2026-05-20T10:00")

    assert later.pathway.version > entry
    assert whole(paper(document, later, entry)) == whole(paper(document, case))


@EVERY
def test_what_somebody_typed_is_text_and_nothing_else(document: Document) -> None:
    hostile = "<b onclick=x>&amp;"
    case = discharged(ended(), contact_line=hostile, destination=hostile, adverse_events=None)
    patient = PATIENT.model_copy(update={"name": hostile})

    assert "<b onclick" not in whole(paper(document, case, patient=patient))


@EVERY
def test_a_number_that_nobody_traced_is_marked(document: Document) -> None:
    patient = PATIENT.model_copy(update={"number_status": "trace_required"})

    assert "has not been verified" in whole(paper(document, discharged(), patient=patient))
    assert "has not been verified" not in whole(paper(document, discharged()))


def test_the_leaflet_says_what_is_not_known_and_that_the_evidence_is_old() -> None:
    found = words("patient_information", offered())

    assert "how safe it is, is not certain" in found
    assert "a device that is no longer sold" in found
    assert "The kind of device planned for you: rheolytic" in found
    assert "only within research" not in found


def test_the_leaflet_says_why_to_come_to_have_a_filter_taken_out() -> None:
    found = words("patient_information", offered())

    assert "Please come when you are called to have it taken out, even if you feel well" in found


def test_the_leaflet_of_a_leg_offered_in_research_says_so() -> None:
    case = classified(femoropopliteal_right(studies=OPEN_STUDY))
    case = signed(reviewed(case, mdt_review(offer(RIGHT, outcome=Outcome.OFFER_IN_RESEARCH))))

    found = words("patient_information", case)
    assert "only within research" in found
    assert "RIGHT leg" in found


def test_the_leaflet_before_any_offer_names_no_device() -> None:
    found = words("patient_information", both_legs())

    assert "LEFT and RIGHT leg" in found
    assert "is decided by the specialists' meeting" in found


def test_the_square_holds_the_public_address_and_nothing_else() -> None:
    drawn = whole(paper("patient_information", discharged()))
    (picture,) = re.findall(r'<img [^>]*src="(data:[^"]*)"', drawn)

    assert FOR_THE_PUBLIC in drawn
    assert picture.replace("&#39;", "'") == segno.make(FOR_THE_PUBLIC, error="m").svg_data_uri(scale=4, border=2)


@LETTERS
def test_a_letter_has_no_stop_date(document: Document) -> None:
    found = words(document, discharged())

    assert STOP_DATE.search(found) is None
    assert "9 June 2026" not in found  # the minimum: nobody may read it as the end
    assert "until reviewed" in found
    assert "booked for 1 June 2026" in found


@pytest.mark.parametrize("text", ["until 9 June 2026", "Stop on 9 June", "it ends about 9 June"])
def test_a_stop_date_would_be_seen(text: str) -> None:
    assert STOP_DATE.search(text)


@LETTERS
def test_a_letter_without_anticoagulant_says_why(document: Document) -> None:
    case = discharged(anticoagulant=None, anticoagulant_contraindication="Bleeding ulcer")

    found = words(document, case)
    assert "because: Bleeding ulcer" in found
    assert "apixaban" not in found


@LETTERS
def test_a_letter_made_before_the_discharge_leaves_its_places_empty(document: Document) -> None:
    found = words(document, ended())

    assert "is not written down yet" in found
    assert "until reviewed" in found
    assert "____" in found


@LETTERS
def test_a_letter_names_the_filter_only_where_one_is_inside(document: Document) -> None:
    assert "has to be taken out" in words(document, discharged(filter_in_situ=Answer.YES))
    assert "has to be taken out" not in words(document, discharged(filter_in_situ=Answer.NO))


def test_the_filter_letter_says_when_it_was_placed_and_who_to_call() -> None:
    found = words("filter_letter", discharged())

    for told_in_it in ("On 9 March 2026", "LEFT leg", "ward 7", "even if you feel well", "Planned for: ____"):
        assert told_in_it in found


def test_the_filter_letter_has_the_day_the_ward_wrote_down() -> None:
    assert "out by 2 April 2026" in words("filter_letter", discharged(filter_removal_on=date(2026, 4, 2)))


def test_the_filter_letter_has_the_day_and_the_team_of_the_filters_own_plan() -> None:
    found = words("filter_letter", filtered())

    assert "out by 6 April 2026" in found
    assert "The team that sees to it: Interventional radiology" in found


def test_the_filter_letter_has_the_appointment_once_there_is_one() -> None:
    found = words("filter_letter", filtered(plan=plan(booked_for=date(2026, 3, 27))))

    assert "Booked for 27 March 2026" in found


def test_a_filter_that_is_out_is_in_no_letter() -> None:
    case = filtered().when("2026-04-01T11:00").writes(retrieval(), OPERATOR)

    assert filter_inside(filtered().moment) == "to_be_removed"
    assert filter_inside(case.moment) == "none"
    assert "has to be taken out" not in words("discharge_letter", case)


def test_a_filter_that_stays_by_decision_is_told_as_such() -> None:
    case = filtered().when("2026-04-02T15:00").writes(made_permanent(), OPERATOR)

    assert "INSIDE, and meant to stay" in words("discharge_letter", case)


@LETTERS
def test_a_filter_that_is_meant_to_stay_is_not_to_be_taken_out(document: Document) -> None:
    found = words(document, filtered(intended="permanent"))

    assert "meant to stay" in found.lower()
    assert "has to be taken out" not in found


def test_a_consent_form_is_filled_from_the_newest_consent() -> None:
    found = words("consent_form", consented(what_matters="Walking to the allotment"))

    assert "signed on 6 March 2026, 10:00" in found
    assert "Walking to the allotment" in found
    assert "Mechanical thrombectomy Agreed" in found


def test_a_consent_form_before_the_conversation_is_one_to_sign() -> None:
    found = words("consent_form", told())

    assert "To be filled in and signed" in found
    assert "Percutaneous mechanical thrombectomy, LEFT leg" in found
    assert "Agreed" not in found


def test_a_new_offer_asks_for_a_new_signature() -> None:
    case = consented()
    entry = case.pathway.version
    again = prepared_again(case, "2026-03-12T10:00")
    newest = again.pathway.latest(Consent)
    assert newest is not None

    assert "signed on 6 March 2026" in words("consent_form", again, entry)
    assert "signed on 12 March 2026" in words("consent_form", again)
    assert "To be filled in and signed" in words("consent_form", again, newest.seq - 1)


def test_a_withdrawn_consent_permits_nothing() -> None:
    found = words("consent_form", consented().writes(withdrawal()))

    assert "WITHDRAWN" in found
    assert "permits nothing" in found


def test_a_refused_consent_permits_nothing() -> None:
    found = words("consent_form", told().when("2026-03-06T10:00").writes(consent(lines=lines(LineStatus.REFUSED))))

    assert "REFUSED" in found
    assert "permits nothing" in found


def test_a_pathway_has_no_entry_nought_and_none_after_its_last() -> None:
    case = consented()

    for number in (0, case.pathway.version + 1):
        with pytest.raises(IndexError):
            at_entry(case.moment, number)


def test_the_pathway_at_an_entry_has_what_was_known_then() -> None:
    case = discharged().where(leaflets={})
    then = at_entry(case.moment, 3)

    assert then.pathway.version == 3
    assert then.now == case.pathway.entries[2].at
    assert then.facts == case.pathway.entries[2].facts
    assert then.facts != case.facts
