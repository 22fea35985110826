"""The drawing of the legs shows each finding of each leg at its own place, and says the same in words."""

import pytest

from shared.pathway.anatomy import Finding, Findings, Segment, Side
from shared.web.pages.shown.legs import LegsShown, VeinShown, limb_drawing, sentence
from shared.web.pages.shown.veins import COURSES

CLOT, CLEAR = Finding.THROMBOSED, Finding.CLEAR


def veins(shown: LegsShown) -> tuple[VeinShown, ...]:
    return (*shown.tubes, *shown.clots)


def test_every_vein_but_the_one_cava_is_drawn_once_in_each_leg() -> None:
    assert {course.segment for course in COURSES} == set(Segment) - {Segment.IVC}
    assert len(veins(limb_drawing({}))) == 2 * len(COURSES) + 1


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.segment.value)
@pytest.mark.parametrize("side", Side)
def test_a_clot_is_drawn_in_the_vein_and_leg_where_it_was_found(side: Side, course: object) -> None:
    assert isinstance(course, type(COURSES[0]))
    shown = limb_drawing({side: {course.segment: CLOT}})

    mirrored = side == Side.RIGHT
    assert [(vein.path, vein.mirrored) for vein in shown.clots] == [(course.drawn(mirrored=mirrored), mirrored)]


def test_the_right_leg_stands_on_the_viewers_left() -> None:
    (right, right_x, _), (left, left_x, _) = limb_drawing({}).headings

    assert (right, left) == ("RIGHT leg", "LEFT leg")
    assert right_x < left_x


def test_a_leg_that_was_not_referred_is_said_to_be_so() -> None:
    shown = limb_drawing({Side.LEFT: {}})

    assert [(each.text, each.referred) for each in shown.sentences] == [
        ("RIGHT leg: not referred", False),
        ("LEFT leg: no clot seen", True),
    ]
    assert {vein.finding for vein in veins(shown) if vein.mirrored} == {"not_referred"}


def test_a_vein_that_nobody_mentions_was_not_seen() -> None:
    shown = limb_drawing({Side.LEFT: {}})

    assert {vein.finding for vein in veins(shown) if not vein.mirrored} == {"not_seen"}


@pytest.mark.parametrize(
    ("left", "right", "drawn"),
    [
        (CLEAR, CLOT, "thrombosed"),
        (CLOT, CLEAR, "thrombosed"),
        (CLEAR, Finding.NOT_SEEN, "not_seen"),
        (CLEAR, Finding.INFERRED_CLEAR, "inferred_clear"),
    ],
)
def test_of_two_findings_in_the_one_cava_the_graver_is_drawn(left: Finding, right: Finding, drawn: str) -> None:
    legs: dict[Side, Findings] = {Side.LEFT: {Segment.IVC: left}, Side.RIGHT: {Segment.IVC: right}}
    cava = max(veins(limb_drawing(legs)), key=lambda vein: vein.width)

    assert cava.finding == drawn


def test_clots_are_named_from_the_heart_downwards() -> None:
    found = {Segment.POPLITEAL: CLOT, Segment.EXTERNAL_ILIAC: CLOT, Segment.FEMORAL: CLOT}

    assert sentence(Side.LEFT, found) == "LEFT leg: clot in external iliac, femoral and popliteal"


def test_the_table_says_what_the_drawing_shows() -> None:
    shown = limb_drawing({Side.LEFT: {Segment.POPLITEAL: CLOT}})
    row = next(row for row in shown.rows if row.vein == "Popliteal")

    assert len(shown.rows) == len(Segment)
    assert row.cells == (("not_referred", "Not referred"), ("thrombosed", "Thrombosed"))


def test_a_name_between_the_legs_leads_to_each_leg_by_its_own_finding() -> None:
    shown = limb_drawing({Side.LEFT: {Segment.SOLEAL: CLEAR}, Side.RIGHT: {Segment.SOLEAL: CLOT}})
    label = next(label for label in shown.labels if label.text == "Soleal")

    assert [leader.thrombosed for leader in label.leaders] == [True, False]
