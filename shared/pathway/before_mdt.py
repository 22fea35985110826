"""What the MDT wants to know of the patient (clinical.md 2.1; IPG651 1.4, 2.3): severity, bleeding risk, blood."""

from collections.abc import Iterator

from shared.pathway import laboratory_rules
from shared.pathway.bleeding_risk import BleedingRisk
from shared.pathway.laboratory import Bloods
from shared.pathway.laboratory_rules import CREATININE, HB, INR, PLATELETS
from shared.pathway.question import Moment
from shared.pathway.work_up import WorkUp

Missing = Iterator[tuple[str, str]]
"""What is missing: (the kind of record that would bring it, words)."""


def missing_before_mdt(moment: Moment, *, lysis: bool = False) -> Missing:
    """What clinical.md 2.1 wants known before the MDT and is not; fibrinogen only where `lysis` is thought of."""
    if moment.pathway.record(WorkUp) is None:
        yield WorkUp.kind, "The work-up: function, allergies, and how severe each leg is"
    if moment.pathway.record(BleedingRisk) is None:
        yield BleedingRisk.kind, "The bleeding risk: both checklists"
    if lacking := tuple(_bloods_lacking(moment, lysis=lysis)):
        yield Bloods.kind, f"Blood results: {', '.join(lacking)}"


def _bloods_lacking(moment: Moment, *, lysis: bool) -> Iterator[str]:
    for analyte in (HB, PLATELETS, INR):
        if laboratory_rules.value(moment, analyte) is None:
            yield analyte.words
    taken = [each.bloods for each in laboratory_rules.collections(moment)]
    if laboratory_rules.value(moment, CREATININE) is None and all(each.egfr_ml_min is None for each in taken):
        yield "creatinine or eGFR"
    if lysis and all(each.fibrinogen is None for each in taken):
        yield "fibrinogen"
