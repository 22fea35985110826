"""Blood results: what cannot be true (hazard H-26), what is known of each value and since when."""

from typing import Any

import pytest

from shared.pathway import laboratory_rules
from shared.pathway.before_mdt import missing_before_mdt
from shared.pathway.laboratory import Bloods
from shared.pathway.laboratory_rules import CREATININE, HB, INR
from tests.forms.before_mdt import bleeding_risk, bloods, creatinine, critical_result, hb, platelets, work_up
from tests.forms.filled import london
from tests.patients import Case, iliofemoral_left

NOON = "2026-03-03T12:00"


def on_the_ward() -> Case:
    return iliofemoral_left().when(NOON)


def taken(at: str, **changes: Any) -> Bloods:
    nothing = dict.fromkeys(("hb", "platelets", "creatinine", "inr", "fibrinogen"))
    return bloods(collected_at=london(at), **(nothing | changes))


def test_bloods_with_everything_in_order_stand() -> None:
    assert on_the_ward().refused(bloods()) == set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hb": hb(14.1)}, "hb"),  # g/dL
        ({"hb": hb(251)}, "hb"),
        ({"platelets": platelets(2_001)}, "platelets"),
        ({"platelets": platelets(0.5)}, "platelets"),
        ({"creatinine": creatinine(0.9)}, "creatinine"),  # mg/dL
        ({"creatinine": creatinine(2_501)}, "creatinine"),
    ],
)
def test_a_value_in_the_wrong_unit_is_asked_about_again(changes: dict[str, Any], field: str) -> None:
    (refusal,) = on_the_ward().refusals(bloods(**changes))
    assert (refusal.rule, refusal.field) == ("H-26", field)
    assert "unit" in refusal.words


def test_a_refused_value_is_not_repeated() -> None:
    (refusal,) = on_the_ward().refusals(bloods(hb=hb(14.1)))
    assert "14.1" not in refusal.words


@pytest.mark.parametrize("value", [20, 250])
def test_both_ends_of_the_plausible_range_stand(value: float) -> None:
    assert on_the_ward().refused(bloods(hb=hb(value))) == set()


def test_several_implausible_values_are_all_named_at_once() -> None:
    wrong = bloods(hb=hb(14), creatinine=creatinine(0.9))
    assert {each.field for each in on_the_ward().refusals(wrong)} == {"hb", "creatinine"}


def test_blood_of_the_future_is_refused() -> None:
    late = bloods(collected_at=london("2026-03-03T12:01"))
    assert on_the_ward().refused(late) == {("G12", "collected_at", "2.3")}


def test_a_call_about_a_sample_of_the_future_is_refused() -> None:
    late = critical_result(collected_at=london("2026-03-03T12:01"))
    assert on_the_ward().refused(late) == {("G12", "collected_at", "2.3")}


def test_a_collection_without_any_result_is_refused() -> None:
    assert on_the_ward().refused(taken(NOON)) == {("G12", "", "2.3")}


def test_the_colour_of_the_urine_alone_is_a_result() -> None:
    assert on_the_ward().refused(taken(NOON, urine_colour="red_or_brown")) == set()


def test_the_newest_blood_is_the_one_taken_last_whenever_it_was_written_down() -> None:
    case = on_the_ward().sequence(taken("2026-03-03T11:00", hb=hb(130)), taken("2026-03-03T09:00", hb=hb(140)))
    newest = laboratory_rules.newest(case.moment)
    assert newest is not None
    assert isinstance(newest.record, Bloods)
    assert newest.record.collected_at == london("2026-03-03T11:00")


def test_without_blood_nothing_is_known() -> None:
    moment = on_the_ward().moment
    assert laboratory_rules.newest(moment) is None
    assert laboratory_rules.value(moment, HB) is None


def test_a_collection_that_left_a_value_out_does_not_hide_the_one_before() -> None:
    case = on_the_ward().sequence(taken("2026-03-03T10:00", inr=1.1), taken("2026-03-03T11:00", hb=hb(130)))
    assert laboratory_rules.value(case.moment, INR) == 1.1


def test_the_baseline_is_the_newest_value_before_an_instant() -> None:
    case = on_the_ward().sequence(
        taken("2026-03-03T08:00", creatinine=creatinine(70)),
        taken("2026-03-03T10:00", creatinine=creatinine(80)),
        taken("2026-03-03T11:00", creatinine=creatinine(160)),
    )
    assert laboratory_rules.baseline(case.moment, CREATININE, london("2026-03-03T10:30")) == 80
    assert laboratory_rules.baseline(case.moment, CREATININE, london("2026-03-03T07:00")) is None


def missing(case: Case, *, lysis: bool = False) -> dict[str, str]:
    return dict(missing_before_mdt(case.moment, lysis=lysis))


def test_before_the_mdt_work_up_bleeding_risk_and_blood_are_missing() -> None:
    assert set(missing(on_the_ward())) == {"work_up", "bleeding_risk", "bloods"}


def test_nothing_is_missing_when_all_three_are_there() -> None:
    assert missing(on_the_ward().sequence(work_up(), bleeding_risk(), bloods())) == {}


def test_what_is_missing_of_the_blood_is_named() -> None:
    words = missing(on_the_ward().writes(bloods(inr=None, creatinine=None)))["bloods"]
    assert "INR" in words
    assert "creatinine or eGFR" in words
    assert "platelets" not in words


def test_an_egfr_does_for_the_creatinine() -> None:
    case = on_the_ward().writes(bloods(creatinine=None, egfr_ml_min=80))
    assert "bloods" not in missing(case)


def test_fibrinogen_is_missing_only_where_a_thrombolytic_drug_is_thought_of() -> None:
    case = on_the_ward().writes(bloods(fibrinogen=None))
    assert "bloods" not in missing(case)
    assert missing(case, lysis=True)["bloods"] == "Blood results: fibrinogen"
