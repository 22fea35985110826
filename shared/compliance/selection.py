"""Who was considered: site of the clot, severity, age of each patient, treated or not (IPG651 1.4).

The bands are for counting only: nothing is decided on them.
"""

from dataclasses import dataclass

from shared.pathway.anatomy import CALF, THIGH, Findings, Segment, Side, any_thrombosed, most_proximal
from shared.pathway.classification import Classification
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.instruments import villalta
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import ILIOFEMORAL, LimbRecord, Referral, imaging_of
from shared.pathway.work_up import WorkUp

UNKNOWN = "unknown"
UNCLASSIFIED = "unclassified"
SITES = ("iliofemoral", "femoropopliteal", "calf", "vena_cava", UNKNOWN)
"""From the heart downwards, but for the vena cava alone. `unknown`: no clot has been seen."""

SEVERITIES = ("severe", "moderate", "mild")
AGES = ("under_40", "40_to_59", "60_to_79", "80_and_over", UNKNOWN)
_PAIN = ((7, "severe"), (4, "moderate"))  # [D] numeric pain bands, where no Villalta score was taken before


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: the class a clinician wrote down last, the highest vein with clot, and how bad it was."""

    side: str
    cls: str
    vein: str
    site: str
    pain: int
    villalta: int | None
    severity: str


def legs(moment: Moment, referral: Referral) -> tuple[Leg, ...]:
    """Each referred leg, by its newest study."""
    return tuple(_leg(moment, limb) for limb in referral.limbs)


def _leg(moment: Moment, limb: LimbRecord) -> Leg:
    study, score = imaging_of(moment.pathway, limb.side), _baseline(moment, limb.side)
    seen = study[2] if study else limb.segments
    pain = limb.symptoms.pain
    return Leg(
        limb.side.value,
        class_of(moment.pathway.every(Classification), limb.side),
        most_proximal(seen) or UNKNOWN,
        _site(seen),
        pain,
        score,
        _severity(pain, score),
    )


def class_of(classified: tuple[Entry, ...], side: Side, before: int | None = None) -> str:
    """The class that the newest classification (before entry `before`) gave this leg; unclassified without one."""
    for entry in reversed(classified):
        if isinstance(entry.record, Classification) and (before is None or entry.seq < before):
            for limb in entry.record.limbs:
                if limb.side == side:
                    return ArrangementClass(limb.recommended).value
    return UNCLASSIFIED


def _site(seen: Findings) -> str:
    for name, among in (
        ("iliofemoral", ILIOFEMORAL),
        ("femoropopliteal", (*THIGH, Segment.POPLITEAL)),
        ("calf", CALF),
        ("vena_cava", (Segment.IVC,)),
    ):
        if any_thrombosed(seen, among):
            return name
    return UNKNOWN


def _baseline(moment: Moment, side: Side) -> int | None:
    found = moment.pathway.record(WorkUp)
    score = next((each.score for each in found.baseline_villalta if each.side == side), None) if found else None
    return villalta.raw(score) if score else None


def _severity(pain: int, score: int | None) -> str:
    """By the Villalta score where there is one, else by pain."""
    if score is not None:
        return "severe" if score >= villalta.SEVERE else "moderate" if score >= villalta.LIMITS[1][0] else "mild"
    return next((name for least, name in _PAIN if pain >= least), "mild")


def age_band(age_years: int | None) -> str:
    if age_years is None:
        return UNKNOWN
    return next((name for least, name in ((80, AGES[3]), (60, AGES[2]), (40, AGES[1])) if age_years >= least), AGES[0])


def first_of(order: tuple[str, ...], found: set[str]) -> str:
    """The first of `order` that was found: of two legs, the one that counts."""
    return next((each for each in order if each in found), order[-1])
