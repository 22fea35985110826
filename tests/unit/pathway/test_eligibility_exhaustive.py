"""Every combination of findings in the main veins, 131,072 legs, against the table gone through by hand, row by row."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest

from shared.pathway.anatomy import Finding, Segment
from tests.unit.pathway.eligibility_by_hand import LETTERS, VEINS, Answer, by_hand
from tests.unit.pathway.limbs import classed

AT_LEAST = 100_000
FINDINGS = {letter: Finding(word) for letter, word in LETTERS.items()}
SEGMENTS = tuple(map(Segment, VEINS))


def legs() -> Iterator[str]:
    """Cava, each iliac, common femoral, femoral, popliteal and soleal in every state; the profunda with and without
    clot; the other calf veins clear.
    """
    for above in product(LETTERS, repeat=6):
        for profunda, popliteal, soleal in product("TC", LETTERS, LETTERS):
            yield f"{''.join(above)}{profunda}{popliteal}CCCC{soleal}"


def product_says(leg: str) -> Answer:
    seen = classed({vein: FINDINGS[letter] for vein, letter in zip(SEGMENTS, leg, strict=True)})
    return Answer(seen.row, seen.cls, seen.ng158_site, " ".join(seen.let_class), seen.most_proximal or "")


def test_every_leg_is_classed_as_by_hand() -> None:
    looked_at, different, rows = 0, [], Counter[int]()
    for leg in legs():
        expected = by_hand(leg)
        looked_at += 1
        rows[expected.row] += 1
        if product_says(leg) != expected:
            different.append(leg)
    assert different == []
    assert looked_at >= AT_LEAST
    assert set(rows) == {1, 3, 4, 5, 6, 7}


@pytest.mark.parametrize(
    ("leg", "row", "cls"),
    [
        ("CCCCCCCCCCCCT", 5, "research_only"),  # calf
        ("CCCCCTCTCCCCC", 5, "research_only"),  # popliteal, femoral
        ("CCCCTTCCCCCCC", 3, "special_arrangements"),  # femoral, common femoral
        ("CTCCCCCCCCCCC", 3, "special_arrangements"),  # iliac only
        ("TTCCCCCCCCCCC", 3, "special_arrangements"),  # cava and iliac
        ("TCCCCCCCCCCCC", 1, "outside_guidance"),  # cava only
        ("CCCCNCCTCCCCC", 4, "indeterminate"),  # popliteal, common femoral not seen
        ("CNNNCCCTCCCCC", 4, "indeterminate"),  # popliteal, iliacs not seen
        ("CIIICCCTCCCCC", 5, "research_only"),  # popliteal, iliacs inferred clear
        ("CCCCICCTCCCCC", 4, "indeterminate"),  # popliteal, common femoral inferred clear
        ("CNCCCCCCCCCCC", 6, "indeterminate"),  # nothing, an iliac not seen
        ("CCCCCCCCCCCCC", 7, "no_dvt"),
    ],
)
def test_the_vectors_of_the_specification_come_out_by_hand_and_by_product(leg: str, row: int, cls: str) -> None:
    assert by_hand(leg)[:2] == product_says(leg)[:2] == (row, cls)


def test_a_wrong_table_would_be_noticed() -> None:
    moved = sum(by_hand(leg) != by_hand(leg[:4] + "C" + leg[5:]) for leg in ("CCCCTCCCCCCCC", "CCCCICCTCCCCC"))
    assert moved == 2
