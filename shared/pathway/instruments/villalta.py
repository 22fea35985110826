"""Villalta scale (clinical.md 10.2): five symptoms by the patient, six signs by a clinician, each 0 to 3.

The raw sum (0 to 33) is never altered; an ulcer is kept beside it and makes the category severe.
"""

from shared.pathway.instruments.edition import Edition
from shared.pathway.record import Part, asked

EDITION = Edition("Villalta scale", "11 items, ulcer apart", "clinical.md 10.2", verified=True)
HINT = "0 none, 1 mild, 2 moderate, 3 severe"


class Villalta(Part):
    """One leg, one day. An item left out makes the score incomplete (R-PTS-3)."""

    pain: int | None = asked("Pain", hint=HINT, ge=0, le=3, default=None)
    cramps: int | None = asked("Cramps", hint=HINT, ge=0, le=3, default=None)
    heaviness: int | None = asked("Heaviness", hint=HINT, ge=0, le=3, default=None)
    paraesthesia: int | None = asked("Paraesthesia", hint=HINT, ge=0, le=3, default=None)
    pruritus: int | None = asked("Pruritus", hint=HINT, ge=0, le=3, default=None)
    oedema: int | None = asked("Pretibial oedema", hint=HINT, ge=0, le=3, default=None)
    induration: int | None = asked("Skin induration", hint=HINT, ge=0, le=3, default=None)
    pigmentation: int | None = asked("Hyperpigmentation", hint=HINT, ge=0, le=3, default=None)
    redness: int | None = asked("Redness", hint=HINT, ge=0, le=3, default=None)
    ectasia: int | None = asked("Venous ectasia", hint=HINT, ge=0, le=3, default=None)
    calf_compression_pain: int | None = asked("Pain on calf compression", hint=HINT, ge=0, le=3, default=None)
    ulcer: bool | None = asked("Is there a venous ulcer?", default=None)


ITEMS = tuple(name for name in Villalta.model_fields if name != "ulcer")


def raw(items: Villalta) -> int | None:
    """The raw sum, 0 to 33; None while an item is missing (R-PTS-3). An ulcer adds nothing to it."""
    given = [getattr(items, name) for name in ITEMS]
    return None if None in given else sum(given)


SEVERE = 15
LIMITS = ((SEVERE, "severe"), (10, "moderate"), (5, "mild"))


def category(items: Villalta) -> str:
    """Which of none (0 to 4), mild (5 to 9), moderate (10 to 14), severe (15 and more, or an ulcer), incomplete it is.

    An ulcer alone makes it severe. Below that, an ulcer nobody looked for leaves it incomplete, like a missing item.
    """
    score = raw(items)
    if items.ulcer:
        return "severe"
    if score is None or (items.ulcer is None and score < SEVERE):
        return "incomplete"
    return next((name for least, name in LIMITS if score >= least), "none")
