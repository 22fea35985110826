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
