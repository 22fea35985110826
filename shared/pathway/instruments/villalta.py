"""Villalta scale (clinical.md 10.2): five symptoms by the patient, six signs by a clinician, each 0 to 3.

The raw sum (0 to 33) is never altered; an ulcer is kept beside it and makes the category severe.
"""

from shared.pathway.record import Part, asked

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
