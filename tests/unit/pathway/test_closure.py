"""Ending a pathway: nothing owed, and nobody between two stools (R-PRO-1, R-REG-1, R-ACO-5; clinical.md 1.1)."""

import pytest

from shared.pathway import decide
from shared.pathway.choices import ClosingReason, Status
from shared.pathway.classification import recommendations
from shared.pathway.closure import ending
from shared.pathway.consent import LineStatus
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.mdt_review import Outcome
from shared.pathway.people import Role, Signature
from shared.pathway.referral import sides
from shared.pathway.registry_entry import RegistryAccepted
from tests.forms.consent import consent, lines, withdrawal
from tests.forms.filled import london
from tests.forms.follow_up import accepted_handover, clinic_review, closure, hand_over
from tests.forms.mdt_review import decided, mdt_review
from tests.forms.referral import agreement, classification, limb, new_imaging, veins
from tests.patients import (
    OPEN_STUDY,
    Case,
    classified,
    consented,
    discharged,
    ended,
    femoropopliteal_right,
    offered,
    on_the_day,
    referred,
    reviewed,
    seen_at_clinic,
    signed,
    started,
    told,
)
from tests.patients_again import handed_over

DECLINED, COMPLETED = ClosingReason.MDT_DECLINED, ClosingReason.COMPLETED
NO_STUDY, NOT_ELIGIBLE = ClosingReason.NO_STUDY_AVAILABLE, ClosingReason.NOT_ELIGIBLE
NEEDS_HANDOVER = {("1.1", "reason", "2.3")}


def declined(case: Case | None = None, outcome: Outcome = Outcome.DECLINE) -> Case:
    case = case or classified()
    leg = sides(case.pathway)[0]
    return signed(reviewed(case, mdt_review(decided(outcome, leg))))


def test_an_mdt_that_declined_ends_it_after_the_handover() -> None:
    case = declined()
    assert ending(case.moment) == DECLINED
    assert case.refused(closure(DECLINED)) == NEEDS_HANDOVER
    assert case.writes(hand_over()).refused(closure(DECLINED)) == NEEDS_HANDOVER
    assert handed_over(case, DECLINED).refused(closure(DECLINED)) == set()


def test_research_only_without_a_study_ends_as_no_study_available() -> None:
    case = declined(classified(femoropopliteal_right()), Outcome.ALTERNATIVE)
    assert ending(case.moment) == NO_STUDY
    assert handed_over(case, NO_STUDY).refused(closure(NO_STUDY)) == set()


def test_research_only_with_an_open_study_was_declined_by_the_mdt() -> None:
    assert ending(declined(classified(femoropopliteal_right(studies=OPEN_STUDY))).moment) == DECLINED


def test_a_leg_without_clot_is_not_eligible_without_an_mdt() -> None:
    case = handed_over(classified(referred(limb(segments=veins()))), NOT_ELIGIBLE)
    assert case.refused(closure(NOT_ELIGIBLE)) == set()


def test_not_eligible_needs_a_committed_classification() -> None:
    case = handed_over(referred(limb(segments=veins())), NOT_ELIGIBLE)
    assert case.refused(closure(NOT_ELIGIBLE)) == {("1.1", "reason", "1.4")}


def test_nobody_is_declined_by_an_mdt_that_never_decided() -> None:
    for case in (classified(), reviewed()):
        assert handed_over(case, DECLINED).refused(closure(DECLINED)) == {("1.1", "reason", "1.4")}


def test_a_reason_that_is_not_so_is_refused() -> None:
    case = handed_over(declined(), NOT_ELIGIBLE)
    assert case.refused(closure(NOT_ELIGIBLE)) == {("1.1", "reason", "1.4")}


def test_an_offer_that_stands_keeps_it_open() -> None:
    assert ending(offered().moment) is None
    assert handed_over(offered(), DECLINED).refused(closure(DECLINED)) == {("1.1", "reason", "1.4")}


def test_new_imaging_reopens_what_the_mdt_declined() -> None:
    assert ending(declined().when("2026-03-06T09:00").writes(new_imaging()).moment) is None


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (on_the_day().writes(withdrawal()), ClosingReason.CONSENT_WITHDRAWN),
        (consented(lines=lines(LineStatus.REFUSED)), ClosingReason.PATIENT_DECLINED),
    ],
)
def test_a_patient_who_said_no_is_handed_over(case: Case, reason: ClosingReason) -> None:
    assert ending(case.moment) == reason
    assert case.refused(closure(reason)) == NEEDS_HANDOVER
    assert handed_over(case, reason).refused(closure(reason)) == set()


def test_completed_needs_a_procedure() -> None:
    assert classified().refused(closure()) == {("1.1", "reason", "1.3")}


def test_a_procedure_under_way_keeps_it_open() -> None:
    assert ("R-PRO-1", "", "2.5") in started().refused(closure())


def test_a_registry_entry_owed_keeps_it_open() -> None:
    case = ended().when("2026-06-10T09:00").writes(clinic_review())
    assert case.refused(closure()) == {("R-REG-1", "", "1.3")}


def test_a_review_owed_keeps_it_open() -> None:
    assert discharged().refused(closure()) == {("R-ACO-5", "", "2.6")}


def test_a_treated_and_reviewed_patient_may_be_closed() -> None:
    assert seen_at_clinic().refused(closure()) == set()


@pytest.mark.parametrize(
    ("reason", "paragraph"),
    [
        (ClosingReason.DIED, "D"),
        (ClosingReason.TRANSFERRED_OUT, "D"),
        (ClosingReason.OPENED_IN_ERROR, "D"),
        (ClosingReason.CLINICALLY_OVERTAKEN, "1.3"),
        (ClosingReason.LOST_TO_FOLLOWUP, "2.6"),
    ],
)
def test_what_nobody_wrote_down_is_no_reason(reason: ClosingReason, paragraph: str) -> None:
    assert ("1.1", "reason", paragraph) in seen_at_clinic().refused(closure(reason))


def test_a_handover_names_somebody_of_the_directory_and_a_reason_that_needs_one() -> None:
    assert declined().refused(hand_over(to_person="nobody-1")) == {("1.1", "to_person", "2.3")}
    assert declined().refused(hand_over(COMPLETED)) == {("1.1", "reason", "2.3")}


def test_only_the_person_named_accepts_a_handover() -> None:
    case = declined().writes(hand_over())
    assert case.refused(accepted_handover(), Signature("hae-1", Role.HAEMATOLOGIST)) == {("1.1", "", "2.3")}
    assert case.refused(accepted_handover()) == set()


def test_there_is_nothing_to_accept_before_or_after() -> None:
    assert declined().refused(accepted_handover()) == {("1.1", "", "2.3")}
    assert handed_over(declined(), DECLINED).refused(accepted_handover()) == {("1.1", "", "2.3")}


def test_a_closed_pathway_takes_nothing_but_answers_of_the_outside_world() -> None:
    closed = seen_at_clinic().writes(closure())
    assert decide.status(closed.moment) == Status.CLOSED
    assert closed.refused(new_imaging()) == {("1.1", "", "D")}
    assert closed.refused(closure()) == {("1.1", "", "D")}
    answers = (NoticeAcknowledged(notice=1), RegistryAccepted(procedure_id="p-1.1", dataset_version=2, receipt="R-2"))
    assert [closed.refused(record) for record in answers] == [set(), set()]


def test_a_closed_pathway_has_nothing_to_do_but_what_outlives_it() -> None:
    closed = seen_at_clinic().writes(closure())
    left = {each.kind for each in decide.tasks(closed.moment) if each.state == "open"}
    assert left <= {"governance_acknowledgement", "thirty_day_check"}
    assert {view.timer.id for view in decide.timers(closed.moment) if view.state == "pending"} <= {"T-AE30"}


def test_a_closed_pathway_still_owes_what_it_owed() -> None:
    assert [each.key for each in decide.owed(seen_at_clinic().writes(closure()).moment)] == ["p-1.1.v3"]


def test_handing_over_and_closing_are_asked_for_in_turn() -> None:
    def open_now(case: Case) -> set[str]:
        return {each.kind for each in decide.tasks(case.moment) if each.state == "open"}

    case = declined()
    assert "standard_care_handoff" in open_now(case)
    case = case.writes(hand_over())
    assert "handoff_accepted" in open_now(case)
    assert "closure" in open_now(case.writes(accepted_handover()))


def test_a_disputed_leg_without_clot_is_closed_by_nobody_alone() -> None:
    case = referred(limb(segments=veins()))
    disputed = classification(
        agreement(recommended=recommendations(case.moment)[0].cls, agrees=False, reason="I see clot")
    )
    case = handed_over(case.writes(disputed), NOT_ELIGIBLE)
    assert case.refused(closure(NOT_ELIGIBLE)) == {("1.1", "reason", "1.4")}


def test_after_a_refusal_a_new_offer_may_be_talked_about() -> None:
    refusal = consent(lines=lines(LineStatus.REFUSED), signed_at=london("2026-03-06T08:00"))
    case = told().when("2026-03-06T08:00").writes(refusal)
    assert ending(case.moment) == ClosingReason.PATIENT_DECLINED

    again = signed(reviewed(case, mdt_review(met_at=case.now)))

    assert ending(again.moment) is None
    assert "consent" in {each.kind for each in decide.tasks(again.moment) if each.state == "open"}


def test_while_a_pathway_ends_nobody_is_asked_to_prepare_a_procedure() -> None:
    case = consented().writes(withdrawal()).until("2026-03-20T10:00")

    kinds = {each.kind for each in decide.tasks(case.moment) if each.state == "open"}

    assert kinds >= {"standard_care_handoff", "stop_procedure"}
    assert not kinds & {"mdt_review", "consent", "procedure_start"}
