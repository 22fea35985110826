"""Pregnancy: the newest word counts, an unknown is never a no, and news of one asks for a new look (R-REF-4, G11)."""

from datetime import date

import pytest

from shared.pathway import decide, pregnancy
from shared.pathway.choices import Pregnancy
from shared.pathway.classification import committed, recommended
from shared.pathway.duties import TaskState
from tests.forms.before_mdt import pregnancy_result
from tests.forms.filled import LEFT
from tests.forms.referral import agreement, classification, limb, referral
from tests.patients import Case, arrived, classified, iliofemoral_left

AGREED = agreement(reason="Seen with the obstetrician")


def woman(said: Pregnancy = Pregnancy.NOT_PREGNANT) -> Case:
    return arrived(age_years=39, sex="female").writes(referral(limb(), pregnancy_status=said))


def test_the_newest_word_counts() -> None:
    case = woman().sequence(pregnancy_result(Pregnancy.POSSIBLE), pregnancy_result(Pregnancy.PREGNANT))
    assert pregnancy.status(woman().moment) == Pregnancy.NOT_PREGNANT
    assert pregnancy.status(case.moment) == Pregnancy.PREGNANT


def test_before_the_referral_nothing_is_known() -> None:
    assert pregnancy.status(arrived().moment) == Pregnancy.UNKNOWN


@pytest.mark.parametrize(
    ("age", "sex", "asked"),
    [
        (11, "female", False),
        (12, "female", True),
        (55, "female", True),
        (56, "female", False),
        (None, "female", True),
        (30, "male", False),
        (30, "unknown", True),
        (30, "indeterminate", True),
        (None, "unknown", True),
    ],
)
def test_it_is_asked_wherever_it_is_possible(age: int | None, sex: str, *, asked: bool) -> None:
    assert pregnancy.must_be_asked(arrived(age_years=age, sex=sex).moment) is asked


@pytest.mark.parametrize("said", [each for each in Pregnancy if each != Pregnancy.NOT_APPLICABLE])
def test_only_a_no_excludes_it_where_it_has_to_be_asked(said: Pregnancy) -> None:
    assert pregnancy.excluded(woman(said).moment) is (said == Pregnancy.NOT_PREGNANT)


def test_not_applicable_excludes_it_only_where_it_need_not_be_asked() -> None:
    man = iliofemoral_left()
    assert pregnancy.excluded(man.moment)
    assert not pregnancy.excluded(man.where(sex="female").moment)


def test_not_applicable_is_refused_where_it_has_to_be_asked() -> None:
    assert woman().refused(pregnancy_result(Pregnancy.NOT_APPLICABLE)) == {("G11", "status", "2.1")}
    assert iliofemoral_left().refused(pregnancy_result(Pregnancy.NOT_APPLICABLE)) == set()


def test_a_test_of_tomorrow_is_refused() -> None:
    tomorrow = pregnancy_result(tested_on=date(2026, 3, 4))
    assert woman().refused(tomorrow) == {("G11", "tested_on", "2.1")}


def test_a_positive_test_flags_the_leg_for_a_person_and_changes_no_class() -> None:
    before, after = woman(), woman().writes(pregnancy_result(Pregnancy.PREGNANT))
    assert not recommended(before.moment, LEFT).human_review
    assert recommended(after.moment, LEFT).human_review
    assert recommended(after.moment, LEFT).cls == recommended(before.moment, LEFT).cls


def test_a_negative_test_takes_the_flag_of_a_possible_pregnancy_away() -> None:
    case = woman(Pregnancy.POSSIBLE)
    assert recommended(case.moment, LEFT).human_review
    assert not recommended(case.writes(pregnancy_result()).moment, LEFT).human_review


@pytest.mark.parametrize("found", [Pregnancy.PREGNANT, Pregnancy.POSSIBLE])
def test_news_of_a_pregnancy_asks_for_the_classification_again(found: Pregnancy) -> None:
    case = classified(woman()).writes(pregnancy_result(found))
    task = next(each for each in decide.tasks(case.moment) if each.kind == "classification")
    assert committed(case.moment) is None
    assert task.state == TaskState.OPEN


@pytest.mark.parametrize("found", [Pregnancy.NOT_PREGNANT, Pregnancy.UNKNOWN])
def test_other_results_leave_the_classification_as_it_is(found: Pregnancy) -> None:
    assert committed(classified(woman()).writes(pregnancy_result(found)).moment) is not None


def test_a_pregnant_patient_is_never_waved_through_without_a_reason() -> None:
    case = classified(woman()).writes(pregnancy_result(Pregnancy.PREGNANT))
    assert case.refused(classification()) == {("R-REF-4", "limbs.0.reason", "YR1")}
    assert committed(case.writes(classification(AGREED)).moment) is not None
