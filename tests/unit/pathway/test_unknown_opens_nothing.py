"""`unknown` and `not_assessed` never satisfy a gate (clinical.md 1): the answers of the start, and what feeds gates."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.pathway.anatomy import ILIAC, Finding, Segment
from shared.pathway.bleeding_risk import AbsoluteContraindication
from shared.pathway.choices import Answer, LysisMode, Pregnancy
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.news import PregnancyResult
from shared.pathway.procedure import SignIn
from tests.forms.consent import confirmation, enrolment
from tests.forms.filled import LEFT
from tests.forms.procedure import sign_in, start
from tests.forms.referral import FEMOROPOPLITEAL, agreement, limb
from tests.forms.the_day import bleeding_risk, bloods
from tests.patients import TRIAGE, Case, classified, consented, on_the_day, referred

OPEN = (Answer.UNKNOWN, Answer.NOT_ASSESSED)
ANSWERS = sorted(name for name, field in SignIn.model_fields.items() if field.annotation is Answer)


def rules(case: Case, **changes: Any) -> set[str]:
    return {rule for rule, _field, _paragraph in case.refused(start(**changes))}


def test_every_answer_of_the_sign_in_is_tried() -> None:
    assert len(ANSWERS) == 6


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("answer", OPEN)
def test_an_open_answer_of_the_sign_in_refuses_the_start(name: str, answer: Answer) -> None:
    refused = on_the_day().refused(start(sign_in=sign_in(**{name: answer})))
    assert {field for _rule, field, _paragraph in refused} == {f"sign_in.{name}"}


@pytest.mark.parametrize("item", AbsoluteContraindication)
@pytest.mark.parametrize("answer", [*OPEN, None])
def test_an_open_contraindication_shuts_g8(item: AbsoluteContraindication, answer: Answer | None) -> None:
    found = dict.fromkeys(AbsoluteContraindication, Answer.NO) | ({item: answer} if answer else {})
    risk = bleeding_risk(absolute={each: said for each, said in found.items() if answer or each != item})
    case = on_the_day().writes(risk)
    assert "G8" in rules(case, lysis_mode=LysisMode.DURING)
    assert "G8" not in rules(case)


def test_a_checklist_nobody_filled_in_shuts_g8() -> None:
    assert "G8" in rules(on_the_day(), lysis_mode=LysisMode.DURING)


def test_an_unknown_pregnancy_shuts_g11() -> None:
    woman = on_the_day().where(sex="female", age_years=30)
    assert "G11" in rules(woman.writes(PregnancyResult(status=Pregnancy.UNKNOWN), TRIAGE))
    assert "G11" not in rules(woman.writes(PregnancyResult(status=Pregnancy.NOT_PREGNANT), TRIAGE))


@pytest.mark.parametrize("value", ["hb", "platelets", "creatinine", "inr"])
def test_a_value_that_was_not_measured_shuts_g12(value: str) -> None:
    case = consented().when("2026-03-09T09:30").writes(bloods(**{value: None}))
    assert "G12" in rules(case)
    assert "G12" not in rules(case.writes(bloods()))


def test_fibrinogen_is_wanted_for_a_thrombolytic_drug_only() -> None:
    case = consented().when("2026-03-09T09:30").writes(bloods(fibrinogen=None))
    assert "G12" not in rules(case)
    assert "G12" in rules(case, lysis_mode=LysisMode.DURING)


def test_blood_older_than_48_hours_shuts_g12() -> None:
    taken = consented().when("2026-03-07T10:00").writes(bloods(collected_at=consented().now))
    assert "G12" not in rules(taken.when("2026-03-08T10:00"))
    assert "G12" in rules(taken.when("2026-03-08T10:01"))


@pytest.mark.parametrize("answer", OPEN)
def test_an_open_answer_on_the_day_shuts_g7(answer: Answer) -> None:
    case = consented().when("2026-03-09T09:30").writes(bloods())
    assert case.refused(confirmation(still_agrees=answer)) == {("R-CON-3", "still_agrees", "1.2")}
    assert rules(case) == {"G7"}


def indeterminate() -> Iterator[dict[Segment, Finding]]:
    for vein in (Segment.COMMON_FEMORAL, *ILIAC[:2]):
        yield FEMOROPOPLITEAL | {vein: Finding.NOT_SEEN}
        yield {each: found for each, found in FEMOROPOPLITEAL.items() if each != vein}


@pytest.mark.parametrize("segments", list(indeterminate()))
def test_a_vein_that_was_not_seen_shuts_g2(segments: dict[Segment, Finding]) -> None:
    agreed = agreement(LEFT, recommended=ArrangementClass.INDETERMINATE)
    case = classified(referred(limb(LEFT, segments=segments)), agreed)
    assert "G2" in rules(case)


@pytest.mark.parametrize("answer", OPEN)
def test_an_open_screening_is_no_enrolment(answer: Answer) -> None:
    assert on_the_day().refused(enrolment(screened_eligible=answer)) >= {("R-ELI-1", "screened_eligible", "1.1")}
