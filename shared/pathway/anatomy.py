"""The deep veins of one leg, what imaging showed of each, and the classifications read off them.

clinical.md 2.2 and 10.4. None of these is the class under IPG651, whose boundary is the common femoral vein
(1.1); that of NG158 is the popliteal.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal


class Side(StrEnum):
    """One limb each: there is no "both"."""

    LEFT = "left"
    RIGHT = "right"


class Segment(StrEnum):
    """The veins, from the heart downwards: the order decides which of two is the more proximal."""

    IVC = "ivc"
    COMMON_ILIAC = "common_iliac"
    EXTERNAL_ILIAC = "external_iliac"
    INTERNAL_ILIAC = "internal_iliac"
    COMMON_FEMORAL = "common_femoral"
    FEMORAL = "femoral"
    PROFUNDA_FEMORIS = "profunda_femoris"
    POPLITEAL = "popliteal"
    ANTERIOR_TIBIAL = "anterior_tibial"
    POSTERIOR_TIBIAL = "posterior_tibial"
    PERONEAL = "peroneal"
    GASTROCNEMIUS = "gastrocnemius"
    SOLEAL = "soleal"


class Finding(StrEnum):
    """What was found in a vein. `inferred_clear` was concluded (phasic flow, say) and not looked at."""

    THROMBOSED = "thrombosed"
    CLEAR = "clear"
    INFERRED_CLEAR = "inferred_clear"
    NOT_SEEN = "not_seen"


Findings = Mapping[Segment, Finding]

# Python 3.11 looks a member up on its enumeration slowly, and these are asked for in every decision.
SEGMENTS = tuple(Segment)
_CLOT = Finding.THROMBOSED
_NOT_SEEN = Finding.NOT_SEEN

ILIAC = (Segment.COMMON_ILIAC, Segment.EXTERNAL_ILIAC, Segment.INTERNAL_ILIAC)
CALF = (
    Segment.ANTERIOR_TIBIAL,
    Segment.POSTERIOR_TIBIAL,
    Segment.PERONEAL,
    Segment.GASTROCNEMIUS,
    Segment.SOLEAL,
)
# The profunda is a deep vein of the thigh that ends in the common femoral, as the femoral does. It counts as
# femoral wherever a classification has no word of its own for it, which for NG158 means proximal.
THIGH = (Segment.FEMORAL, Segment.PROFUNDA_FEMORIS)
BELOW_COMMON_FEMORAL = (*THIGH, Segment.POPLITEAL, *CALF)
PROXIMAL_IN_NG158 = (Segment.IVC, *ILIAC, Segment.COMMON_FEMORAL, *THIGH, Segment.POPLITEAL)

_LET = {
    "I": CALF,
    "II": (Segment.POPLITEAL, *THIGH),
    "III": (Segment.COMMON_FEMORAL, *ILIAC),
    "IV": (Segment.IVC,),
}
_DE_MAESENEER = {
    "calf": CALF,
    "popliteal": (Segment.POPLITEAL,),
    "femoral": THIGH,
    "common_femoral": (Segment.COMMON_FEMORAL,),
    "iliac_ivc": (*ILIAC, Segment.IVC),
}


def finding(segments: Findings, segment: Segment) -> Finding:
    """What was found there; a vein nobody mentions was not seen."""
    return segments.get(segment, _NOT_SEEN)


def any_thrombosed(segments: Findings, among: tuple[Segment, ...]) -> bool:
    """Whether clot was seen in at least one of these veins."""
    return _CLOT in map(segments.get, among)


def most_proximal(segments: Findings) -> Segment | None:
    """The thrombosed vein nearest to the heart; None when no clot was seen."""
    return next((segment for segment in SEGMENTS if segments.get(segment) == _CLOT), None)


def ng158_site(segments: Findings) -> Literal["proximal", "distal", "none"]:
    """NG158's word for the clot that was seen: proximal from the popliteal vein upwards, else distal.

    Governs anticoagulation, never the class under IPG651. It tells nothing of veins that were not seen.
    """
    if any_thrombosed(segments, PROXIMAL_IN_NG158):
        return "proximal"
    return "distal" if any_thrombosed(segments, CALF) else "none"


def let_class(segments: Findings) -> tuple[str, ...]:
    """LET classes with clot, from the calf up (clinical.md 10.4).

    I calf, II popliteal and femoral (with the profunda), III common femoral and iliac, IV vena cava. For
    display only.
    """
    return tuple(name for name, veins in _LET.items() if any_thrombosed(segments, veins))


def demaeseneer(segments: Findings) -> tuple[str, ...]:
    """De Maeseneer's five segments with clot, from the calf up; the iliac one includes the vena cava.

    For display only; the profunda counts with the femoral vein.
    """
    return tuple(name for name, veins in _DE_MAESENEER.items() if any_thrombosed(segments, veins))
