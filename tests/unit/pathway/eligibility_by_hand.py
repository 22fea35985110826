"""The table of clinical.md 2.2 a second time, as a clinician would go through it with a pencil.

Nothing is borrowed from the product, not even its names: a leg is a string with one letter for each vein, and what
is asked of it is asked by counting letters. Letters: T thrombosed, C clear, I inferred clear, N not seen.
"""

from typing import NamedTuple

VEINS = (
    "ivc",
    "common_iliac",
    "external_iliac",
    "internal_iliac",
    "common_femoral",
    "femoral",
    "profunda_femoris",
    "popliteal",
    "anterior_tibial",
    "posterior_tibial",
    "peroneal",
    "gastrocnemius",
    "soleal",
)
LETTERS = {"T": "thrombosed", "C": "clear", "I": "inferred_clear", "N": "not_seen"}


class Answer(NamedTuple):
    """What the pencil wrote: row, class, NG158's site, LET classes, the thrombosed vein nearest to the heart."""

    row: int
    cls: str
    site: str
    let: str
    highest: str


def by_hand(leg: str) -> Answer:
    """The class of a leg of thirteen letters, in the order of `VEINS`."""
    cava, iliac, groin, thigh, knee, calf = leg[0], leg[1:4], leg[4], leg[5:7], leg[7], leg[8:]
    row, cls = _row(cava, iliac, groin, leg[5:])
    return Answer(row, cls, _site(leg[:8], calf), _let(cava, iliac + groin, thigh + knee, calf), _highest(leg))


def _row(cava: str, iliac: str, groin: str, below: str) -> tuple[int, str]:
    if (iliac + groin).count("T") > 0:
        return 3, "special_arrangements"
    if cava == "T":
        return 1, "outside_guidance"
    # From here on neither the cava, nor an iliac vein, nor the common femoral has clot.
    if below.count("T") == 0:
        return _without_clot(cava, iliac, groin + below)
    doubt = groin != "C" or iliac.count("N") > 0
    return (4, "indeterminate") if doubt else (5, "research_only")


def _without_clot(cava: str, iliac: str, others: str) -> tuple[int, str]:
    looked_at = iliac.count("N") == 0 and (cava + others).count("C") == len(cava + others)
    return (7, "no_dvt") if looked_at else (6, "indeterminate")


def _site(knee_and_above: str, calf: str) -> str:
    if knee_and_above.count("T"):
        return "proximal"
    return "distal" if calf.count("T") else "none"


def _let(cava: str, pelvis: str, thigh_and_knee: str, calf: str) -> str:
    found = (("I", calf), ("II", thigh_and_knee), ("III", pelvis), ("IV", cava))
    return " ".join(name for name, letters in found if letters.count("T"))


def _highest(leg: str) -> str:
    at = leg.find("T")
    return VEINS[at] if at >= 0 else ""
