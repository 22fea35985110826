"""Thrombolysis checklist: an unknown forbids the drug as a yes does, a relative one is weighed (R-PRO-3, H-08)."""

import pytest

from shared.pathway.bleeding_risk import AbsoluteContraindication, RelativeContraindication
from shared.pathway.bleeding_risk_rules import WORDS, lysis_contraindicated, to_acknowledge
from shared.pathway.choices import Answer
from tests.forms.before_mdt import bleeding_risk
from tests.forms.filled import london
from tests.patients import Case, iliofemoral_left

STROKE = AbsoluteContraindication.STROKE_NEUROSURGERY_OR_HEAD_INJURY_WITHIN_3_MONTHS


def assessed(**changes: object) -> Case:
    return iliofemoral_left().when("2026-03-03T12:00").writes(bleeding_risk(**changes))


def absolute(item: AbsoluteContraindication, answer: Answer) -> dict[AbsoluteContraindication, Answer]:
    return dict.fromkeys(AbsoluteContraindication, Answer.NO) | {item: answer}


def test_nothing_forbids_the_drug_when_every_absolute_item_is_a_no() -> None:
    assert lysis_contraindicated(assessed().moment) == ()


def test_a_checklist_nobody_filled_in_forbids_it() -> None:
    assert len(lysis_contraindicated(iliofemoral_left().moment)) == 1


@pytest.mark.parametrize("answer", [each for each in Answer if each != Answer.NO])
@pytest.mark.parametrize("item", AbsoluteContraindication)
def test_anything_but_a_no_forbids_it(item: AbsoluteContraindication, answer: Answer) -> None:
    (why,) = lysis_contraindicated(assessed(absolute=absolute(item, answer)).moment)
    assert WORDS[item] in why
    assert why.startswith("not excluded") is (answer != Answer.YES)


@pytest.mark.parametrize("item", AbsoluteContraindication)
def test_an_item_that_was_left_out_forbids_it(item: AbsoluteContraindication) -> None:
    left = {each: Answer.NO for each in AbsoluteContraindication if each != item}
    assert lysis_contraindicated(assessed(absolute=left).moment) == (f"not excluded: {WORDS[item]}",)


def test_the_newest_assessment_counts() -> None:
    case = assessed(absolute=absolute(STROKE, Answer.YES)).writes(bleeding_risk())
    assert lysis_contraindicated(case.moment) == ()


def test_relative_contraindications_that_are_present_are_named_and_forbid_nothing() -> None:
    found = RelativeContraindication.EGFR_UNDER_60
    relative = dict.fromkeys(RelativeContraindication, Answer.UNKNOWN) | {found: Answer.YES}
    case = assessed(relative=relative)
    assert to_acknowledge(case.moment) == (found,)
    assert lysis_contraindicated(case.moment) == ()


def test_without_an_assessment_there_is_nothing_to_acknowledge() -> None:
    assert to_acknowledge(iliofemoral_left().moment) == ()


def test_an_assessment_of_the_future_is_refused() -> None:
    case = iliofemoral_left()
    assert case.refused(bleeding_risk(assessed_at=london("2026-03-03T09:01"))) == {("R-PRO-3", "assessed_at", "2.3")}
