"""What the day of a procedure needs, or an emergency does without: blood, bleeding risk, a broken gate."""

from typing import Any

from shared.pathway.bleeding_risk import AbsoluteContraindication, BleedingRisk, HasBledItem, RelativeContraindication
from shared.pathway.break_glass import Breakable, BreakGlass, BreakGlassReview
from shared.pathway.choices import Answer
from shared.pathway.laboratory import Bloods
from shared.pathway.quantity import Creatinine, Fibrinogen, Haemoglobin, Platelets
from tests.forms.filled import LEFT, filled, london


def bloods(**changes: Any) -> Bloods:
    given = {
        "collected_at": london("2026-03-08T18:00"),
        "hb": Haemoglobin(value=141, unit="g/L"),
        "platelets": Platelets(value=230, unit="10^9/L"),
        "creatinine": Creatinine(value=82, unit="µmol/L"),
        "inr": 1.0,
        "fibrinogen": Fibrinogen(value=3.2, unit="g/L"),
    }
    return filled(Bloods, given, changes)


def bleeding_risk(**changes: Any) -> BleedingRisk:
    """Nothing forbids a thrombolytic drug, nothing speaks against one."""
    given = {
        "assessed_at": london("2026-03-03T10:00"),
        "has_bled": dict.fromkeys(HasBledItem, Answer.NO),
        "absolute": dict.fromkeys(AbsoluteContraindication, Answer.NO),
        "relative": dict.fromkeys(RelativeContraindication, Answer.NO),
    }
    return filled(BleedingRisk, given, changes)


def breaking(*gates: str, **changes: Any) -> BreakGlass:
    given = {
        "side": LEFT,
        "gates": frozenset(Breakable(gate) for gate in gates),
        "reason": "threatened_limb",
        "clinical_state": "Blue, cold leg without pulses",
        "limb_or_life_attested": True,
        "patient_informed": "yes",
        "lawful_basis": "verbal_consent" if "G7" in gates else None,
        "second_consultant": "vs-1" if "G3" in gates else None,
    }
    return filled(BreakGlass, given, changes)


def second_look(breaking_seq: int, **changes: Any) -> BreakGlassReview:
    given = {
        "breaking": breaking_seq,
        "outcome": "justified",
        "words": "The leg would have been lost",
        "looked_at": london("2026-03-09T18:00"),
    }
    return filled(BreakGlassReview, given, changes)
