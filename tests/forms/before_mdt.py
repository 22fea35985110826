"""Forms of what the MDT wants to know, and of news about the patient: a man of 46 about whom nothing is special."""

from datetime import date
from typing import Any

from shared.pathway.anticoagulation import Anticoagulation, AnticoagulationChanged
from shared.pathway.bleeding_risk import (
    AbsoluteContraindication,
    BleedingRisk,
    HasBledItem,
    RelativeContraindication,
)
from shared.pathway.choices import Answer, Embolism, Pregnancy, Urgency
from shared.pathway.communication import Communication
from shared.pathway.instruments import villalta
from shared.pathway.instruments.villalta import Villalta
from shared.pathway.laboratory import Bloods, LabResultCritical
from shared.pathway.news import (
    CapacityChanged,
    ContactPreferenceChanged,
    NewBleed,
    NewPe,
    PregnancyResult,
    UrgencyChanged,
)
from shared.pathway.quantity import Creatinine, Fibrinogen, Haemoglobin, Platelets, Weight
from shared.pathway.work_up import Allergy, BaselineVillalta, WorkUp
from tests.forms.filled import LEFT, filled, london

ASSESSED = "2026-03-03T10:00"


def hb(grams_per_litre: float) -> Haemoglobin:
    return Haemoglobin(value=grams_per_litre, unit="g/L")


def platelets(count: float) -> Platelets:
    return Platelets(value=count, unit="10^9/L")


def creatinine(micromoles: float) -> Creatinine:
    return Creatinine(value=micromoles, unit="µmol/L")


def bloods(**changes: Any) -> Bloods:
    given = {
        "collected_at": london(ASSESSED),
        "hb": hb(141),
        "platelets": platelets(230),
        "creatinine": creatinine(82),
        "inr": 1.0,
        "fibrinogen": Fibrinogen(value=3.2, unit="g/L"),
    }
    return filled(Bloods, given, changes)


def critical_result(**changes: Any) -> LabResultCritical:
    given = {"collected_at": london(ASSESSED), "analyte": "potassium", "finding": "Haemolysed?", "told": "ward-1"}
    return filled(LabResultCritical, given, changes)


def bleeding_risk(**changes: Any) -> BleedingRisk:
    given = {
        "assessed_at": london(ASSESSED),
        "has_bled": dict.fromkeys(HasBledItem, Answer.NO) | {HasBledItem.ANTIPLATELET_OR_NSAID: Answer.YES},
        "absolute": dict.fromkeys(AbsoluteContraindication, Answer.NO),
        "relative": dict.fromkeys(RelativeContraindication, Answer.NO),
    }
    return filled(BleedingRisk, given, changes)


def villalta_items(points: int = 0, **changes: Any) -> Villalta:
    """A leg with this many points in all, as many as 3 in each item from the first on, and no ulcer."""
    given: dict[str, Any] = {"ulcer": False}
    for item in villalta.ITEMS:
        given[item] = min(points, 3)
        points -= given[item]
    return filled(Villalta, given, changes)


def severity(**changes: Any) -> BaselineVillalta:
    return filled(BaselineVillalta, {"side": LEFT, "score": villalta_items(7)}, changes)


def work_up(**changes: Any) -> WorkUp:
    given = {
        "assessed_at": london(ASSESSED),
        "functional_status": "0",
        "life_expectancy_over_1y": Answer.YES,
        "weight": Weight(value=82, unit="kg"),
        "allergies": frozenset({Allergy.NONE_KNOWN}),
        "baseline_villalta": (severity(),),
    }
    return filled(WorkUp, given, changes)


def anticoagulant(**changes: Any) -> Anticoagulation:
    return filled(Anticoagulation, {"drug": "apixaban", "started_at": london("2026-03-02T12:00")}, changes)


def anticoagulation_changed(**changes: Any) -> AnticoagulationChanged:
    given = {"changed_at": london(ASSESSED), "current_anticoagulant": anticoagulant()}
    return filled(AnticoagulationChanged, given, changes)


def pregnancy_result(status: Pregnancy = Pregnancy.NOT_PREGNANT, **changes: Any) -> PregnancyResult:
    return filled(PregnancyResult, {"status": status, "tested_on": date(2026, 3, 3)}, changes)


def urgency_changed(urgency: Urgency = Urgency.EMERGENCY, **changes: Any) -> UrgencyChanged:
    return filled(UrgencyChanged, {"urgency": urgency, "reason": "Seen on the ward"}, changes)


def new_pe(**changes: Any) -> NewPe:
    given = {
        "found_at": london(ASSESSED),
        "state": Embolism.CONFIRMED,
        "haemodynamic_instability": Answer.NO,
    }
    return filled(NewPe, given, changes)


def new_bleed(**changes: Any) -> NewBleed:
    return filled(NewBleed, {"found_at": london(ASSESSED), "site": "Nose", "isth": "crnm"}, changes)


def capacity_changed(has_capacity: Answer = Answer.NO, **changes: Any) -> CapacityChanged:
    given = {"noticed_at": london(ASSESSED), "has_capacity": has_capacity, "note": "Drowsy since noon"}
    return filled(CapacityChanged, given, changes)


def contact_preference(**changes: Any) -> ContactPreferenceChanged:
    needs = Communication(language="Welsh", interpreter_needed=True)
    return filled(ContactPreferenceChanged, {"communication_needs": needs, "contact_by": "letter"}, changes)
