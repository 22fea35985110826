"""Capacity is presumed; in doubt it is assessed, and nobody is put into research (H-13, R-CON-1; IPG651 1.2, 1.1)."""

from typing import Any

import pytest

from shared.pathway.capacity import BestInterests
from shared.pathway.choices import Answer
from shared.pathway.consent import LineStatus, YoungPersonReview
from shared.pathway.consent_rules import standing
from shared.pathway.news import CapacityChanged
from tests.forms.consent import assessed, best_interests, consent, lines
from tests.forms.filled import london
from tests.patients import WARD, Case, classified, limb_under_threat, reviewed, signed, told

ABLE = assessed(weighs=Answer.YES)
AT = "best_interests"


def asked() -> Case:
    return told().when("2026-03-06T10:00")


def in_doubt(**changes: Any) -> Any:
    return consent(capacity_doubted=Answer.YES, **changes)


def test_somebody_assessed_as_able_decides_alone() -> None:
    assert asked().refused(in_doubt(capacity=ABLE)) == set()
    decided_for = in_doubt(capacity=ABLE, best_interests=best_interests())
    assert asked().refused(decided_for) == {("R-CON-1", AT, "1.2")}


def test_a_lack_of_capacity_asks_for_a_decision_in_the_patients_best_interests() -> None:
    assert asked().refused(in_doubt(capacity=assessed())) == {("R-CON-1", AT, "1.2")}
    case = asked()
    decided = in_doubt(capacity=assessed(), best_interests=best_interests())
    assert case.refused(decided) == set()
    assert standing(case.writes(decided).moment) is not None


def test_an_assessment_with_an_open_question_is_none() -> None:
    half = assessed(weighs=Answer.UNKNOWN)
    assert asked().refused(in_doubt(capacity=half)) == {("R-CON-1", "capacity.weighs", "1.2")}


def test_an_assessment_against_capacity_is_a_doubt_whatever_the_form_says() -> None:
    assert asked().refused(consent(capacity=assessed())) == {("R-CON-1", "capacity_doubted", "1.2")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"advance_decision": "refuses"}, "advance_decision"),
        ({"advance_decision": "not_checked"}, "advance_decision"),
        ({"attorney_or_deputy": "not_checked"}, "attorney_or_deputy"),
        ({"attorney_or_deputy": "attorney"}, "document_seen"),
        ({"attorney_or_deputy": "deputy", "document_seen": Answer.UNKNOWN}, "document_seen"),
        ({"unbefriended": True}, "imca_instructed"),
        ({"decision_maker": "stranger-1"}, "decision_maker"),
        ({"decided_at": london("2026-03-06T10:01")}, "decided_at"),
    ],
)
def test_a_best_interests_decision_with_a_flaw_is_refused(changes: dict[str, Any], field: str) -> None:
    flawed = in_doubt(capacity=assessed(), best_interests=best_interests(**changes))
    assert asked().refused(flawed) == {("R-CON-1", f"{AT}.{field}", "1.2")}


@pytest.mark.parametrize(
    "decided",
    [
        best_interests(attorney_or_deputy="attorney", document_seen=Answer.YES),
        best_interests(unbefriended=True, imca_instructed=Answer.YES),
    ],
)
def test_a_seen_document_and_an_advocate_are_enough(decided: BestInterests) -> None:
    assert asked().refused(in_doubt(capacity=assessed(), best_interests=decided)) == set()


def test_nobody_is_put_into_research_by_somebody_else() -> None:
    into = lines(research_participation=LineStatus.GIVEN)
    decided = in_doubt(capacity=assessed(), best_interests=best_interests(), lines=into)
    assert asked().refused(decided) == {("R-CON-1", "lines", "1.1")}


def test_what_the_team_saw_of_lost_capacity_is_a_doubt() -> None:
    seen = CapacityChanged(noticed_at=london("2026-03-06T09:00"), has_capacity=Answer.NO, note="Confused since dawn")
    case = asked().writes(seen, WARD)
    assert ("R-CON-1", "capacity_doubted", "1.2") in case.refused(consent())


def test_under_eighteen_somebody_who_knows_the_law_looks_first() -> None:
    young = asked().where(age_years=17)
    assert young.refused(consent()) == {("R-REF-4", "young_person", "D")}
    looked = YoungPersonReview(reviewer="vs-1", finding="May consent", reviewed_at=london("2026-03-06T09:00"))
    assert young.refused(consent(young_person=looked)) == set()


def test_in_an_emergency_a_patient_may_consent_aloud() -> None:
    spoken = consent(how="verbal_emergency", written_information=None)
    assert asked().refused(spoken) == {("R-CON-1", "how", "1.2"), ("R-CON-1", "written_information", "1.2")}
    threatened = told(signed(reviewed(classified(limb_under_threat())))).when("2026-03-06T10:00")
    assert threatened.refused(spoken) == set()


def test_in_an_emergency_no_advocate_is_waited_for_and_a_refusal_in_advance_still_stands() -> None:
    threatened = told(signed(reviewed(classified(limb_under_threat())))).when("2026-03-06T10:00")
    alone = best_interests(unbefriended=True, attorney_or_deputy="not_checked", advance_decision="not_checked")
    assert threatened.refused(in_doubt(capacity=assessed(), best_interests=alone)) == set()
    refused = best_interests(advance_decision="refuses")
    found = threatened.refused(in_doubt(capacity=assessed(), best_interests=refused))
    assert found == {("R-CON-1", f"{AT}.advance_decision", "1.2")}
