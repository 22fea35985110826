"""Classifications that are read off the veins and decide nothing about IPG651."""

import pytest

from shared.pathway.anatomy import (
    CALF,
    Finding,
    Segment,
    Side,
    demaeseneer,
    finding,
    let_class,
    most_proximal,
    ng158_site,
)


def clot(*segments: Segment) -> dict[Segment, Finding]:
    return dict.fromkeys(segments, Finding.THROMBOSED)


def test_a_limb_is_left_or_right_and_never_both() -> None:
    assert set(Side) == {"left", "right"}


def test_a_vein_that_is_not_mentioned_was_not_seen() -> None:
    assert finding({}, Segment.POPLITEAL) is Finding.NOT_SEEN


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (clot(), None),
        (clot(Segment.SOLEAL), Segment.SOLEAL),
        (clot(Segment.POPLITEAL, Segment.FEMORAL), Segment.FEMORAL),
        (clot(Segment.FEMORAL, Segment.COMMON_FEMORAL), Segment.COMMON_FEMORAL),
        (clot(Segment.EXTERNAL_ILIAC, Segment.COMMON_ILIAC), Segment.COMMON_ILIAC),
        (clot(Segment.COMMON_ILIAC, Segment.IVC), Segment.IVC),
    ],
)
def test_the_most_proximal_vein_is_the_one_nearest_to_the_heart(
    segments: dict[Segment, Finding], expected: Segment | None
) -> None:
    assert most_proximal(segments) is expected


def test_only_seen_clot_counts_as_the_most_proximal() -> None:
    segments = clot(Segment.POPLITEAL) | {
        Segment.IVC: Finding.CLEAR,
        Segment.COMMON_FEMORAL: Finding.INFERRED_CLEAR,
        Segment.FEMORAL: Finding.NOT_SEEN,
    }
    assert most_proximal(segments) is Segment.POPLITEAL


@pytest.mark.parametrize("segment", [segment for segment in Segment if segment not in CALF])
def test_clot_from_the_popliteal_upwards_is_proximal_for_ng158(segment: Segment) -> None:
    assert ng158_site(clot(segment, Segment.SOLEAL)) == "proximal"


@pytest.mark.parametrize("segment", CALF)
def test_clot_in_the_calf_alone_is_distal_for_ng158(segment: Segment) -> None:
    assert ng158_site(clot(segment)) == "distal"


def test_no_clot_has_no_site() -> None:
    assert ng158_site({Segment.POPLITEAL: Finding.CLEAR}) == "none"


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (clot(), ()),
        (clot(Segment.PERONEAL), ("I",)),
        (clot(Segment.POPLITEAL, Segment.FEMORAL), ("II",)),
        (clot(Segment.PROFUNDA_FEMORIS), ("II",)),
        (clot(Segment.SOLEAL, Segment.INTERNAL_ILIAC), ("I", "III")),
        (clot(Segment.COMMON_FEMORAL), ("III",)),
        (clot(Segment.IVC, Segment.COMMON_ILIAC), ("III", "IV")),
        (clot(*Segment), ("I", "II", "III", "IV")),
    ],
)
def test_let_classes_stand_beside_each_other(segments: dict[Segment, Finding], expected: tuple[str, ...]) -> None:
    assert let_class(segments) == expected


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (clot(), ()),
        (clot(Segment.SOLEAL, Segment.POPLITEAL), ("calf", "popliteal")),
        (clot(Segment.PROFUNDA_FEMORIS), ("femoral",)),
        (clot(Segment.COMMON_FEMORAL, Segment.FEMORAL), ("femoral", "common_femoral")),
        (clot(Segment.IVC, Segment.EXTERNAL_ILIAC), ("iliac_ivc",)),
    ],
)
def test_de_maeseneer_segments_go_from_the_calf_up(segments: dict[Segment, Finding], expected: tuple[str, ...]) -> None:
    assert demaeseneer(segments) == expected
