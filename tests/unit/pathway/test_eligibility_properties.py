"""What holds for every leg of every patient, and what may never come out of the table of clinical.md 2.2."""

from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.guidance import cites
from shared.pathway.anatomy import BELOW_COMMON_FEMORAL, CALF, ILIAC, Finding, Segment
from shared.pathway.eligibility import ArrangementClass, ClotAge
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
    leg,
)


def table(veins: Veins) -> tuple[int, ArrangementClass]:
    """Clinical.md 2.2 written down a second time, as the table has it, gaps read cautiously."""
    of = {vein: veins.get(vein, NOT_SEEN) for vein in Segment}
    iliac = [of[vein] for vein in ILIAC]
    below = [of[vein] for vein in BELOW_COMMON_FEMORAL]
    rows = [
        (1, OUTSIDE, of[IVC] == CLOT and CLOT not in iliac and of[CFV] != CLOT),
        (3, SPECIAL, of[CFV] == CLOT or CLOT in iliac),
        (4, UNCLEAR, CLOT in below and (of[CFV] in {NOT_SEEN, INFERRED} or NOT_SEEN in iliac)),
        (5, RESEARCH, CLOT in below and of[CFV] == CLEAR and set(iliac) <= {CLEAR, INFERRED}),
        (
            6,
            UNCLEAR,
            any(of[vein] == NOT_SEEN or (of[vein] == INFERRED and vein not in ILIAC) for vein in Segment),
        ),
        (7, NO_DVT, set(iliac) <= {CLEAR, INFERRED}),
    ]
    return next((row, cls) for row, cls, matches in rows if matches)


def test_every_combination_of_pelvic_findings_falls_under_the_row_of_the_table() -> None:
    pelvis = (IVC, *ILIAC, CFV)
    for found in product(Finding, repeat=len(pelvis)):
        for below in (leg(), leg(POPLITEAL), leg(popliteal=NOT_SEEN), leg(FEMORAL, soleal=INFERRED)):
            veins = below | dict(zip(pelvis, found, strict=True))
            seen = classed(veins)
            assert (seen.row, seen.cls) == table(veins), veins


legs = st.dictionaries(st.sampled_from(Segment), st.sampled_from(Finding))
patients = st.fixed_dictionaries(
    {
        "symptom_onset_on": st.none() | st.dates(ON - timedelta(days=60), ON + timedelta(days=2)),
        "onset_certainty": st.sampled_from(["exact", "estimated", "unknown"]),
        "acute_on_chronic": st.sampled_from(["yes", "no", "unknown"]),
        "age_years": st.none() | st.integers(0, 120),
        "pregnancy": st.sampled_from(
            ["pregnant", "not_pregnant", "possible", "not_applicable", "unknown", "not_assessed"]
        ),
    }
)


@given(legs, patients)
def test_every_leg_of_every_patient_gets_exactly_one_class_with_reason_and_paragraph(
    veins: Veins, patient: dict[str, Any]
) -> None:
    seen = classed(veins, **patient)
    assert seen.cls in ArrangementClass
    assert seen.row in {1, 3, 4, 5, 6, 7}
    assert seen.reasons
    assert seen.paragraphs
    assert all(cites(paragraph) for paragraph in seen.paragraphs)
    assert len(seen.flags) == len(set(seen.flags))


@given(legs, patients)
def test_the_veins_and_the_age_of_the_clot_alone_decide_the_class(veins: Veins, patient: dict[str, Any]) -> None:
    seen = classed(veins, **patient)
    row, cls = table(veins)
    chronic = seen.clot_age is ClotAge.CHRONIC and CLOT in veins.values()
    assert (seen.row, seen.cls) == (row, OUTSIDE if chronic else cls)


@given(legs, patients, st.sampled_from([CFV, *ILIAC]))
def test_clot_added_in_the_groin_or_above_makes_it_special_unless_chronic(
    veins: Veins, patient: dict[str, Any], vein: Segment
) -> None:
    seen = classed({**veins, vein: CLOT}, **patient)
    assert seen.cls is (OUTSIDE if seen.clot_age is ClotAge.CHRONIC else SPECIAL)


@given(legs, patients, st.sampled_from([CFV, *ILIAC]))
def test_a_vein_above_the_leg_that_nobody_saw_never_leads_to_research_or_all_clear(
    veins: Veins, patient: dict[str, Any], vein: Segment
) -> None:
    without = {other: found for other, found in veins.items() if other != vein}
    assert classed(without, **patient).cls not in {RESEARCH, NO_DVT}
    assert classed({**veins, vein: NOT_SEEN}, **patient) == classed(without, **patient)


@given(patients, st.sampled_from(Segment))
def test_one_vein_nobody_saw_is_enough_to_doubt_that_there_is_no_clot(patient: dict[str, Any], vein: Segment) -> None:
    assert classed(leg(**{vein.value: NOT_SEEN}), **patient).cls is UNCLEAR


@given(legs, patients, st.sampled_from(Segment))
def test_seeing_less_never_settles_what_was_unsettled(veins: Veins, patient: dict[str, Any], vein: Segment) -> None:
    if classed(veins, **patient).cls is UNCLEAR and veins.get(vein) != CLOT:
        assert classed({**veins, vein: NOT_SEEN}, **patient).cls is UNCLEAR


@given(legs, patients)
def test_a_finding_nobody_knows_counts_as_not_seen(veins: Veins, patient: dict[str, Any]) -> None:
    unknown: Any = "unknown"
    known = {vein: found for vein, found in veins.items() if found != NOT_SEEN}
    assert classed({**dict.fromkeys(Segment, unknown), **known}, **patient) == classed(known, **patient)


@given(legs, patients)
def test_what_is_not_known_of_the_clot_or_the_patient_is_always_flagged(veins: Veins, patient: dict[str, Any]) -> None:
    seen = classed(veins, **patient)
    clot = CLOT in veins.values()
    assert ("clot_age_unknown" in seen.flags) == (clot and seen.clot_age is ClotAge.UNKNOWN)
    assert ("age_unknown" in seen.flags) == (patient["age_years"] is None)


@given(legs, patients)
def test_nobody_is_ever_called_suitable_or_eligible(veins: Veins, patient: dict[str, Any]) -> None:
    said = str(classed(veins, **patient)).lower()
    assert not any(word in said for word in ("suitable", "eligible", "recommend", "safe"))


@given(patients)
def test_calf_clot_alone_is_distal_and_let_i(patient: dict[str, Any]) -> None:
    seen = classed(leg(*CALF), **patient)
    assert (seen.ng158_site, seen.let_class) == ("distal", ("I",))
