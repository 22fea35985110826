"""Classification of each leg: recommended by the table, committed by a clinician (R-ELI-3, R-ELI-4; IPG651 1.1)."""

from dataclasses import replace
from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Answer, Status, Urgency
from shared.pathway.classification import committed, may_go_on, recommendations
from shared.pathway.duties import Task, TaskState
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.identity_changes import IdentityCorrected, IdentityPart
from shared.pathway.mdt_offer import standing_offer
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.referral import (
    FEMOROPOPLITEAL,
    UNSEEN_ABOVE,
    agreement,
    classification,
    limb,
    new_imaging,
    referral,
    veins,
)
from tests.patients import (
    COORDINATOR,
    Case,
    arrived,
    both_legs,
    classified,
    femoropopliteal_right,
    iliofemoral_left,
    offered,
    referred,
)

IVC_ALONE = veins(Segment.IVC)
SPECIAL, RESEARCH = ArrangementClass.SPECIAL_ARRANGEMENTS, ArrangementClass.RESEARCH_ONLY


def task(case: Case, kind: str) -> Task:
    return next(each for each in decide.tasks(case.moment) if each.kind == kind)


def classes(case: Case) -> dict[str, str]:
    return {each.side.value: each.cls.value for each in recommendations(case.moment)}


def test_iliofemoral_clot_is_special_arrangements() -> None:
    assert classes(iliofemoral_left()) == {"left": "special_arrangements"}


def test_clot_below_a_clear_common_femoral_vein_is_research_only_though_proximal_in_ng158() -> None:
    found = recommendations(femoropopliteal_right().moment)[0]
    assert (found.cls, found.ng158_site, found.let_class) == (RESEARCH, "proximal", ("II",))


def test_two_legs_have_two_classes() -> None:
    assert classes(both_legs()) == {"right": "special_arrangements", "left": "research_only"}


def test_a_common_femoral_vein_not_seen_is_indeterminate_never_research_only() -> None:
    unseen = FEMOROPOPLITEAL | {Segment.COMMON_FEMORAL: Finding.NOT_SEEN}
    assert classes(referred(limb(LEFT, unseen))) == {"left": "indeterminate"}


def test_the_recommended_class_stands() -> None:
    assert iliofemoral_left().refused(classification()) == set()


def test_a_class_other_than_the_recommended_is_refused() -> None:
    answer = classification(agreement(recommended=RESEARCH))
    assert iliofemoral_left().refused(answer) == {("R-ELI-3", "limbs.0.recommended", "1.1")}


def test_a_disagreement_needs_its_reason() -> None:
    answer = classification(agreement(agrees=False))
    assert iliofemoral_left().refused(answer) == {("R-ELI-4", "limbs.0.reason", "YR1")}


def test_a_reasoned_disagreement_stands() -> None:
    answer = classification(agreement(agrees=False, reason="I see no clot in the common femoral vein"))
    assert iliofemoral_left().refused(answer) == set()


@pytest.mark.parametrize("sides", [(LEFT,), (LEFT, LEFT), (RIGHT,)])
def test_each_referred_leg_is_answered_once(sides: tuple[Side, ...]) -> None:
    answer = classification(*(agreement(side, recommended=RESEARCH) for side in sides))
    assert both_legs().refused(answer) == {("R-ELI-4", "limbs", "1.1")}


def test_nothing_can_be_classified_before_a_referral() -> None:
    assert Case(london("2026-03-03T09:00")).refused(classification()) == {("R-REF-1", "", "2.1")}


def test_new_imaging_makes_the_classification_owed_again() -> None:
    case = classified().when("2026-03-05T09:00").writes(new_imaging())
    assert committed(case.moment) is None
    assert decide.status(case.moment) == Status.REFERRED
    assert task(case, "classification").state == TaskState.OPEN


def test_new_imaging_that_changes_the_class_is_recommended_anew() -> None:
    case = classified().when("2026-03-05T09:00").writes(new_imaging(segments=FEMOROPOPLITEAL))
    assert classes(case) == {"left": "research_only"}
    assert case.refused(classification()) == {("R-ELI-3", "limbs.0.recommended", "1.1")}


def test_new_imaging_takes_the_offer_away() -> None:
    case = offered().when("2026-03-06T09:00").writes(new_imaging())
    assert standing_offer(case.moment) is None


def test_an_indeterminate_leg_cannot_go_on_and_better_imaging_is_asked_for() -> None:
    case = classified(referred(limb(LEFT, UNSEEN_ABOVE)))
    assert not may_go_on(case.moment)
    assert decide.status(case.moment) == Status.CLASSIFIED
    assert task(case, "new_imaging").state == TaskState.OPEN


def test_an_indeterminate_leg_goes_on_in_an_emergency() -> None:
    case = classified(referred(limb(LEFT, UNSEEN_ABOVE), urgency=Urgency.EMERGENCY))
    assert may_go_on(case.moment)


def test_a_leg_without_clot_cannot_go_on() -> None:
    assert not may_go_on(classified(referred(limb(LEFT, veins()))).moment)


def test_a_leg_whose_class_was_disputed_cannot_go_on() -> None:
    case = classified(iliofemoral_left(), agreement(agrees=False, reason="The picture is of another day"))
    assert not may_go_on(case.moment)


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.EMERGENCY, "2026-03-03T09:00"),
        (Urgency.URGENT_24H, "2026-03-03T13:00"),
        (Urgency.ROUTINE_URGENT, "2026-03-04T17:00"),
    ],
)
def test_triage_is_due_as_fast_as_the_referral_is_urgent(urgency: Urgency, due: str) -> None:
    assert task(iliofemoral_left(urgency=urgency), "classification").due_at == london(due)


def corrected_to(age_years: int, case: Case | None = None) -> Case:
    case = (case or classified()).where(age_years=age_years)
    record = IdentityCorrected(parts=frozenset({IdentityPart.DATE_OF_BIRTH}), why="Seen on the passport")
    entry = decide.next_entry(case.moment, record, COORDINATOR)
    return replace(case, pathway=case.pathway.with_entry(entry))


def test_a_corrected_age_is_the_age_that_counts() -> None:
    assert "special_population" in recommendations(corrected_to(16).moment)[0].flags
    assert "special_population" not in recommendations(corrected_to(64).moment)[0].flags


def test_a_patient_who_turns_out_to_be_a_minor_is_classified_again() -> None:
    assert committed(corrected_to(16).moment) is None
    assert committed(corrected_to(64).moment) is not None


def test_a_minor_who_was_known_to_be_one_is_not_classified_again() -> None:
    case = referred_at_17()
    assert committed(corrected_to(16, case).moment) is not None


def referred_at_17() -> Case:
    young = arrived(age_years=17).writes(referral(limb()))
    return classified(young, agreement(reason="Seen with the paediatricians"))


@pytest.mark.parametrize(
    ("veins", "review"),
    [({}, False), ({"acute_on_chronic": Answer.YES}, True), ({"segments": IVC_ALONE}, True)],
)
def test_a_leg_at_the_edge_of_the_guidance_goes_to_a_person(veins: dict[str, Any], *, review: bool) -> None:
    assert recommendations(referred(limb(**veins)).moment)[0].human_review is review
