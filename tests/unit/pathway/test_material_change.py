"""What ends an MDT offer and the consent to it (clinical.md 5.3), and what does not."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.pathway import decide, mdt_offer
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, Embolism, Pregnancy, Status
from shared.pathway.consent_rules import standing
from shared.pathway.laboratory import Bloods
from shared.pathway.material_change import changes, since
from shared.pathway.mdt_review import Outcome
from shared.pathway.people import PATENCY
from shared.pathway.record import Record
from shared.pathway.trust_news import DeviceRecall, StudyClosed
from tests.forms.before_mdt import (
    bloods,
    capacity_changed,
    creatinine,
    critical_result,
    hb,
    new_bleed,
    new_pe,
    platelets,
    pregnancy_result,
)
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.mdt_review import decided, mdt_review
from tests.forms.procedure import ASPIRATION, RHEOLYTIC
from tests.forms.referral import new_imaging
from tests.patients import (
    Case,
    both_legs,
    classified,
    consented,
    femoropopliteal_right,
    iliofemoral_left,
    offered,
    reviewed,
    signed,
    told,
)

AFTER = "2026-03-06T08:00"


def sample(at: str = "2026-03-06T07:00", **changes: Any) -> Bloods:
    return bloods(collected_at=london(at), **changes)


def known_and_offered(**changes: Any) -> Case:
    """An offer made by people who had seen these bloods."""
    known = iliofemoral_left().when("2026-03-03T10:30").writes(bloods(**changes))
    return signed(reviewed(classified(known)))


def after(record: Record, case: Case | None = None) -> Case:
    return (case or known_and_offered()).when(AFTER).writes(record)


def ended(case: Case) -> bool:
    return mdt_offer.standing_offer(case.moment) is None


ENDS: dict[str, Callable[[], Record]] = {
    "new imaging": new_imaging,
    "pulmonary embolism": new_pe,
    "suspected embolism": lambda: new_pe(state=Embolism.SUSPECTED),
    "bleed": new_bleed,
    "critical result": critical_result,
    "Hb fell by 20": lambda: sample(hb=hb(121)),
    "platelets 49": lambda: sample(platelets=platelets(49)),
    "INR 1.8": lambda: sample(inr=1.8),
    "creatinine 1.51 times": lambda: sample(creatinine=creatinine(82 * 1.51)),
    "capacity lost": capacity_changed,
    "capacity unknown": lambda: capacity_changed(Answer.UNKNOWN),
}
LEAVES: dict[str, Callable[[], Record]] = {
    "embolism excluded": lambda: new_pe(state=Embolism.NONE),
    "Hb fell by 19": lambda: sample(hb=hb(122)),
    "Hb rose": lambda: sample(hb=hb(170)),
    "platelets 50": lambda: sample(platelets=platelets(50)),
    "INR 1.7": lambda: sample(inr=1.7),
    "creatinine 1.5 times": lambda: sample(creatinine=creatinine(82 * 1.5)),
    "capacity as presumed": lambda: capacity_changed(Answer.YES),
}


@pytest.mark.parametrize("news", ENDS.values(), ids=ENDS)
def test_a_material_change_ends_the_offer(news: Callable[[], Record]) -> None:
    assert ended(after(news()))


@pytest.mark.parametrize("news", LEAVES.values(), ids=LEAVES)
def test_what_is_not_material_leaves_the_offer_standing(news: Callable[[], Record]) -> None:
    assert not ended(after(news()))


def test_an_offer_that_ended_has_to_be_reviewed_again() -> None:
    case = after(new_bleed())
    open_tasks = {task.kind for task in decide.tasks(case.moment) if task.state == "open"}
    assert decide.status(case.moment) == Status.MDT_PENDING
    assert "mdt_review" in open_tasks


@pytest.mark.parametrize("news", ENDS.values(), ids=ENDS)
def test_a_material_change_ends_the_consent_too(news: Callable[[], Record]) -> None:
    case = consented(told(known_and_offered())).when("2026-03-06T12:00")
    assert standing(case.moment) is not None
    assert standing(case.writes(news()).moment) is None


def test_a_change_that_the_mdt_knew_changes_nothing() -> None:
    case = signed(reviewed(classified(iliofemoral_left().when("2026-03-03T10:30").writes(new_bleed()))))
    assert not ended(case)
    assert len(changes(case.moment)) == 1


def test_a_limit_that_the_mdt_knew_to_be_passed_is_not_passed_again() -> None:
    case = known_and_offered(inr=2.4, platelets=platelets(45))
    assert not ended(after(sample(inr=2.5, platelets=platelets(44)), case))


def test_haemoglobin_that_falls_in_small_steps_is_measured_from_what_the_mdt_knew() -> None:
    case = known_and_offered().when(AFTER)
    case = case.writes(sample("2026-03-06T06:00", hb=hb(131)))
    assert not ended(case)
    assert ended(case.writes(sample("2026-03-06T07:00", hb=hb(121))))


def test_a_fall_is_seen_although_the_mdt_knew_no_haemoglobin() -> None:
    case = offered().when(AFTER).writes(sample("2026-03-06T06:00", hb=hb(141)))
    assert not ended(case)
    assert ended(case.writes(sample("2026-03-06T07:00", hb=hb(120))))


def test_a_result_written_down_late_counts_from_when_it_was_known() -> None:
    taken_before_the_meeting = bloods(collected_at=london("2026-03-05T09:00"), hb=hb(110))
    assert ended(after(taken_before_the_meeting))


def test_a_positive_pregnancy_test_ends_an_offer_and_a_negative_one_does_not() -> None:
    woman = signed(reviewed(classified(iliofemoral_left(pregnancy_status=Pregnancy.NOT_PREGNANT))))
    assert ended(after(pregnancy_result(Pregnancy.PREGNANT), woman))
    assert not ended(after(pregnancy_result(Pregnancy.NOT_PREGNANT), woman))


def test_a_pregnancy_that_was_known_at_referral_is_no_news() -> None:
    case = iliofemoral_left(pregnancy_status=Pregnancy.PREGNANT).when(AFTER)
    assert changes(case.writes(pregnancy_result(Pregnancy.PREGNANT)).moment) == ()


def test_capacity_regained_is_a_change_as_well() -> None:
    case = known_and_offered().when(AFTER).sequence(capacity_changed(Answer.NO), capacity_changed(Answer.YES))
    assert [each.words for each in changes(case.moment)] == ["The patient's capacity to decide has changed"] * 2


def recalled(udi_di: str, case: Case | None = None) -> Case:
    notice = DeviceRecall(udi_di=udi_di, reference="FSN-1")
    case = (case or known_and_offered()).when(AFTER)
    entry = decide.next_entry(case.moment, notice, PATENCY)
    return Case(case.now, case.facts, case.policy, case.pathway.with_entry(entry))


def test_a_recall_of_the_kind_of_device_that_is_planned_ends_the_offer() -> None:
    case = recalled(RHEOLYTIC)
    assert ended(case)
    assert [each.side for each in changes(case.moment)] == [LEFT]


def test_a_recall_of_another_kind_of_device_changes_nothing() -> None:
    assert not ended(recalled(ASPIRATION))


def test_a_recalled_device_that_the_register_does_not_know_might_be_any_kind() -> None:
    assert ended(recalled("05099999999999"))


def test_a_recall_before_anything_is_planned_changes_nothing() -> None:
    assert changes(recalled(RHEOLYTIC, iliofemoral_left()).moment) == ()


def closed(case: Case, study: str = "ST-1") -> Case:
    entry = decide.next_entry(case.moment, StudyClosed(study_id=study, closed_on=case.now.date()), PATENCY)
    return Case(case.now, case.facts, case.policy, case.pathway.with_entry(entry))


def test_a_study_that_closes_concerns_only_legs_for_research() -> None:
    assert changes(closed(iliofemoral_left()).moment) == ()
    assert [each.side for each in changes(closed(femoropopliteal_right()).moment)] == [RIGHT]
    assert [each.side for each in changes(closed(both_legs()).moment)] == [Side.LEFT]


def test_what_came_since_is_told_in_words_with_its_paragraph() -> None:
    case = after(new_bleed())
    (change,) = since(case.moment, case.pathway.version - 1)
    assert (change.words, change.paragraph, change.side) == ("A new bleed", "2.3", None)


def declined_by_the_mdt() -> Case:
    return signed(reviewed(classified(), mdt_review(decided(Outcome.DECLINE))))


@pytest.mark.parametrize("news", [new_bleed, new_pe, critical_result], ids=["bleed", "embolism", "critical result"])
def test_a_decision_against_treatment_is_not_reopened_by_news_of_the_patient(news: Callable[[], Record]) -> None:
    case = after(news(), declined_by_the_mdt())
    assert decide.status(case.moment) == Status.MDT_DECIDED


def test_newer_imaging_reopens_a_decision_against_treatment() -> None:
    case = classified(after(new_imaging(), declined_by_the_mdt()))
    assert decide.status(case.moment) == Status.MDT_PENDING
