"""Whether a data set may leave, and what has to be suppressed in it first (clinical.md 2.13: cells below 5)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.pathway.registry_table import codebook, written
from shared.research.columns import COLUMNS, EDITION, SUPPRESSED
from shared.research.participant import Participant

SMALLEST = 5


class TooFewError(Exception):
    """Fewer than 5 patients: the set does not leave, whatever is suppressed in it."""


@dataclass(frozen=True, slots=True)
class Release:
    """A data set that may leave. `suppressed` rows say neither age nor sex."""

    name: str
    text: str
    rows: int
    patients: int
    suppressed: int


def released(found: Iterable[Participant], study_id: str) -> Release:
    """The data set as CSV, small cells of age and sex suppressed. Raises TooFewError below 5 patients."""
    everybody = tuple(found)
    patients = {each.pseudonym for each in everybody}
    if len(patients) < SMALLEST:
        raise TooFewError
    safe = sorted(suppressed(everybody), key=lambda each: (each.pseudonym, each.told["side"]))
    hidden = sum(each.age_band == SUPPRESSED for each in safe)
    name = f"research-{study_id.replace('/', '-').replace(':', '-')}-{EDITION}.csv"
    return Release(name, written(COLUMNS, safe), len(safe), len(patients), hidden)


def explained() -> str:
    """The codebook of every release of this edition."""
    return codebook(COLUMNS)


def suppressed(everybody: tuple[Participant, ...]) -> list[Participant]:
    """Age and sex hidden wherever fewer than 5 patients share both, and the next smallest cell with them.

    Hidden patients are themselves never fewer than 5: who is left over could be found by subtraction.
    """
    cells = Counter({(each.pseudonym): _cell(each) for each in everybody}.values())
    hidden = {cell for cell, count in cells.items() if count < SMALLEST}
    for cell, _count in sorted(cells.items(), key=lambda each: each[1]):
        if hidden and sum(cells[each] for each in hidden) < SMALLEST:
            hidden.add(cell)
    return [replace(each, age_band=SUPPRESSED, sex=SUPPRESSED) if _cell(each) in hidden else each for each in everybody]


def _cell(each: Participant) -> tuple[str, str]:
    return each.age_band, each.sex
