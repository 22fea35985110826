"""Which arrangement of IPG651 1.1 a limb falls under, read off its veins row by row (clinical.md 2.2).

Advice with its reasons: a clinician decides (YR1). Nothing here says that a patient ought to be treated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from shared.pathway.anatomy import (
    BELOW_COMMON_FEMORAL,
    ILIAC,
    PROXIMAL_IN_NG158,
    SEGMENTS,
    Finding,
    Findings,
    Segment,
    Side,
    any_thrombosed,
    let_class,
    most_proximal,
    ng158_site,
)
from shared.policy import Policy

Certainty = Literal["exact", "estimated", "unknown"]


class ArrangementClass(StrEnum):
    """The arrangement, or why there is none yet."""

    SPECIAL_ARRANGEMENTS = "special_arrangements"
    RESEARCH_ONLY = "research_only"
    INDETERMINATE = "indeterminate"
    OUTSIDE_GUIDANCE = "outside_guidance"
    NO_DVT = "no_dvt"


class ClotAge(StrEnum):
    """How long there have been symptoms, in the bands of clinical.md 2.2."""

    ACUTE = "acute"
    SUBACUTE = "subacute"
    CHRONIC = "chronic"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LimbClass:
    """What the table says of one limb.

    `row` is the row of the table the veins matched, also where the age of the clot then decided otherwise.
    `reasons` are words for a clinician, `paragraphs` what they rest on, `flags` codes for what needs a look;
    `human` means that a person has to decide or complete something before this class is relied upon.
    """

    side: Side
    cls: ArrangementClass
    row: int
    reasons: tuple[str, ...]
    paragraphs: tuple[str, ...]
    flags: tuple[str, ...]
    human: bool
    ng158_site: str
    let_class: tuple[str, ...]
    clot_age: ClotAge
    most_proximal: str | None

    @property
    def human_review(self) -> bool:
        """Whether R-REF-4 sends this leg to a person: outside the guidance or at its edge, whatever its class says."""
        return self.row == _CAVA_ALONE.number or not EDGE.isdisjoint(self.flags)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cls: ArrangementClass
    reason: str
    paragraph: str


@dataclass(frozen=True, slots=True)
class _Note:
    """Something besides the row: `human` if a person has to look at it, `cls` if it changes the class."""

    flag: str
    reason: str
    paragraph: str
    human: bool = True
    cls: ArrangementClass | None = None


_CAVA_ALONE = _Row(
    1,
    ArrangementClass.OUTSIDE_GUIDANCE,
    "Clot in the vena cava, none seen in the iliac or common femoral veins: the guidance has no word on it",
    "1.1",
)
_ILIOFEMORAL = _Row(3, ArrangementClass.SPECIAL_ARRANGEMENTS, "Clot in the common femoral or an iliac vein", "1.1")
_UNSETTLED = _Row(
    4,
    ArrangementClass.INDETERMINATE,
    "Clot in the leg, but the common femoral or an iliac vein was not shown to be clear: "
    "ask for CT, MR or catheter venography",
    "1.1",
)
_BELOW = _Row(
    5,
    ArrangementClass.RESEARCH_ONLY,
    "Clot that does not reach the common femoral vein, which is clear",
    "1.1",
)
_NOT_ALL_SEEN = _Row(
    6,
    ArrangementClass.INDETERMINATE,
    "No clot was seen, but not every vein was looked at: that is no proof of absence",
    "D",
)
_NO_CLOT = _Row(7, ArrangementClass.NO_DVT, "No clot, and every vein was looked at: a clinician confirms it", "YR1")

_INTERNAL_ILIAC_ALONE = _Note(
    "internal_iliac_alone", "Of these veins only the internal iliac has clot: confirm it", "D"
)
_NOT_SHOWN_CLEAR = _Note(
    "iliofemoral_not_shown_clear",
    "The iliac and common femoral veins were not all shown to be clear: ask for venography",
    "1.1",
)
_SITE_UNCERTAIN = _Note(
    "ng158_site_uncertain",
    "Clot was seen in the calf only, but a vein above was not looked at: it may reach higher",
    "NG158",
    human=False,
)
_CHRONIC = _Note(
    "chronic",
    "Symptoms for longer than the subacute limit: the guidance is about acute clot",
    "1.1",
    cls=ArrangementClass.OUTSIDE_GUIDANCE,
)
_SUBACUTE = _Note("subacute", "Subacute clot: the MDT has to give its reason", "D", human=False)
_AGE_OF_CLOT_UNKNOWN = _Note("clot_age_unknown", "When the symptoms began is not known: it may not be acute", "1.1")
_ONSET_ESTIMATED = _Note("onset_estimated", "The day the symptoms began is an estimate", "D", human=False)
_ACUTE_ON_CHRONIC = _Note("acute_on_chronic", "Acute on chronic clot: the guidance is about acute clot", "1.1")
_CHRONICITY_UNKNOWN = _Note(
    "acute_on_chronic_unknown", "Whether there is older clot as well is not known", "D", human=False
)
_SPECIAL_POPULATION = _Note(
    "special_population", "Below adult age, pregnant or possibly so: a clinician decides", "NG158"
)
_AGE_UNKNOWN = _Note("age_unknown", "The patient's age is not known", "NG158")
_PREGNANCY_UNKNOWN = _Note("pregnancy_unknown", "Whether the patient is pregnant is not known", "NG158")

EDGE = frozenset({_SPECIAL_POPULATION.flag, _CHRONIC.flag, _ACUTE_ON_CHRONIC.flag})
"""Flags of R-REF-4. A clot of the vena cava alone is its own row; one of the arm cannot be written down here at all."""

_PREGNANCY_KNOWN = frozenset({"pregnant", "possible", "not_pregnant", "not_applicable"})
_CLEAR = Finding.CLEAR
_SHOWN = frozenset({_CLEAR, Finding.INFERRED_CLEAR})
_CAVA = (Segment.IVC,)
_COMMON_FEMORAL = Segment.COMMON_FEMORAL
_ILIAC_OR_COMMON_FEMORAL = (_COMMON_FEMORAL, *ILIAC)
_BUT_INTERNAL_ILIAC = (_COMMON_FEMORAL, Segment.COMMON_ILIAC, Segment.EXTERNAL_ILIAC)
_UNDECIDED_ROWS = frozenset({_CAVA_ALONE.number, _UNSETTLED.number, _NOT_ALL_SEEN.number, _NO_CLOT.number})


def classify(
    side: Side,
    segments: Findings,
    *,
    symptom_onset_on: date | None,
    onset_certainty: Certainty,
    on: date,
    acute_on_chronic: str,
    age_years: int | None,
    pregnancy: str,
    policy: Policy,
) -> LimbClass:
    """The class of one limb on the civil date `on` (Europe/London), with every reason. Guidance: 1.1.

    A vein that is not mentioned was not seen. Where the table leaves a gap the cautious reading is taken:

    - clot in the cava without iliac or common femoral clot is row 1 whatever lies below it;
    - an internal iliac that was not seen counts like the other iliacs in row 4: row 5 wants all iliacs clear;
    - without clot, any other vein than an iliac that is only inferred clear is row 6: row 7 wants it clear;
    - an onset that is unknown, or later than `on`, makes the clot's age unknown, never acute;
    - of `acute_on_chronic` and `pregnancy`, any word but the specification's own counts as unknown;
    - an age or a pregnancy nobody knows is a flag for a person, and changes no class.

    Clot older than the policy's subacute limit is outside the guidance, whichever of rows 3 to 5 it matched.
    """
    age = clot_age(symptom_onset_on, onset_certainty, on, policy)
    row = _row(segments)
    highest = most_proximal(segments)
    notes = (
        *_vein_notes(segments, row),
        *(_clot_notes(age, onset_certainty, acute_on_chronic) if highest else ()),
        *_patient_notes(age_years, pregnancy, policy),
    )
    return LimbClass(
        side=side,
        cls=next((note.cls for note in notes if note.cls is not None), row.cls),
        row=row.number,
        reasons=(row.reason, *(note.reason for note in notes)),
        paragraphs=tuple(dict.fromkeys((row.paragraph, *(note.paragraph for note in notes)))),
        flags=tuple(note.flag for note in notes),
        human=row.number in _UNDECIDED_ROWS or any(note.human for note in notes),
        ng158_site=ng158_site(segments),
        let_class=let_class(segments),
        clot_age=age,
        most_proximal=highest,
    )


def clot_age(onset_on: date | None, certainty: Certainty, on: date, policy: Policy) -> ClotAge:
    """The band of the symptoms' duration in days on `on`; unknown unless an onset up to `on` is known."""
    if onset_on is None or certainty not in {"exact", "estimated"} or onset_on > on:
        return ClotAge.UNKNOWN
    days = (on - onset_on).days
    if days <= policy.acute_days:
        return ClotAge.ACUTE
    return ClotAge.SUBACUTE if days <= policy.subacute_days else ClotAge.CHRONIC


def _row(segments: Findings) -> _Row:
    """The first row of the table that the veins match; row 2 is about the patient and matches no vein."""
    if any_thrombosed(segments, _ILIAC_OR_COMMON_FEMORAL):
        return _ILIOFEMORAL
    if any_thrombosed(segments, _CAVA):
        return _CAVA_ALONE
    if any_thrombosed(segments, BELOW_COMMON_FEMORAL):
        return _BELOW if _shown_clear_above(segments) else _UNSETTLED
    return _NO_CLOT if _all_shown_clear(segments) else _NOT_ALL_SEEN


def _shown_clear_above(segments: Findings) -> bool:
    """Common femoral looked at and clear, all iliacs clear or inferred so."""
    return segments.get(_COMMON_FEMORAL) == _CLEAR and _SHOWN.issuperset(map(segments.get, ILIAC))


def _all_shown_clear(segments: Findings) -> bool:
    others = (segments.get(segment) == _CLEAR for segment in SEGMENTS if segment not in ILIAC)
    return _shown_clear_above(segments) and all(others)


def _vein_notes(segments: Findings, row: _Row) -> Iterator[_Note]:
    if row is _ILIOFEMORAL and _only_internal_iliac(segments):
        yield _INTERNAL_ILIAC_ALONE
    if row is _CAVA_ALONE and not _shown_clear_above(segments):
        yield _NOT_SHOWN_CLEAR
    if ng158_site(segments) == "distal" and not _SHOWN.issuperset(map(segments.get, PROXIMAL_IN_NG158)):
        yield _SITE_UNCERTAIN


def _only_internal_iliac(segments: Findings) -> bool:
    return not any_thrombosed(segments, _BUT_INTERNAL_ILIAC)


def _clot_notes(age: ClotAge, certainty: Certainty, acute_on_chronic: str) -> Iterator[_Note]:
    match age:
        case ClotAge.CHRONIC:
            yield _CHRONIC
        case ClotAge.SUBACUTE:
            yield _SUBACUTE
        case ClotAge.UNKNOWN:
            yield _AGE_OF_CLOT_UNKNOWN
    if certainty == "estimated":
        yield _ONSET_ESTIMATED
    if acute_on_chronic == "yes":
        yield _ACUTE_ON_CHRONIC
    elif acute_on_chronic != "no":
        yield _CHRONICITY_UNKNOWN


def _patient_notes(age_years: int | None, pregnancy: str, policy: Policy) -> Iterator[_Note]:
    """Row 2, and what is not known of it. These flag; they never change the class (YR3)."""
    if (age_years is not None and age_years < policy.adult_age) or pregnancy in {"pregnant", "possible"}:
        yield _SPECIAL_POPULATION
    if age_years is None:
        yield _AGE_UNKNOWN
    if pregnancy not in _PREGNANCY_KNOWN and _could_be_pregnant(age_years, policy):
        yield _PREGNANCY_UNKNOWN


def _could_be_pregnant(age_years: int | None, policy: Policy) -> bool:
    return age_years is None or policy.pregnancy_age_from <= age_years <= policy.pregnancy_age_to
