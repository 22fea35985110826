"""What a patient takes against clotting (IPG651 2.3, 2.6), and the word that this has changed."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.quantity import Dose
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Line, Words

HOW_OFTEN = "Name, and how often it is taken: for example, apixaban, twice a day"
ONE_DOSE = "Of one intake. Heparin in units: write them beside its name instead"


class Anticoagulation(Part):
    drug: Line = asked("Anticoagulant", hint=HOW_OFTEN)
    dose: Dose | None = asked("Dose", hint=ONE_DOSE, default=None)
    started_at: AwareDatetime = asked("Started at")
    last_dose_at: AwareDatetime | None = asked("Last dose at", default=None)


class AnticoagulationChanged(Record):
    """What the patient takes now, or why nothing: it answers the alert to the referrer (R-REF-3), and stops no drug."""

    kind: ClassVar[str] = "anticoagulation_changed"

    changed_at: AwareDatetime = asked("Since when is this so?")
    current_anticoagulant: Anticoagulation | None = asked("Current anticoagulant", default=None)
    anticoagulant_contraindication: Words | None = asked("Why is the patient not anticoagulated?", default=None)
