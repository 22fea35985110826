"""A corrected identity, and two pathways of one patient (H-06, H-12, R-REF-1)."""

from typing import Any

from shared.pathway import decide
from shared.pathway.choices import Urgency
from shared.pathway.duties import TaskState
from shared.pathway.governance_notice import notices
from shared.pathway.identity_changes import (
    IdentityCorrected,
    IdentityPart,
    MergeReview,
    PatientMerged,
    facts_about_patient,
)
from shared.pathway.record import Record
from tests.forms import referral as referral_form
from tests.forms.filled import filled
from tests.patients import COORDINATOR, REF, Case, arrived, classified, told

OTHER = "9d0c6a52-3e0f-4f6e-9f3a-0b9d5f0f3f10"


def corrected(**changes: Any) -> IdentityCorrected:
    given = {"parts": frozenset({IdentityPart.NUMBER}), "why": "Wristband and national record agree"}
    return filled(IdentityCorrected, given, changes)


def merged(**changes: Any) -> PatientMerged:
    return filled(PatientMerged, {"other_pathway": OTHER, "compared": True, "why": "Same address"}, changes)


def two_people(**changes: Any) -> MergeReview:
    given = {"other_pathway": OTHER, "finding": "different_people", "why": "Twins' cousins"}
    return filled(MergeReview, given, changes)


def came(**facts: Any) -> Case:
    return arrived(**facts).writes(referral_form.referral(urgency=Urgency.EMERGENCY))


def open_work(case: Case) -> set[tuple[str, str]]:
    kinds = {"identity_corrected", "merge_review"}
    found = decide.tasks(case.moment)
    return {(each.kind, each.key) for each in found if each.kind in kinds and each.state == TaskState.OPEN}


def test_a_temporary_identity_is_made_real() -> None:
    case = came(identity="temporary")
    assert open_work(case) == {("identity_corrected", "")}
    assert open_work(case.where(identity="verified").writes(corrected(), REF)) == set()


def test_what_is_known_of_the_patient_is_what_was_written_last() -> None:
    case = classified().where(age_years=52).writes(corrected(), REF)
    assert facts_about_patient(classified().moment).age_years == 46
    assert facts_about_patient(case.moment).age_years == 52


def test_whoever_was_told_is_told_again_after_a_correction() -> None:
    assert notices(classified().writes(corrected(), REF).moment) == ()
    case = told().writes(corrected(), REF)
    assert [each.about for each in notices(case.moment)] == ["mdt_offer", "identity_corrected"]


def test_two_patients_who_may_be_one_are_looked_at_by_a_person() -> None:
    case = arrived(possible_same_person=frozenset({OTHER})).writes(referral_form.referral())
    assert open_work(case) == {("merge_review", OTHER)}
    for answer in (merged(), two_people()):
        assert open_work(case.writes(answer, COORDINATOR)) == set()


def test_a_pathway_is_not_merged_with_itself_nor_twice() -> None:
    case = classified()
    same: tuple[Record, ...] = (merged(other_pathway=case.pathway.id), two_people(other_pathway=case.pathway.id))
    for record in same:
        assert case.refused(record, COORDINATOR) == {("R-REF-1", "other_pathway", "2.1")}
    assert case.writes(merged(), COORDINATOR).refused(merged(), COORDINATOR) == {("R-REF-1", "other_pathway", "2.1")}
