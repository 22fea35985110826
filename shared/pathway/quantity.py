"""Measured values: number and unit are one thing, inside plausible limits (clinical.md 1, hazard H-26)."""

from typing import Literal

from shared.pathway.record import Part, asked


class Dose(Part):
    value: float = asked("Dose (mg)", gt=0, le=10000)
    unit: Literal["mg"]


class Volume(Part):
    value: float = asked("Volume (mL)", ge=0, le=5000)
    unit: Literal["mL"]


class DoseAreaProduct(Part):
    value: float = asked("Dose-area product (Gy·cm²)", ge=0, le=5000)
    unit: Literal["Gy·cm²"]


class Haemoglobin(Part):
    value: float = asked("Haemoglobin (g/L)", gt=0, le=1000)
    unit: Literal["g/L"]


class Platelets(Part):
    value: float = asked("Platelets (10^9/L)", ge=0, le=100_000)
    unit: Literal["10^9/L"]


class Creatinine(Part):
    value: float = asked("Creatinine (µmol/L)", gt=0, le=100_000)
    unit: Literal["µmol/L"]


class Fibrinogen(Part):
    value: float = asked("Fibrinogen (g/L)", ge=0, le=50)
    unit: Literal["g/L"]


class Weight(Part):
    value: float = asked("Weight (kg)", gt=0, le=1000)
    unit: Literal["kg"]


class Length(Part):
    value: float = asked("Length (mm)", gt=0, le=1000)
    unit: Literal["mm"]
