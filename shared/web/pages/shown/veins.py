"""Where the deep veins run in the drawing of the legs, seen from the front.

Drawn once for the patient's left leg, as offsets from the midline (x to the patient's left, y downwards), and
mirrored for the right. Only the common iliac differs: the vena cava lies right of the midline, so the left is longer.
"""

from dataclasses import dataclass
from typing import Literal

from shared.pathway.anatomy import Segment

WIDTH, HEIGHT, MIDLINE = 600, 790, 300
LABEL_X = 176
"""How far from the midline the labels beside a leg begin."""

BODY = (
    "M0 20 L88 20 C94 74 128 112 134 172 C142 240 140 344 138 432 C136 470 152 498 150 542 C148 594 136 642 134 694 "
    "C134 712 152 730 154 744 C154 756 112 756 106 748 C98 734 104 708 104 694 C98 642 74 594 71 542 "
    "C70 500 77 470 75 432 C66 362 34 300 0 254"
)
VENA_CAVA = "M-7 20 C-7 46 -7 76 -7 100"


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one vein in one leg: `path` in SVG's words, `width` in units of the drawing.

    `label` is the height of its name, `point` where the line from the name ends. Names stand beside the leg, or
    between the legs for the veins that run on the inner side.
    """

    segment: Segment
    path: str
    width: int
    label: int
    point: tuple[int, int]
    place: Literal["beside", "between"] = "beside"
    right_path: str = ""

    def drawn(self, *, mirrored: bool) -> str:
        return self.right_path if mirrored and self.right_path else self.path


COURSES = (
    Course(
        Segment.COMMON_ILIAC,
        "M-7 98 C2 116 26 128 42 152",
        11,
        116,
        (27, 134),
        right_path="M7 98 C12 114 30 128 42 152",
    ),
    Course(Segment.EXTERNAL_ILIAC, "M42 152 C52 172 64 194 70 220", 10, 170, (58, 184)),
    Course(Segment.INTERNAL_ILIAC, "M42 152 C30 166 22 182 24 208", 7, 232, (24, 208), "between"),
    Course(Segment.COMMON_FEMORAL, "M70 220 C73 232 75 246 76 262", 10, 224, (74, 242)),
    Course(Segment.PROFUNDA_FEMORIS, "M76 262 C84 286 112 296 114 334 C115 354 112 368 110 382", 7, 306, (111, 318)),
    Course(Segment.FEMORAL, "M76 262 C74 312 84 372 99 428", 9, 398, (92, 402)),
    Course(Segment.POPLITEAL, "M99 428 C103 446 106 462 107 482", 9, 452, (104, 456)),
    Course(Segment.GASTROCNEMIUS, "M103 448 C92 456 82 470 80 492 C79 506 80 516 82 528", 6, 500, (80, 496), "between"),
    Course(Segment.ANTERIOR_TIBIAL, "M107 482 C114 496 134 500 136 530 C138 580 128 634 124 688", 6, 548, (136, 546)),
    Course(Segment.PERONEAL, "M107 482 C110 500 121 516 121 556 C121 600 116 630 114 660", 6, 616, (118, 616)),
    Course(Segment.SOLEAL, "M107 482 C107 506 106 524 106 552 C106 576 107 588 107 604", 6, 574, (106, 574), "between"),
    Course(
        Segment.POSTERIOR_TIBIAL,
        "M107 482 C103 502 93 514 92 552 C91 602 104 642 110 690",
        6,
        642,
        (100, 634),
        "between",
    ),
)
