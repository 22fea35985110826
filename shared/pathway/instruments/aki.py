"""Acute kidney injury (clinical.md 2.8): a suggestion from two creatinines, which a clinician confirms."""

from shared.pathway.instruments.edition import Edition
from shared.pathway.quantity import Creatinine

EDITION = Edition("Acute kidney injury by creatinine", "KDIGO, creatinine alone", "from memory", verified=False)
TIMES = 1.5
RISE_UMOL_PER_L = 26


def suggested(baseline: Creatinine, now: Creatinine) -> bool:
    """Whether creatinine rose to 1.5 times the baseline or more, or by 26 µmol/L or more."""
    return now.value >= TIMES * baseline.value or now.value - baseline.value >= RISE_UMOL_PER_L
