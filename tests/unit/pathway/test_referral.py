"""Referral: what may be written down as one (R-REF-1, R-REF-4, G1, G10), and what makes it an emergency (R-REF-2)."""

from datetime import date
from typing import Any

import pytest

from shared.pathway.anatomy import Segment, Side
from shared.pathway.choices import Answer, Embolism, Pregnancy, Urgency
from shared.pathway.referral import (
    OnsetCertainty,
    PhlegmasiaSigns,
    PulmonaryEmbolism,
    Rutherford,
    imaging_of,
    urgency,
)
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.referral import (
    FEMOROPOPLITEAL,
    ILIOFEMORAL,
    imaging,
    limb,
    new_imaging,
    referral,
    signs,
    veins,
)
from tests.patients import arrived, iliofemoral_left, referred

TOMORROW = london("2026-03-04T09:00")


def test_a_referral_with_everything_in_order_stands() -> None:
    assert arrived().refused(referral()) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"presentation_at": TOMORROW}, ("R-REF-1", "presentation_at", "3.9")),
        ({"diagnosis_confirmed_at": TOMORROW}, ("R-REF-1", "diagnosis_confirmed_at", "3.9")),
        ({"symptom_onset_date": date(2026, 3, 3)}, ("R-REF-1", "symptom_onset_date", "3.9")),
        ({"symptom_onset_date": None}, ("R-REF-1", "symptom_onset_date", "3.9")),
        ({"limbs": (limb(), limb())}, ("R-REF-1", "limbs", "1.1")),
        (
            {"limbs": (limb(imaging=imaging(side_in_report=RIGHT)),)},
            ("G10", "limbs.0.imaging.side_in_report", "D"),
        ),
        (
            {"limbs": (limb(imaging=imaging(performed_at=TOMORROW)),)},
            ("R-MDT-2", "limbs.0.imaging.performed_at", "2.5"),
        ),
        ({"limbs": (limb(segments={}),)}, ("R-ELI-4", "limbs.0.segments", "1.1")),
    ],
)
def test_an_impossible_referral_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert arrived().refused(referral(**changes)) == {refused}


def test_an_onset_on_the_day_of_presentation_stands() -> None:
    assert arrived().refused(referral(symptom_onset_date=date(2026, 3, 2))) == set()


def test_the_day_of_presentation_is_the_london_one() -> None:
    just_after_midnight = london("2026-03-02T00:30")
    onset = referral(presentation_at=just_after_midnight, symptom_onset_date=date(2026, 3, 2))
    assert arrived().refused(onset) == set()


def test_an_unknown_onset_stands() -> None:
    unknown = referral(symptom_onset_date=None, onset_certainty=OnsetCertainty.UNKNOWN)
    assert arrived().refused(unknown) == set()


def test_a_second_open_pathway_for_the_same_leg_is_refused() -> None:
    assert arrived(open_pathway_same_side=True).refused(referral()) == {("R-REF-1", "limbs", "2.1")}


def test_a_second_referral_into_one_pathway_is_refused() -> None:
    assert iliofemoral_left().refused(referral()) == {("R-REF-1", "", "2.1")}


def test_both_legs_are_two_limb_records() -> None:
    assert arrived().refused(referral(limb(LEFT), limb(RIGHT))) == set()


@pytest.mark.parametrize("identity", ["absent", "temporary"])
def test_a_referral_without_a_number_is_refused(identity: str) -> None:
    assert arrived(identity=identity).refused(referral()) == {("G1", "patient", "D")}


def test_a_temporary_identity_is_allowed_in_an_emergency() -> None:
    threatened = referral(limb(phlegmasia_signs=signs(motor_or_sensory_loss=Answer.YES)))
    assert arrived(identity="temporary").refused(threatened) == set()


def test_nobody_is_referred_without_any_identity_even_in_an_emergency() -> None:
    assert arrived(identity="absent").refused(referral(urgency=Urgency.EMERGENCY)) == {("G1", "patient", "D")}


@pytest.mark.parametrize("age", [12, 55, None])
def test_pregnancy_must_be_answered_where_it_is_possible(age: int | None) -> None:
    woman = arrived(age_years=age, sex="female")
    assert woman.refused(referral()) == {("R-REF-4", "pregnancy_status", "2.1")}


@pytest.mark.parametrize(("age", "sex"), [(11, "female"), (56, "female"), (30, "male")])
def test_pregnancy_may_be_not_applicable_where_it_is_not_possible(age: int, sex: str) -> None:
    assert arrived(age_years=age, sex=sex).refused(referral()) == set()


def test_a_patient_of_unknown_sex_is_asked_about_pregnancy() -> None:
    assert arrived(sex="unknown").refused(referral()) == {("R-REF-4", "pregnancy_status", "2.1")}


def test_an_unknown_pregnancy_is_an_answer() -> None:
    asked = referral(pregnancy_status=Pregnancy.UNKNOWN)
    assert arrived(sex="female").refused(asked) == set()


@pytest.mark.parametrize("sign", ["cyanosis", "blistering", "ischaemia"])
def test_a_threatened_iliofemoral_leg_is_an_emergency(sign: str) -> None:
    case = referred(limb(phlegmasia_signs=signs(**{sign: Answer.YES})))
    assert urgency(case.pathway) == Urgency.EMERGENCY


@pytest.mark.parametrize("sign", ["cyanosis", "blistering", "ischaemia", "oedema"])
def test_the_same_sign_below_the_common_femoral_vein_is_not(sign: str) -> None:
    case = referred(limb(LEFT, FEMOROPOPLITEAL, phlegmasia_signs=signs(**{sign: Answer.YES})))
    assert urgency(case.pathway) == Urgency.ROUTINE_URGENT


@pytest.mark.parametrize("sign", ["motor_or_sensory_loss", "pulses_absent"])
def test_a_leg_without_pulse_or_feeling_is_an_emergency_wherever_the_clot_is(sign: str) -> None:
    case = referred(limb(LEFT, veins(Segment.POPLITEAL), phlegmasia_signs=signs(**{sign: Answer.YES})))
    assert urgency(case.pathway) == Urgency.EMERGENCY


@pytest.mark.parametrize("status", [Rutherford.IIA, Rutherford.IIB, Rutherford.III])
def test_rutherford_two_a_or_worse_is_an_emergency(status: Rutherford) -> None:
    assert urgency(referred(limb(rutherford_limb_status=status)).pathway) == Urgency.EMERGENCY


def test_rutherford_one_is_not_an_emergency() -> None:
    assert urgency(referred(limb(rutherford_limb_status=Rutherford.I)).pathway) == Urgency.ROUTINE_URGENT


@pytest.mark.parametrize(
    ("state", "unstable", "expected"),
    [
        (Embolism.CONFIRMED, Answer.YES, Urgency.EMERGENCY),
        (Embolism.SUSPECTED, Answer.YES, Urgency.EMERGENCY),
        (Embolism.CONFIRMED, Answer.NO, Urgency.ROUTINE_URGENT),
        (Embolism.NONE, Answer.NO, Urgency.ROUTINE_URGENT),
    ],
)
def test_an_unstable_embolism_is_an_emergency(state: Embolism, unstable: Answer, expected: Urgency) -> None:
    case = referred(pulmonary_embolism=PulmonaryEmbolism(state=state, haemodynamic_instability=unstable))
    assert urgency(case.pathway) == expected


def test_a_referrer_may_call_it_an_emergency_without_any_sign() -> None:
    assert urgency(iliofemoral_left(urgency=Urgency.EMERGENCY).pathway) == Urgency.EMERGENCY


def test_unknown_signs_alone_do_not_raise_the_urgency_nor_lower_it() -> None:
    nothing_known = signs(**dict.fromkeys(PhlegmasiaSigns.model_fields, Answer.UNKNOWN))
    case = referred(limb(phlegmasia_signs=nothing_known), urgency=Urgency.URGENT_24H)
    assert urgency(case.pathway) == Urgency.URGENT_24H


def test_imaging_of_a_leg_that_was_not_referred_is_refused() -> None:
    assert ("G10", "side", "1.1") in iliofemoral_left().when(TOMORROW).refused(new_imaging(RIGHT))


def test_imaging_whose_report_names_the_other_leg_is_refused() -> None:
    crossed = new_imaging(imaging=imaging(side_in_report=RIGHT))
    assert iliofemoral_left().refused(crossed) == {("G10", "imaging.side_in_report", "D")}


def test_imaging_of_the_referred_leg_stands() -> None:
    assert iliofemoral_left().when("2026-03-05T09:00").refused(new_imaging()) == set()


def test_the_newest_study_is_the_one_performed_last_not_written_down_last() -> None:
    case = iliofemoral_left().when("2026-03-06T09:00").writes(new_imaging())
    late = new_imaging(segments=veins(), imaging=imaging(performed_at=london("2026-03-01T09:00"), accession="OLD"))
    found = imaging_of(case.writes(late).pathway, Side.LEFT)
    assert found is not None
    assert (found[1].accession, found[2]) == ("ACC-left-2", ILIOFEMORAL)
