"""ISTH major bleeding outside surgery (clinical.md 10.5): a suggestion from the figures, which a clinician confirms.

The fall of haemoglobin is in g/L: 2 g/dL are 20 g/L.
"""

from enum import StrEnum

from shared.pathway.instruments.edition import Edition
from shared.pathway.quantity import Haemoglobin

EDITION = Edition("ISTH major bleeding", "non-surgical", "clinical.md 10.5", verified=True)
FALL_G_PER_L = 20
RED_CELL_UNITS = 2


class CriticalSite(StrEnum):
    """A bleed here is major however small it is."""

    INTRACRANIAL = "intracranial"
    INTRASPINAL = "intraspinal"
    INTRAOCULAR = "intraocular"
    RETROPERITONEAL = "retroperitoneal"
    INTRA_ARTICULAR = "intra_articular"
    PERICARDIAL = "pericardial"
    INTRAMUSCULAR_WITH_COMPARTMENT_SYNDROME = "intramuscular_with_compartment_syndrome"


class Criterion(StrEnum):
    FATAL = "fatal"
    CRITICAL_SITE = "critical_site"
    HB_FALL = "hb_fall"
    RED_CELLS = "red_cells"


def major(
    *, fatal: bool, site: CriticalSite | None, hb_fall: Haemoglobin | None, red_cell_units: int | None
) -> tuple[Criterion, ...]:
    """The criteria of major bleeding that these figures meet; empty when they meet none.

    Empty does not say that the bleed is not major: a figure that is missing meets nothing.
    """
    met = {
        Criterion.FATAL: fatal,
        Criterion.CRITICAL_SITE: site is not None,
        Criterion.HB_FALL: hb_fall is not None and hb_fall.value >= FALL_G_PER_L,
        Criterion.RED_CELLS: red_cell_units is not None and red_cell_units >= RED_CELL_UNITS,
    }
    return tuple(criterion for criterion, is_met in met.items() if is_met)
