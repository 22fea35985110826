"""The table of clinical.md 2.2, row by row, and its unit vectors."""

import inspect
from datetime import date, timedelta

import pytest

from shared.pathway.anatomy import Segment, Side
from shared.pathway.eligibility import ArrangementClass, ClotAge, classify
from tests.unit.pathway.limbs import (
    CFV,
    CLEAR,
    CLOT,
    FEMORAL,
    INFERRED,
    IVC,
    NO_DVT,
    NOT_SEEN,
    ON,
    OUTSIDE,
    POPLITEAL,
    RESEARCH,
    SPECIAL,
    UNCLEAR,
    Veins,
    classed,
    iliacs,
    leg,
)


@pytest.mark.parametrize(
    ("veins", "row", "cls"),
    [
        pytest.param(leg(Segment.SOLEAL), 5, RESEARCH, id="calf"),
        pytest.param(leg(POPLITEAL, FEMORAL), 5, RESEARCH, id="popliteal and femoral"),
        pytest.param(leg(Segment.PROFUNDA_FEMORIS), 5, RESEARCH, id="profunda"),
        pytest.param(leg(FEMORAL, CFV), 3, SPECIAL, id="femoral and CFV"),
        pytest.param(leg(Segment.EXTERNAL_ILIAC), 3, SPECIAL, id="iliac only"),
        pytest.param(leg(IVC, Segment.COMMON_ILIAC), 3, SPECIAL, id="IVC and iliac"),
        pytest.param(leg(IVC), 1, OUTSIDE, id="IVC only"),
        pytest.param({IVC: CLOT}, 1, OUTSIDE, id="IVC only and nothing else seen"),
        pytest.param(leg(IVC, POPLITEAL), 1, OUTSIDE, id="IVC and popliteal with nothing between"),
        pytest.param(leg(POPLITEAL, common_femoral=NOT_SEEN), 4, UNCLEAR, id="CFV not seen"),
        pytest.param(leg(POPLITEAL, **iliacs(NOT_SEEN)), 4, UNCLEAR, id="iliacs not seen"),
        pytest.param(leg(POPLITEAL, **iliacs(INFERRED)), 5, RESEARCH, id="iliacs inferred clear"),
        pytest.param(leg(POPLITEAL, common_femoral=INFERRED), 4, UNCLEAR, id="CFV only inferred clear"),
        pytest.param(leg(POPLITEAL, common_iliac=NOT_SEEN), 4, UNCLEAR, id="common iliac not seen"),
        pytest.param(leg(POPLITEAL, external_iliac=NOT_SEEN), 4, UNCLEAR, id="external iliac not seen"),
        pytest.param(leg(POPLITEAL, internal_iliac=NOT_SEEN), 4, UNCLEAR, id="internal iliac not seen"),
        pytest.param(leg(**iliacs(NOT_SEEN)), 6, UNCLEAR, id="no clot but iliacs not seen"),
        pytest.param(leg(common_femoral=INFERRED), 6, UNCLEAR, id="no clot but CFV inferred"),
        pytest.param(leg(popliteal=INFERRED), 6, UNCLEAR, id="no clot but popliteal inferred"),
        pytest.param(leg(ivc=INFERRED), 6, UNCLEAR, id="no clot but IVC inferred"),
        pytest.param(leg(peroneal=NOT_SEEN), 6, UNCLEAR, id="no clot but a calf vein not seen"),
        pytest.param({}, 6, UNCLEAR, id="nothing looked at"),
        pytest.param(leg(), 7, NO_DVT, id="all clear"),
        pytest.param(leg(**iliacs(INFERRED)), 7, NO_DVT, id="all clear with iliacs inferred"),
        pytest.param(leg(Segment.COMMON_ILIAC), 3, SPECIAL, id="CFV clear and iliac thrombosed"),
        pytest.param({CFV: CLOT}, 3, SPECIAL, id="CFV clot and nothing else seen"),
    ],
)
def test_the_first_row_that_matches_decides(veins: Veins, row: int, cls: ArrangementClass) -> None:
    seen = classed(veins)
    assert (seen.row, seen.cls) == (row, cls)


def test_a_vein_left_out_counts_as_not_seen() -> None:
    veins = {POPLITEAL: CLOT, CFV: CLEAR, Segment.COMMON_ILIAC: CLEAR, Segment.INTERNAL_ILIAC: CLEAR}
    assert classed(veins).cls is UNCLEAR
    assert classed(veins | {Segment.EXTERNAL_ILIAC: CLEAR}).cls is RESEARCH


def test_leg_veins_inferred_clear_do_not_matter_when_there_is_clot_below_a_clear_common_femoral() -> None:
    assert classed(leg(POPLITEAL, femoral=INFERRED, soleal=NOT_SEEN, ivc=NOT_SEEN)).cls is RESEARCH


def test_two_limbs_of_one_patient_are_classified_apart() -> None:
    assert (classed(leg(CFV)).cls, classed(leg(POPLITEAL)).cls) == (SPECIAL, RESEARCH)


def test_the_side_is_handed_through() -> None:
    assert classed(leg(CFV)).side is Side.LEFT


def test_a_proximal_dvt_of_ng158_may_be_research_only_here() -> None:
    seen = classed(leg(POPLITEAL, FEMORAL))
    assert (seen.cls, seen.ng158_site, seen.let_class) == (RESEARCH, "proximal", ("II",))
    assert seen.most_proximal == "femoral"


def test_scenario_a1_is_special_arrangements() -> None:
    veins = dict.fromkeys((CFV, Segment.EXTERNAL_ILIAC, Segment.COMMON_ILIAC, FEMORAL), CLOT) | {IVC: CLEAR}
    seen = classed(veins, symptom_onset_on=date(2026, 2, 27), on=date(2026, 3, 3), age_years=46)
    assert (seen.cls, seen.ng158_site, seen.clot_age, seen.human) == (
        SPECIAL,
        "proximal",
        ClotAge.ACUTE,
        False,
    )


def test_cava_and_iliac_clot_is_also_let_iv() -> None:
    assert classed(leg(IVC, Segment.COMMON_ILIAC)).let_class == ("III", "IV")


def test_the_internal_iliac_alone_is_confirmed_by_a_person() -> None:
    seen = classed(leg(Segment.INTERNAL_ILIAC, POPLITEAL))
    assert (seen.cls, seen.human, seen.flags) == (SPECIAL, True, ("internal_iliac_alone",))
    assert "internal_iliac_alone" not in classed(leg(Segment.INTERNAL_ILIAC, CFV)).flags


def test_cava_clot_under_unseen_iliacs_asks_for_a_picture() -> None:
    assert "iliofemoral_not_shown_clear" in classed({IVC: CLOT}).flags
    assert "iliofemoral_not_shown_clear" not in classed(leg(IVC)).flags


def test_calf_clot_under_an_unseen_popliteal_may_be_proximal_for_anticoagulation() -> None:
    assert "ng158_site_uncertain" in classed(leg(Segment.SOLEAL, popliteal=NOT_SEEN)).flags
    assert "ng158_site_uncertain" not in classed(leg(Segment.SOLEAL)).flags


@pytest.mark.parametrize(
    ("days", "age", "cls", "flags", "human"),
    [
        (0, ClotAge.ACUTE, SPECIAL, (), False),
        (14, ClotAge.ACUTE, SPECIAL, (), False),
        (15, ClotAge.SUBACUTE, SPECIAL, ("subacute",), False),
        (28, ClotAge.SUBACUTE, SPECIAL, ("subacute",), False),
        (29, ClotAge.CHRONIC, OUTSIDE, ("chronic",), True),
        (-1, ClotAge.UNKNOWN, SPECIAL, ("clot_age_unknown",), True),
    ],
)
def test_the_age_of_the_clot_goes_by_days_of_symptoms(
    days: int, age: ClotAge, cls: ArrangementClass, flags: tuple[str, ...], human: bool
) -> None:
    seen = classed(leg(CFV), symptom_onset_on=ON - timedelta(days=days))
    assert (seen.clot_age, seen.cls, seen.flags, seen.human) == (age, cls, flags, human)


@pytest.mark.parametrize("veins", [leg(CFV), leg(POPLITEAL), leg(POPLITEAL, common_femoral=NOT_SEEN)])
def test_chronic_clot_is_outside_the_guidance_and_keeps_the_row_of_its_veins(veins: Veins) -> None:
    acute, chronic = classed(veins), classed(veins, symptom_onset_on=ON - timedelta(days=60))
    assert (chronic.cls, chronic.human, chronic.row) == (OUTSIDE, True, acute.row)


@pytest.mark.parametrize(("onset_on", "certainty"), [(None, "exact"), (None, "unknown"), (ON, "unknown")])
def test_an_unknown_onset_is_never_acute(onset_on: date | None, certainty: str) -> None:
    seen = classed(leg(CFV), symptom_onset_on=onset_on, onset_certainty=certainty)
    assert (seen.clot_age, seen.human) == (ClotAge.UNKNOWN, True)
    assert "clot_age_unknown" in seen.flags


def test_an_estimated_onset_is_used_and_said_to_be_one() -> None:
    seen = classed(leg(CFV), onset_certainty="estimated")
    assert (seen.clot_age, seen.flags) == (ClotAge.ACUTE, ("onset_estimated",))


def test_acute_on_chronic_clot_is_looked_at_by_a_person() -> None:
    seen = classed(leg(CFV), acute_on_chronic="yes")
    assert (seen.cls, seen.human, seen.flags) == (SPECIAL, True, ("acute_on_chronic",))
    assert classed(leg(CFV), acute_on_chronic="unknown").flags == ("acute_on_chronic_unknown",)


def test_where_there_is_no_clot_its_age_changes_nothing() -> None:
    assert classed(leg(), symptom_onset_on=ON - timedelta(days=90)).cls is NO_DVT
    assert classed(leg(), symptom_onset_on=None).flags == ()


@pytest.mark.parametrize(
    ("age", "pregnancy", "flags"),
    [
        (17, "not_applicable", ("special_population",)),
        (18, "not_applicable", ()),
        (30, "pregnant", ("special_population",)),
        (30, "possible", ("special_population",)),
        (30, "unknown", ("pregnancy_unknown",)),
        (30, "not_assessed", ("pregnancy_unknown",)),
        (55, "unknown", ("pregnancy_unknown",)),
        (56, "unknown", ()),
        (30, "not_pregnant", ()),
        (None, "not_pregnant", ("age_unknown",)),
        (None, "unknown", ("age_unknown", "pregnancy_unknown")),
    ],
)
def test_row_2_flags_the_patient_for_a_person_and_goes_on(
    age: int | None, pregnancy: str, flags: tuple[str, ...]
) -> None:
    seen = classed(leg(CFV), age_years=age, pregnancy=pregnancy)
    assert (seen.cls, seen.flags, seen.human) == (SPECIAL, flags, bool(flags))


@pytest.mark.parametrize("veins", [leg(IVC), leg(POPLITEAL, common_femoral=NOT_SEEN), {}, leg()])
def test_a_class_that_decides_nothing_asks_for_a_person(veins: Veins) -> None:
    assert classed(veins).human


def test_nothing_but_veins_symptoms_age_and_pregnancy_goes_in() -> None:
    asked = set(inspect.signature(classify).parameters)
    assert asked == {
        "side",
        "segments",
        "symptom_onset_on",
        "onset_certainty",
        "on",
        "acute_on_chronic",
        "age_years",
        "pregnancy",
        "policy",
    }
