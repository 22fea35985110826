"""HAS-BLED (clinical.md 10.7): nine items, one point each. Display only (R-ACO-3).

No threshold of it decides anything. Sources differ on age over or from 65: the edition says which is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.pathway.bleeding_risk import HasBledItem
from shared.pathway.choices import Answer
from shared.pathway.instruments.edition import Edition

EDITION = Edition("HAS-BLED", "age over 65, alcohol 8 or more a week", "clinical.md 10.7", verified=True)
HIGHEST = len(HasBledItem)


@dataclass(frozen=True, slots=True)
class HasBled:
    """`points` counts the items that are present; `open_items` those nobody could answer, so it may be more."""

    points: int
    open_items: tuple[HasBledItem, ...]

    @property
    def complete(self) -> bool:
        return not self.open_items


def score(items: Mapping[HasBledItem, Answer]) -> HasBled:
    """0 to 9 points. An item left out, unknown or not assessed counts no point, and is named."""
    present = sum(items.get(item) == Answer.YES for item in HasBledItem)
    settled = {Answer.YES, Answer.NO}
    return HasBled(present, tuple(item for item in HasBledItem if items.get(item) not in settled))
