"""What the API shows of the way to the MDT: material changes, bleeding risk, severity before treatment, edge of 1.1."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.pathway import bleeding_risk_rules, classification, material_change
from shared.pathway.anatomy import Side
from shared.pathway.bleeding_risk import BleedingRisk
from shared.pathway.instruments import has_bled, villalta
from shared.pathway.question import Moment
from shared.pathway.work_up import WorkUp


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """Something that ended an offer made before it (clinical.md 5.3). `entry` is the number of the entry."""

    entry: int
    at: datetime
    words: str
    paragraph: str
    side: Side | None
    kind: Literal["material_change"] = "material_change"


@dataclass(frozen=True, slots=True)
class BleedingRiskShown:
    """HAS-BLED for display (R-ACO-3), and why no thrombolytic drug may be given; empty when nothing forbids it."""

    has_bled: int
    has_bled_open: int
    lysis_contraindicated: tuple[str, ...]
    kind: Literal["bleeding_risk"] = "bleeding_risk"


@dataclass(frozen=True, slots=True)
class Severity:
    """One leg before treatment: never a diagnosis of post-thrombotic syndrome (R-PTS-1)."""

    side: Side
    villalta: int | None
    category: str
    kind: Literal["baseline_villalta"] = "baseline_villalta"


@dataclass(frozen=True, slots=True)
class HumanReview:
    """A leg outside the guidance or at its edge (R-REF-4), whatever its class says."""

    side: Side
    reasons: tuple[str, ...]
    kind: Literal["human_review"] = "human_review"


Shown = MaterialChange | BleedingRiskShown | Severity | HumanReview


def shown(moment: Moment) -> Iterator[Shown]:
    """Each track as it is at this moment."""
    for each in classification.recommendations(moment):
        if each.human_review:
            yield HumanReview(each.side, each.reasons)
    for change in material_change.changes(moment):
        yield MaterialChange(change.seq, change.at, change.words, change.paragraph, change.side)
    risk = moment.pathway.record(BleedingRisk)
    if risk is not None:
        found = has_bled.score(risk.has_bled)
        yield BleedingRiskShown(found.points, len(found.open_items), bleeding_risk_rules.lysis_contraindicated(moment))
    work_up = moment.pathway.record(WorkUp)
    for leg in work_up.baseline_villalta if work_up else ():
        score = villalta.raw(leg.score) if leg.score else None
        category = villalta.category(leg.score) if leg.score else "not_assessed"
        yield Severity(leg.side, score, category)
