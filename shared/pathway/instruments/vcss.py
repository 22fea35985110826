"""Venous Clinical Severity Score (clinical.md 10.3): ten items of 0 to 3 for one leg, 0 to 30 together.

Written down from memory: what each step of an item means is not in here, and has to come from its source.
"""

from shared.pathway.instruments.edition import Edition
from shared.pathway.record import Part, asked

EDITION = Edition("VCSS", "10 items", "from memory", verified=False)
HINT = "0 to 3, by the trust's own chart"


class Vcss(Part):
    """One leg, one day. An item left out makes the score incomplete."""

    pain: int | None = asked("Pain", hint=HINT, ge=0, le=3, default=None)
    varicose_veins: int | None = asked("Varicose veins", hint=HINT, ge=0, le=3, default=None)
    oedema: int | None = asked("Venous oedema", hint=HINT, ge=0, le=3, default=None)
    pigmentation: int | None = asked("Skin pigmentation", hint=HINT, ge=0, le=3, default=None)
    inflammation: int | None = asked("Inflammation", hint=HINT, ge=0, le=3, default=None)
    induration: int | None = asked("Induration", hint=HINT, ge=0, le=3, default=None)
    active_ulcers: int | None = asked("Number of active ulcers", hint=HINT, ge=0, le=3, default=None)
    ulcer_duration: int | None = asked("Duration of the active ulcer", hint=HINT, ge=0, le=3, default=None)
    ulcer_size: int | None = asked("Size of the active ulcer", hint=HINT, ge=0, le=3, default=None)
    compression: int | None = asked("Use of compression", hint=HINT, ge=0, le=3, default=None)


def total(items: Vcss) -> int | None:
    """The sum, 0 to 30; None while an item is missing."""
    given = [getattr(items, name) for name in Vcss.model_fields]
    return None if None in given else sum(given)
