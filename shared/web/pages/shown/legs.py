"""The legs as a picture: what imaging showed of each deep vein, drawn, in words, and as a table (clinical.md 2.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.pathway.anatomy import Finding, Findings, Segment, Side, finding
from shared.web.pages.shown.tag import joined
from shared.web.pages.shown.veins import BODY, COURSES, LABEL_X, MIDLINE, VENA_CAVA, Course
from shared.web.pages.words import Words, spoken

NOT_REFERRED = "not_referred"
WORST_FIRST = (Finding.THROMBOSED, Finding.NOT_SEEN, Finding.INFERRED_CLEAR, Finding.CLEAR)
# As one sees the patient: the right leg on the viewer's left.
AS_SEEN = (Side.RIGHT, Side.LEFT)
CAVA_WIDTH, TEXT_DROP, TOP_OF_LETTERS, GAP, HALF_LETTER = 14, 5, 8, 5, 3.8
HEADING_X = 96


@dataclass(frozen=True, slots=True)
class VeinShown:
    """One vein of the drawing. `mirrored` for the patient's right leg; `inner` is the width of what flows in it."""

    path: str
    finding: str
    width: int
    mirrored: bool

    @property
    def inner(self) -> int:
        return max(self.width - 4, 2)


@dataclass(frozen=True, slots=True)
class Leader:
    """The line from a name to its vein, which has clot or not."""

    path: str
    thrombosed: bool


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a vein with the line that leads to it. `anchor` is SVG's text-anchor."""

    text: str
    x: float
    y: int
    anchor: str
    thrombosed: bool
    leaders: tuple[Leader, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One vein in the table: (finding's code, its words) of the right and of the left leg."""

    vein: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    referred: bool


@dataclass(frozen=True, slots=True)
class LegsShown:
    """`tubes` are veins without clot and `clots` those with it, drawn on top."""

    title: str
    orientation: str
    body: str
    sentences: tuple[Sentence, ...]
    headings: tuple[tuple[str, int, bool], ...]
    tubes: tuple[VeinShown, ...]
    clots: tuple[VeinShown, ...]
    labels: tuple[Label, ...]
    legend: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def limb_drawing(legs: Mapping[Side, Findings], say: Words | None = None) -> LegsShown:
    """The drawing of what was found. A leg that is not in `legs` was not referred; a vein not named was not seen."""
    say = say or spoken()
    veins = tuple(_veins(legs))
    clot = Finding.THROMBOSED.value
    return LegsShown(
        say("legs.title"),
        say("legs.orientation"),
        BODY,
        tuple(Sentence(sentence(side, legs.get(side), say), side in legs) for side in AS_SEEN),
        tuple((_leg(side, say), _place(side), side in legs) for side in AS_SEEN),
        tuple(each for each in veins if each.finding != clot),
        tuple(each for each in veins if each.finding == clot),
        tuple(_labels(legs, say)),
        tuple((each.value, say(f"finding.{each.value}")) for each in Finding),
        tuple(_leg(side, say) for side in AS_SEEN),
        tuple(_row(segment, legs, say) for segment in Segment),
    )


def sentence(side: Side, found: Findings | None, say: Words | None = None) -> str:
    """Such as "LEFT leg: clot in external iliac and common femoral"."""
    say = say or spoken()
    named = say(f"side.{side.value}")
    if found is None:
        return say("legs.nothing_of", side=named)
    clots = [say(f"vein.{each.value}").lower() for each in Segment if finding(found, each) == Finding.THROMBOSED]
    if not clots:
        return say("legs.no_clot_in", side=named)
    return say("legs.thrombosed_in", side=named, veins=joined(clots, say("legs.and")))


def _leg(side: Side, say: Words) -> str:
    return say("side.leg", side=say(f"side.{side.value}"))


def _place(side: Side) -> int:
    return MIDLINE + HEADING_X if side == Side.LEFT else MIDLINE - HEADING_X


def _cava(legs: Mapping[Side, Findings]) -> str:
    """There is one vena cava, and up to two studies of it: the finding that asks for most attention is drawn."""
    seen = {finding(found, Segment.IVC) for found in legs.values()}
    return next((each.value for each in WORST_FIRST if each in seen), NOT_REFERRED)


def _veins(legs: Mapping[Side, Findings]) -> Iterator[VeinShown]:
    yield VeinShown(VENA_CAVA, _cava(legs), CAVA_WIDTH, mirrored=False)
    for side in AS_SEEN:
        mirrored = side == Side.RIGHT
        for course in COURSES:
            yield VeinShown(course.drawn(mirrored=mirrored), _found(legs, side, course), course.width, mirrored)


def _found(legs: Mapping[Side, Findings], side: Side, course: Course) -> str:
    return finding(legs[side], course.segment).value if side in legs else NOT_REFERRED


def _labels(legs: Mapping[Side, Findings], say: Words) -> Iterator[Label]:
    yield _cava_label(legs, say)
    for course in COURSES:
        text = say(f"vein.{course.segment.value}")
        if course.place == "between" and legs:
            yield _between(course, text, legs)
        else:
            yield from (_beside(course, text, legs, side) for side in AS_SEEN if side in legs)


def _cava_label(legs: Mapping[Side, Findings], say: Words) -> Label:
    clot = _cava(legs) == Finding.THROMBOSED
    leader = Leader(f"M{MIDLINE + 2} 62 L{MIDLINE + 14} 62", clot)
    return Label(say("vein.ivc"), MIDLINE + 18, 62 + TEXT_DROP, "start", clot, (leader,))


def _beside(course: Course, text: str, legs: Mapping[Side, Findings], side: Side) -> Label:
    way = 1 if side == Side.LEFT else -1
    clot = _found(legs, side, course) == Finding.THROMBOSED
    leader = Leader(_line(way, LABEL_X - GAP, course), clot)
    anchor = "start" if side == Side.LEFT else "end"
    return Label(text, MIDLINE + way * LABEL_X, course.label + TEXT_DROP, anchor, clot, (leader,))


def _between(course: Course, text: str, legs: Mapping[Side, Findings]) -> Label:
    half = len(text) * HALF_LETTER + GAP
    leaders = tuple(
        Leader(
            _line(1 if side == Side.LEFT else -1, half, course),
            _found(legs, side, course) == Finding.THROMBOSED,
        )
        for side in AS_SEEN
        if side in legs
    )
    clot = any(each.thrombosed for each in leaders)
    return Label(text, MIDLINE, course.label + TEXT_DROP, "middle", clot, leaders)


def _line(way: int, start: float, course: Course) -> str:
    """From the end of the name to the vein; from above the name where the vein ends over it."""
    x, y = course.point
    if course.place == "between" and x < start:
        return f"M{MIDLINE + way * x} {course.label - TOP_OF_LETTERS} L{MIDLINE + way * x} {y}"
    return f"M{MIDLINE + way * start:g} {course.label} L{MIDLINE + way * x} {y}"


def _row(segment: Segment, legs: Mapping[Side, Findings], say: Words) -> Row:
    def cell(side: Side) -> tuple[str, str]:
        if side not in legs:
            return NOT_REFERRED, say("legs.referred_not").capitalize()
        found = finding(legs[side], segment).value
        return found, say(f"finding.{found}")

    return Row(say(f"vein.{segment.value}"), tuple(cell(side) for side in AS_SEEN))
