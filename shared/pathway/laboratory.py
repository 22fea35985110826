"""Blood results (IPG651 2.3, 3.3): before the MDT, within the hours before a start, and after a rheolytic run."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.quantity import Creatinine, Fibrinogen, Haemoglobin, Platelets
from shared.pathway.record import Record, asked
from shared.pathway.text import AnyStaffId, Words


class Bloods(Record):
    """One collection of blood. What was not measured is left out, and counts as unknown."""

    kind: ClassVar[str] = "bloods"

    collected_at: AwareDatetime = asked("When was the blood taken?")
    hb: Haemoglobin | None = asked("Haemoglobin", default=None)
    platelets: Platelets | None = asked("Platelets", default=None)
    creatinine: Creatinine | None = asked("Creatinine", default=None)
    egfr_ml_min: float | None = asked("Estimated GFR (mL/min/1.73 m²)", ge=0, le=300, default=None)
    inr: float | None = asked("INR", ge=0.5, le=20, default=None)
    aptt_s: float | None = asked("APTT (seconds)", ge=10, le=300, default=None)
    fibrinogen: Fibrinogen | None = asked("Fibrinogen", default=None)
    urine_colour: Literal["normal", "red_or_brown", "not_seen"] = asked(
        "Colour of the urine", hint="Red or brown after a rheolytic run suggests haemolysis", default="not_seen"
    )


class LabResultCritical(Record):
    """The laboratory rang with a result that cannot wait. It changes what the MDT knew (clinical.md 5.3)."""

    kind: ClassVar[str] = "lab_result_critical"

    collected_at: AwareDatetime = asked("When was the sample taken?")
    analyte: Literal["haemoglobin", "platelets", "creatinine", "potassium", "inr", "fibrinogen", "other"] = asked(
        "Which result?"
    )
    finding: Words = asked(
        "What did the laboratory say?", hint="The value with its unit: for example, potassium 6.8 mmol/L"
    )
    told: AnyStaffId = asked("Which clinician was told?")
