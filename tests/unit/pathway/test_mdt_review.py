"""MDT review: quorum, classes, imaging, signatures, lapse (R-MDT-1..5, R-ELI-1, G2, G9; IPG651 3.8, 3.9, 1.1, 1.4)."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pathway import decide
from shared.pathway.choices import Status
from shared.pathway.mdt_offer import decision, settled, standing_offer
from shared.pathway.mdt_review import Option, Outcome, quorum_missing
from shared.pathway.people import MDT_SPECIALTIES, Role, Signature
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.mdt_review import attendees, decided, looked_at, mdt_review, offer, plan, sign_off
from tests.forms.referral import agreement, classification, imaging, limb, new_imaging
from tests.patients import (
    COORDINATOR,
    HAEMATOLOGIST,
    OPEN_STUDY,
    RADIOLOGIST,
    SPECIALISTS,
    SURGEON,
    Case,
    both_legs,
    classified,
    femoropopliteal_right,
    iliofemoral_left,
    offered,
    referred,
    reviewed,
    signed,
)

MEETING = "2026-03-05T14:00"
RESEARCH = Outcome.OFFER_IN_RESEARCH


def at_the_meeting(case: Case | None = None) -> Case:
    return (case or classified()).when(MEETING)


def test_a_quorate_offer_stands() -> None:
    assert at_the_meeting().refused(mdt_review()) == set()


def test_a_review_before_the_classification_is_refused() -> None:
    assert iliofemoral_left().when(MEETING).refused(mdt_review()) == {("G2", "", "1.1")}


@pytest.mark.parametrize(
    "people",
    [
        ("vs-1", "ir-1"),
        ("vs-1", "ir-1", "coord-1"),
        ("vs-1", "ir-1", "nobody-1"),
        ("vs-ir-1", "hae-1"),
        ("hae-1", "hae-1", "vs-ir-1"),
    ],
)
def test_an_offer_without_three_people_of_three_specialties_is_refused(people: tuple[str, ...]) -> None:
    record = mdt_review(attendees=attendees(*people))
    assert at_the_meeting().refused(record) == {("R-MDT-1", "attendees", "3.8")}


@pytest.mark.parametrize("people", list(permutations(("vs-ir-1", "ir-1", "hae-1"))))
def test_who_holds_two_specialties_fills_the_one_that_is_free(people: tuple[str, ...]) -> None:
    assert at_the_meeting().refused(mdt_review(attendees=attendees(*people))) == set()


def test_a_decision_to_decline_needs_quorum_too() -> None:
    record = mdt_review(decided(Outcome.DECLINE), attendees=attendees("vs-1"))
    assert at_the_meeting().refused(record) == {("R-MDT-1", "attendees", "3.8")}


def test_a_meeting_without_quorum_may_defer() -> None:
    record = mdt_review(decided(Outcome.DEFER), attendees=attendees("vs-1"))
    assert at_the_meeting().refused(record) == set()


held = st.dictionaries(
    st.sampled_from("abcdef"), st.frozensets(st.sampled_from([*MDT_SPECIALTIES, Role.MDT_COORDINATOR])), max_size=6
)


@given(held)
def test_quorum_agrees_with_trying_every_seating(roles: dict[str, frozenset[Role]]) -> None:
    seatings = permutations(roles, 3)
    seated = any(
        all(specialty in roles[who] for who, specialty in zip(people, MDT_SPECIALTIES, strict=True))
        for people in seatings
    )
    assert (quorum_missing(roles) == ()) == seated


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"met_at": london("2026-03-05T14:01")}, ("R-MDT-1", "met_at", "3.8")),
        ({"met_at": london("2026-03-03T08:29")}, ("R-MDT-2", "imaging_reviewed", "2.5")),
        (
            {"options_considered": frozenset({Option.PMT_ALONE, Option.NO_ACTION})},
            ("R-MDT-1", "options_considered", "2.3"),
        ),
        (
            {"options_considered": frozenset({Option.ANTICOAGULATION_ALONE})},
            ("R-MDT-1", "options_considered", "2.3"),
        ),
        ({"imaging_reviewed": (looked_at(accession="OTHER"),)}, ("R-MDT-2", "imaging_reviewed", "2.5")),
        ({"imaging_reviewed": (looked_at(RIGHT, "ACC-left-1"),)}, ("R-MDT-2", "imaging_reviewed", "2.5")),
        ({"decisions": (offer(LEFT), offer(LEFT))}, ("R-MDT-1", "decisions", "3.8")),
        ({"decisions": (offer(RIGHT),)}, ("R-MDT-1", "decisions", "3.8")),
        ({"decisions": (offer(plan=None),)}, ("R-MDT-5", "decisions.0.plan", "2.5")),
        (
            {"decisions": (offer(plan=plan(filter_indication=None)),)},
            ("G9", "decisions.0.plan.filter_indication", "2.5"),
        ),
        ({"decisions": (offer(outcome=RESEARCH),)}, ("G2", "decisions.0.outcome", "1.1")),
    ],
)
def test_a_review_with_a_flaw_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    open_study = at_the_meeting().where(studies=OPEN_STUDY)
    assert open_study.refused(mdt_review(**changes)) == {refused}


def test_imaging_of_72_hours_is_young_enough() -> None:
    case = classified(referred(limb(imaging=imaging(performed_at=london("2026-03-02T14:00")))))
    assert at_the_meeting(case).refused(mdt_review()) == set()


def test_imaging_over_72_hours_old_is_refused() -> None:
    case = classified(referred(limb(imaging=imaging(performed_at=london("2026-03-02T13:59")))))
    assert at_the_meeting(case).refused(mdt_review()) == {("R-MDT-2", "imaging_reviewed", "2.5")}


def test_old_imaging_does_not_hold_up_a_decision_to_decline() -> None:
    case = classified(referred(limb(imaging=imaging(performed_at=london("2026-03-01T09:00")))))
    assert at_the_meeting(case).refused(mdt_review(decided(Outcome.DECLINE))) == set()


def test_the_imaging_reviewed_must_be_the_newest() -> None:
    case = classified(classified().when("2026-03-05T09:00").writes(new_imaging()))
    assert at_the_meeting(case).refused(mdt_review()) == {("R-MDT-2", "imaging_reviewed", "2.5")}
    newest = mdt_review(imaging_reviewed=(looked_at(accession="ACC-left-2"),))
    assert at_the_meeting(case).refused(newest) == set()


def test_a_research_only_leg_is_not_offered_under_special_arrangements() -> None:
    case = at_the_meeting(classified(femoropopliteal_right(studies=OPEN_STUDY)))
    assert case.refused(mdt_review(offer(RIGHT))) == {("R-MDT-3", "decisions.0.outcome", "1.1")}


def test_a_research_only_leg_is_offered_in_research() -> None:
    case = at_the_meeting(classified(femoropopliteal_right(studies=OPEN_STUDY)))
    assert case.refused(mdt_review(offer(RIGHT, outcome=RESEARCH))) == set()


def test_without_an_open_study_nothing_is_offered_in_research() -> None:
    case = at_the_meeting(classified(femoropopliteal_right()))
    assert case.refused(mdt_review(offer(RIGHT, outcome=RESEARCH))) == {("R-ELI-1", "decisions.0.outcome", "1.1")}


def test_each_leg_gets_its_own_decision() -> None:
    case = at_the_meeting(classified(both_legs()))
    assert case.refused(mdt_review(offer(RIGHT), decided(Outcome.DECLINE))) == set()
    assert case.refused(mdt_review(offer(RIGHT))) == {("R-MDT-1", "decisions", "3.8")}


def test_a_leg_whose_class_a_clinician_disputed_is_not_offered() -> None:
    disputed = agreement(agrees=False, reason="The clot ends below the common femoral vein")
    case = iliofemoral_left().when("2026-03-03T11:00").writes(classification(disputed))
    assert at_the_meeting(case).refused(mdt_review()) == {("G2", "decisions.0.outcome", "1.1")}


def test_a_review_counts_with_the_third_signature_only() -> None:
    two = signed(reviewed(), SPECIALISTS[:2])
    assert decision(two.moment) is None
    assert decide.status(two.moment) == Status.MDT_PENDING
    three = two.when("2026-03-05T18:00").writes(sign_off(3), HAEMATOLOGIST)
    found = decision(three.moment)
    assert found is not None
    assert found.decided_at == london("2026-03-05T18:00")


def test_one_person_signs_for_one_specialty() -> None:
    case = signed(reviewed(), (SURGEON,))
    twice = Signature(SURGEON.person, Role.INTERVENTIONAL_RADIOLOGIST)
    assert case.refused(sign_off(3), twice) == {("R-MDT-1", "", "3.8")}


def test_one_specialty_signs_once() -> None:
    case = signed(reviewed(), (SURGEON,))
    assert case.refused(sign_off(3), Signature("vs-2", Role.VASCULAR_SURGEON)) == {("R-MDT-1", "", "3.8")}


def test_a_signature_of_another_role_is_refused_and_never_completes_the_quorum() -> None:
    case = signed(reviewed(), (SURGEON, RADIOLOGIST))
    assert case.refused(sign_off(3), COORDINATOR) == {("R-MDT-1", "", "3.8")}
    forced = case.pathway.with_entry(decide.next_entry(case.moment, sign_off(3), COORDINATOR))
    assert decision(replace(case, pathway=forced).moment) is None


def test_an_older_review_cannot_be_signed_any_more() -> None:
    case = reviewed(reviewed())
    assert case.refused(sign_off(3), SURGEON) == {("R-MDT-1", "review", "3.8")}
    assert case.refused(sign_off(4), SURGEON) == set()


def test_a_review_overtaken_by_imaging_cannot_be_signed_any_more() -> None:
    case = reviewed().when("2026-03-05T15:00").writes(new_imaging())
    assert case.refused(sign_off(3), SURGEON) == {("R-MDT-1", "review", "3.8")}


def test_an_objection_needs_its_reason() -> None:
    assert reviewed().refused(sign_off(3, agrees=False), SURGEON) == {("R-MDT-4", "objection", "YR1")}


def test_an_objection_leaves_no_offer() -> None:
    case = reviewed().writes(sign_off(3, agrees=False, objection="Too frail"), SURGEON)
    case = signed(case, (RADIOLOGIST, HAEMATOLOGIST))
    assert standing_offer(case.moment) is None
    assert any(each.kind == "mdt_review" and each.state == "open" for each in decide.tasks(case.moment))


@pytest.mark.parametrize(("wall", "stands"), [("2026-03-12T13:59", True), ("2026-03-12T14:00", False)])
def test_an_offer_lapses_seven_days_after_the_third_signature(wall: str, stands: bool) -> None:
    assert (standing_offer(offered().when(wall).moment) is not None) == stands


def test_a_new_review_takes_the_old_offer_away() -> None:
    case = reviewed(offered().when("2026-03-05T16:00"))
    assert standing_offer(case.moment) is None


def test_a_deferral_leaves_the_review_owed() -> None:
    case = signed(reviewed(classified(), mdt_review(decided(Outcome.DEFER))))
    assert not settled(case.moment)


def test_somebody_who_did_not_attend_cannot_sign() -> None:
    case = reviewed()
    stranger = Signature("vs-2", Role.VASCULAR_SURGEON)

    assert case.refused(sign_off(3), stranger) == {("R-MDT-1", "", "3.8")}
