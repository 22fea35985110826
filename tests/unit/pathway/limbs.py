"""Legs for the tests of classification: made-up findings, and a patient about whom nothing is special."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from shared.pathway.anatomy import ILIAC, Finding, Segment, Side
from shared.pathway.eligibility import ArrangementClass, LimbClass, classify
from shared.policy import load

POLICY = load()
ON = date(2026, 3, 5)
Veins = Mapping[Segment, Finding]

CLOT, CLEAR, INFERRED, NOT_SEEN = Finding.THROMBOSED, Finding.CLEAR, Finding.INFERRED_CLEAR, Finding.NOT_SEEN
CFV, IVC, POPLITEAL, FEMORAL = Segment.COMMON_FEMORAL, Segment.IVC, Segment.POPLITEAL, Segment.FEMORAL
SPECIAL, RESEARCH = ArrangementClass.SPECIAL_ARRANGEMENTS, ArrangementClass.RESEARCH_ONLY
UNCLEAR, OUTSIDE = ArrangementClass.INDETERMINATE, ArrangementClass.OUTSIDE_GUIDANCE
NO_DVT = ArrangementClass.NO_DVT


def leg(*clots: Segment, **found: Finding) -> dict[Segment, Finding]:
    """A leg in which every vein was looked at and is clear, but for `clots` and what is named by keyword."""
    veins = dict.fromkeys(Segment, CLEAR) | dict.fromkeys(clots, CLOT)
    return veins | {Segment(name): finding for name, finding in found.items()}


def iliacs(finding: Finding) -> dict[str, Finding]:
    return {iliac.value: finding for iliac in ILIAC}


def classed(veins: Veins, **other: Any) -> LimbClass:
    """The class of an adult with 6 days of symptoms, unless `other` says otherwise."""
    given_by_default: dict[str, Any] = {
        "symptom_onset_on": ON - timedelta(days=6),
        "onset_certainty": "exact",
        "on": ON,
        "acute_on_chronic": "no",
        "age_years": 63,
        "pregnancy": "not_applicable",
    }
    return classify(Side.LEFT, veins, policy=POLICY, **(given_by_default | other))
